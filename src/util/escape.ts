/**
 * Makes text that an attacker may have written safe for a terminal or a log.
 *
 * @module
 */

/** Characters that could move a cursor, forge a line or reorder text: controls, line separators, bidirectional marks. */
const UNSAFE =
  /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * Escapes control characters as `\x1b` or `\u202e` and cuts what is too long.
 *
 * @param text anything
 * @param limit longest result in UTF-16 units before the mark `…`; default 512
 */
export function escapeText(text: string, limit = 512): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replaceAll(UNSAFE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}
