/**
 * What a parenthesis opens in Python's syntax.
 *
 * @module
 */

import { FilterError } from "./filter_error.ts";

/**
 * What stands at a `(`.
 *
 *     (            { kind: "capture", length: 1 }
 *     (?P<user>    { kind: "named", name: "user", length: 9 }
 *     (?<!         { kind: "look", isBehind: true, isNegated: true, length: 4 }
 *     (?i:         { kind: "plain", on: "i", off: "", length: 4 }
 *     (?i)         { kind: "flags", on: "i", length: 4 }
 *     (?P=user)    { kind: "reference", name: "user", length: 9 }
 *     (?(user)     { kind: "condition", name: "user", length: 8 }   (or a number as text)
 */
export type GroupSyntax =
  & { readonly length: number }
  & (
    | { readonly kind: "capture" | "comment" | "atomic" }
    | {
      readonly kind: "named" | "reference" | "condition";
      readonly name: string;
    }
    | {
      readonly kind: "look";
      readonly isBehind: boolean;
      readonly isNegated: boolean;
    }
    | { readonly kind: "plain"; readonly on: string; readonly off: string }
    | { readonly kind: "flags"; readonly on: string }
  );

/** As fail2ban reads it: `((?i)x)` and `(?:(?i)x)` set the flag for that group. */
const SCOPED = /\((?:\?:)?\(\?([a-zA-Z]+)\)/y;
const LOOK = /\(\?<?[=!]/y;
const NAMED = /\(\?P?<([A-Za-z_]\w*)>/y;
const REFERENCE = /\(\?P=([A-Za-z_]\w*)\)/y;
const CONDITION = /\(\?\((\w+)\)/y;
const USES = [["reference", REFERENCE], ["condition", CONDITION]] as const;
const FLAGS = /\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])/y;

/**
 * Reads what stands at `offset`, where there is a `(`.
 *
 * @throws {FilterError} when Python does not know it
 */
export function readGroup(pattern: string, offset: number): GroupSyntax {
  const scoped = hitAt(SCOPED, pattern, offset);
  if (scoped !== null) {
    const [{ length }, on = ""] = scoped;
    return { kind: "plain", on, off: "", length };
  }
  if (pattern[offset + 1] !== "?") return { kind: "capture", length: 1 };
  const look = hitAt(LOOK, pattern, offset)?.[0];
  if (look !== undefined) {
    return {
      kind: "look",
      isBehind: look.includes("<"),
      isNegated: look.endsWith("!"),
      length: look.length,
    };
  }
  return readName(pattern, offset) ?? readFlags(pattern, offset) ??
    readRest(pattern, offset);
}

function readName(pattern: string, offset: number): GroupSyntax | undefined {
  const named = hitAt(NAMED, pattern, offset);
  if (named !== null) {
    const [{ length }, name = ""] = named;
    return { kind: "named", name, length };
  }
  for (const [kind, syntax] of USES) {
    const use = hitAt(syntax, pattern, offset);
    if (use === null) continue;
    const [{ length }, name = ""] = use;
    return { kind, name, length };
  }
  return undefined;
}

function readFlags(pattern: string, offset: number): GroupSyntax | undefined {
  const hit = hitAt(FLAGS, pattern, offset);
  if (hit === null) return undefined;
  const [text, on = "", off = "", ending] = hit;
  const unknown = /[^aimsu]/.exec(on + off)?.[0];
  if (unknown !== undefined) {
    throw new FilterError(
      pattern,
      offset,
      `flag "${unknown}" is not there, expected i, m or s`,
    );
  }
  const { length } = text;
  if (ending === ":") return { kind: "plain", on, off, length };
  if (off === "" && on !== "") return { kind: "flags", on, length };
  throw new FilterError(pattern, offset, `"${text}" sets no flag`);
}

function readRest(pattern: string, offset: number): GroupSyntax {
  const rest = pattern.slice(offset, offset + 4);
  if (rest.startsWith("(?#")) {
    const end = pattern.indexOf(")", offset);
    if (end >= 0) return { kind: "comment", length: end + 1 - offset };
    throw new FilterError(pattern, offset, "comment is not closed");
  }
  if (rest.startsWith("(?>")) return { kind: "atomic", length: 3 };
  throw new FilterError(pattern, offset, `"${rest}" opens no group`);
}

function hitAt(syntax: RegExp, pattern: string, offset: number) {
  syntax.lastIndex = offset;
  return syntax.exec(pattern);
}
