/**
 * TOML as a person would write it.
 *
 * @module
 */

/** A value in a configuration. */
export type TomlValue =
  | string
  | number
  | boolean
  | readonly TomlValue[]
  | { readonly [key: string]: TomlValue };

/** A key with its value and where it came from. */
export interface TomlEntry {
  readonly key: string;
  readonly value: TomlValue;
  /** Put behind it as a comment. */
  readonly note?: string | undefined;
}

/** Longest line before a list is written with an item a line. */
const LINE_WIDTH = 80;

/** @returns `key = value  # note`, with its end of line */
export function formatEntry({ key, value, note }: TomlEntry): string {
  const line = `${formatKey(key)} = ${formatValue(value)}`;
  if (note === undefined) return `${line}\n`;
  return line.includes("\n")
    ? `${formatComment(note)}${line}\n`
    : `${line} # ${oneLine(note)}\n`;
}

/** @returns lines that begin with `#` */
export function formatComment(text: string): string {
  return text.split("\n").map((line) => `# ${oneLine(line)}`.trimEnd() + "\n")
    .join("");
}

/** @returns the key, in quotes where it needs them */
export function formatKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : quote(key);
}

/** @returns the value; a long list has an item a line */
export function formatValue(value: TomlValue): string {
  if (typeof value === "string") return formatText(value);
  if (typeof value !== "object") return String(value);
  if (!isList(value)) {
    const entries = Object.entries(value)
      .map(([key, item]) => `${formatKey(key)} = ${formatValue(item)}`);
    return `{ ${entries.join(", ")} }`;
  }
  const items = value.map(formatValue);
  const line = `[${items.join(", ")}]`;
  if (line.length <= LINE_WIDTH) return line;
  return `[\n${items.map((item) => `  ${item},\n`).join("")}]`;
}

function isList(value: TomlValue): value is readonly TomlValue[] {
  return Array.isArray(value);
}

/** Backslashes stay as they are between single quotes, which is what patterns are full of. */
function formatText(text: string): string {
  if (!text.includes("\n") && !/[\\"]/.test(text)) return quote(text);
  // deno-lint-ignore no-control-regex -- TOML takes none of these between single quotes
  const isPlain = !/[\x00-\x08\x0b-\x1f\x7f]/.test(text) && text.isWellFormed();
  if (!isPlain || text.includes("'''") || text.endsWith("'")) {
    return quote(text);
  }
  if (text.includes("\n")) return `'''\n${text}'''`;
  return text.includes("'") ? `'''${text}'''` : `'${text}'`;
}

function quote(text: string): string {
  const escaped = text.toWellFormed().replaceAll(
    // deno-lint-ignore no-control-regex -- control characters need escapes in TOML
    /["\\\x00-\x1f\x7f]/g,
    (char) =>
      char === '"' || char === "\\"
        ? `\\${char}`
        : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `"${escaped}"`;
}

function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- a comment must not end early, and TOML takes no control characters in it
  return text.toWellFormed().replaceAll(/[\x00-\x08\x0a-\x1f\x7f]/g, " ");
}
