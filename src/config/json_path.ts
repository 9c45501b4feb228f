/**
 * Paths into a JSON object, as they are written in a configuration.
 *
 * @module
 */

/** Keys from the outermost on; digits also count the items of a list, from 0. */
export type JsonPath = readonly string[];

/** Steps of a path at most. */
const MOST_STEPS = 32;

/**
 * Reads a path: keys with dots between them; a dot or a backslash within a key has a backslash before it.
 *
 *     request.remote_ip          →   ["request", "remote_ip"]
 *     request.headers.X-A.0      →   ["request", "headers", "X-A", "0"]
 *     source\.ip                 →   ["source.ip"]
 *
 * @returns undefined where a key is empty, a backslash stands before something else, or there are more than 32 keys
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  const keys: string[] = [];
  let key = "";
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === "\\") {
      const escaped = text.charAt(++at);
      if (escaped !== "." && escaped !== "\\") return undefined;
      key += escaped;
    } else if (letter === ".") {
      keys.push(key);
      key = "";
    } else key += letter;
  }
  keys.push(key);
  return keys.includes("") || keys.length > MOST_STEPS ? undefined : keys;
}
