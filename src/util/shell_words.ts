/**
 * Words in quotes, as on a command line.
 *
 * @module
 */

/**
 * Divides a line into words as a shell does, without a shell.
 *
 * @returns undefined where a quote stays open
 */
export function splitShellWords(text: string): string[] | undefined {
  const words: string[] = [];
  const part = /\s+|\\(.)|'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\s\\'"]+)/sy;
  let word: string | undefined;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return undefined;
    const [all, escaped, single, double, plain] = match;
    const piece = escaped ?? single ?? double?.replaceAll(/\\(["\\])/g, "$1") ??
      plain;
    if (piece !== undefined) word = (word ?? "") + piece;
    else if (word !== undefined && all.trim() === "") {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}
