/**
 * Whether a text is ASCII: remembered for the last one, since all patterns of a jail see the same text in turn.
 *
 * @module
 */

// deno-lint-ignore no-control-regex -- ASCII is what it asks for
const BEYOND_ASCII = /[^\x00-\x7f]/;

let last = "";
let isLastAscii = true;

/** Spares the next question about a text of which the answer is known: looking takes 80 ns. */
export function rememberAscii(text: string): void {
  last = text;
  isLastAscii = true;
}

/** @returns whether every character is below 128 */
export function isAscii(text: string): boolean {
  if (text === last) return isLastAscii;
  last = text;
  isLastAscii = !BEYOND_ASCII.test(text);
  return isLastAscii;
}
