/**
 * Literals as Python prints them, as far as fail2ban-regex does: texts in quotes, `None`, numbers.
 *
 * @module
 */

/** A text in quotes, with its escapes. */
const TEXT = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/sy;

const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gs;

const LETTERS: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
};

/** A text and where it ends. */
export interface PythonText {
  readonly text: string;
  /** Index behind its closing quote. */
  readonly end: number;
}

/** @returns the text whose opening quote stands at `at`, or undefined where there is none */
export function readPythonText(
  source: string,
  at: number,
): PythonText | undefined {
  TEXT.lastIndex = at;
  const match = TEXT.exec(source);
  if (match === null) return undefined;
  return {
    text: (match[1] ?? match[2] ?? "").replaceAll(ESCAPE, unescape),
    end: TEXT.lastIndex,
  };
}

function unescape(
  _: string,
  ...[x, u, U, letter]: readonly (string | undefined)[]
): string {
  const digits = x ?? u ?? U;
  if (digits === undefined) return LETTERS[letter ?? ""] ?? letter ?? "";
  const code = parseInt(digits, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
}
