/**
 * What the bytes of a log mean.
 *
 * @module
 */

import { type Field, parsed } from "./fields.ts";

/** Read as UTF-8, but for what the mark at a file's beginning says: `FF FE` and `FE FF` are UTF-16. */
const BY_MARK: ReadonlySet<string> = new Set([
  "auto",
  "ascii",
  "us-ascii",
  "utf-8",
  "utf8",
  "utf-8-sig",
  "utf-16",
  "utf16",
]);

/** Line ends are looked for before anything is decoded, so a newline has to be the byte 10 and nothing else. */
const NOT_BY_LINES = /^(?:utf-16|iso-2022)/;

/**
 * Reads the name of an encoding, as the web or Python spell it.
 *
 *     "auto", "utf-8", "utf-16" → "utf-8"      "latin1", "latin_1", "ISO-8859-1" → "windows-1252"      "cp1251" → "windows-1251"
 *
 * @returns what `TextDecoder` calls it; undefined for what cannot be read
 */
export function readEncoding(text: string): string | undefined {
  const name = text.trim().toLowerCase();
  if (BY_MARK.has(name)) return "utf-8";
  for (
    const label of [
      name,
      name.replaceAll("_", "-"),
      name.replaceAll(/[_-]/g, ""),
    ]
  ) {
    try {
      const { encoding } = new TextDecoder(label);
      return NOT_BY_LINES.test(encoding) ? undefined : encoding;
    } catch {
      // Python has more spellings than the web.
    }
  }
  return undefined;
}

/** `log_encoding`. */
export const LOG_ENCODING: Field<string> = parsed<string>(
  '"auto", "utf-8", "latin1", "utf-16" with a mark at its beginning, or another encoding',
  (value, refuse) => {
    if (typeof value !== "string") return undefined;
    const encoding = readEncoding(value);
    if (encoding === undefined) refuse("it is not known");
    return encoding;
  },
);
