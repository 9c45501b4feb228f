/**
 * Values in an object that was JSON.
 *
 * @module
 */

import type { JsonPath } from "../../config/json_path.ts";

/**
 * Looks a value up. Keys are an object's own: `__proto__` and `constructor` are keys like others, and are there only if the
 * line has them. Of a key that comes twice the last one counts, as JSON.parse has it.
 *
 * @returns undefined where there is none
 */
export function valueAt(root: unknown, path: JsonPath): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    if (!Object.hasOwn(value, key)) return undefined;
    // A list has a length of its own, which is no item.
    if (Array.isArray(value) && key === "length") return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
