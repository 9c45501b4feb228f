/**
 * Small syntaxes inside of values: `name[key="value", …]`, lists of such, words in quotes, booleans.
 *
 * @module
 */

/** `sshd[mode=aggressive]` → name `sshd`, options `mode` → `aggressive`. */
export interface NameWithOptions {
  readonly name: string;
  readonly options: Map<string, string>;
}

const NAME_WITH_OPTIONS = /^([^[]+)(?:\[(.*)\])?\s*$/s;

const OPTION =
  /\s*([\w\-.]+(?:\?[\w\-.]+=[\w\-.]+)?)=(?:"([^"]*)"|'([^']*)'|([^,\]]*))(?:,|\]\s*\[|$|(.+))|,?\s*$/sy;

const ACTION =
  /(?:[^[\s]+(?:\s*\[\s*(?:[\w\-.]+(?:\?[\w\-.]+=[\w\-.]+)?=(?:"[^"]*"|'[^']*'|[^,\]]*)\s*(?:,|\]\s*\[)?\s*)*\])?\s*|\S+)(?=\n\s*|\s+|$)/g;

/**
 * Reads a name with its options.
 *
 * @returns undefined where the text is none: `flt[unclosed`
 */
export function parseNameWithOptions(
  text: string,
): NameWithOptions | undefined {
  const match = NAME_WITH_OPTIONS.exec(text);
  if (match === null) return undefined;
  const options = new Map<string, string>();
  const list = match[2] ?? "";
  OPTION.lastIndex = 0;
  while (OPTION.lastIndex < list.length) {
    const option = OPTION.exec(list);
    if (option === null) return undefined;
    const [, key, quoted, single, bare, rest] = option;
    if (rest !== undefined) return undefined;
    if (key !== undefined) {
      options.set(key, (quoted ?? single ?? bare ?? "").trim());
    }
  }
  return { name: match[1] ?? "", options };
}

/** @returns the parts of an `action` value, which white space outside of brackets divides */
export function splitActions(text: string): string[] {
  return [...text.matchAll(ACTION)].map(([part]) => part.trim())
    .filter((part) => part !== "");
}

/** 1, on, true and yes are true; everything else is false. */
export function isTrue(text: string): boolean {
  return /^(?:1|on|true|yes)$/i.test(text);
}

/** @returns the whole number as Python's `int` reads it, or undefined */
export function parseWhole(text: string): number | undefined {
  const digits = text.trim();
  return /^[+-]?\d+(?:_\d+)*$/.test(digits)
    ? Number(digits.replaceAll("_", ""))
    : undefined;
}

/** @returns items between white space and commas */
export function splitWords(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}
