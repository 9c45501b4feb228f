/**
 * Pickles by hand.
 *
 * @module
 */

/** Bytes of a text in which each character is one of them. */
export function bytesOf(latin1: string): Uint8Array {
  return Uint8Array.from(latin1, (character) => character.charCodeAt(0));
}

/** The command of a client that does without a header: og-rek, of programs in Go. */
export function shortPickle(...words: readonly string[]): Uint8Array {
  const items = words.map((word) =>
    `U${String.fromCharCode(word.length)}${word}`
  );
  return bytesOf(`](${items.join("")}e.`);
}
