/**
 * The JSON of a line, read once for all jails that want it.
 *
 * @module
 */

import type { LinePass } from "../line_pass.ts";
import type { MatchCounts } from "../types.ts";

/** One for all jails of a source. */
export class JsonReader {
  readonly #counts: MatchCounts;
  #line = 0;
  #root: unknown;

  /** @param counts told of lines that hold no JSON */
  constructor(counts: MatchCounts) {
    this.#counts = counts;
  }

  /** @returns the object that the line at hand holds, or undefined */
  read(pass: LinePass): unknown {
    if (pass.line === this.#line) return this.#root;
    this.#line = pass.line;
    this.#root = parseJsonLine(pass.text, pass.span);
    if (this.#root === undefined) this.#counts.notJson++;
    return this.#root;
  }
}

/**
 * Reads a line: an object, from its first brace to the line's end. What stands before it is a writer's own: the date and the
 * name of the program in syslog and journal, the date and the stream in logs of containers.
 *
 * JSON.parse takes time by length alone, however deep the object is.
 *
 * @returns undefined where there is none
 */
export function parseJsonLine(
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): unknown {
  const line = text.slice(from, to);
  const start = line.indexOf("{");
  if (start < 0) return undefined;
  try {
    return JSON.parse(start === 0 ? line : line.slice(start));
  } catch {
    return undefined;
  }
}
