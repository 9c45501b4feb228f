/**
 * Values as Python shows them.
 *
 *     [{'sshd': ['192.0.2.1']}, (None, True, "it's")]
 *
 * @module
 */

import type { CommandValue } from "../control/types.ts";

/** @returns what Python's `print` would write: a text as it is, all else as in a program */
export function printPython(value: CommandValue): string {
  return typeof value === "string" ? value : showPython(value);
}

function showPython(value: CommandValue): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return quote(value);
  if ("dict" in value) {
    const items = value.dict.map(([key, item]) =>
      `${quote(key)}: ${showPython(item)}`
    );
    return `{${items.join(", ")}}`;
  }
  if ("tuple" in value) {
    const items = value.tuple.map(showPython).join(", ");
    return value.tuple.length === 1 ? `(${items},)` : `(${items})`;
  }
  return `[${value.map(showPython).join(", ")}]`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** Double quotes where there are single ones in it, and no double ones; what cannot be seen is written in hex. */
function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll(
    /[\\'\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu,
    (character) => {
      if (character === "'") return mark === "'" ? "\\'" : "'";
      return ESCAPES[character] ?? escapeCode(character.codePointAt(0) ?? 0);
    },
  );
  return mark + escaped + mark;
}

function escapeCode(code: number): string {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return code < 0x10000
    ? `\\u${hex.padStart(4, "0")}`
    : `\\U${hex.padStart(8, "0")}`;
}
