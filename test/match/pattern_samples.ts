/**
 * Patterns in Python's syntax, made together with texts that they match.
 *
 * @module
 */

import fc from "fast-check";

/** Numbers from 0 up to, but without, `below`. */
export type Dice = (below: number) => number;

/** How a text is made. */
interface TextOptions {
  readonly dice: Dice;
  /** Whether a letter may be of any case. */
  readonly ignoresCase: boolean;
}

/** A pattern, and how to make texts in its language; assertions may refuse them. */
export interface PatternSample {
  /** For Python. */
  readonly source: string;
  readonly makeText: (options: TextOptions) => string;
}

/** Beyond ASCII, these too are an i, a k, an s for Python where the case is ignored. */
const OTHER_CASES: Readonly<Record<string, string>> = {
  i: "iI\u0130\u0131",
  k: "kK\u212a",
  s: "sS\u017f",
};

const WORDS = [
  "foo",
  "Failed",
  "risk",
  "a b",
  "[]",
  "] [",
  "x",
  "  ",
  "\u00e9t\u00e9",
  "\u{1f600}",
  "user",
  "\ufffd",
];

const CLASSES: readonly (readonly [source: string, members: string])[] = [
  ["\\d", "0123456789"],
  ["[ab]", "ab"],
  ["[Kk]", "Kk"],
  ["[.:-]", ".:-"],
  ["[^\\n]", "aZ [\u00e9"],
  ["[b-q]", "bcdefghijklmnopq"],
  ["\\s", " \t"],
  [".", "x]"],
];

const ASSERTIONS = ["\\b", "^", "$", "(?!forbidden)", "(?<!never)"];

const OPTIONAL = ["?", "*", "{0,2}", "??"];
const REPEATED = ["+", "{2}", "{2,3}", "{1,2}?"];

const word = fc.constantFrom(...WORDS).map((text): PatternSample => ({
  source: text.replace(/[[\]]/g, "\\$&"),
  makeText: (options) =>
    options.ignoresCase
      ? [...text].map((letter) => anyCase(letter, options.dice)).join("")
      : text,
}));

const oneOfClass = fc.constantFrom(...CLASSES).map((
  [source, members],
): PatternSample => ({
  source,
  makeText: ({ dice, ignoresCase }) => {
    const member = [...members][dice([...members].length)] ?? "";
    return ignoresCase ? anyCase(member, dice) : member;
  },
}));

const assertion = fc.constantFrom(...ASSERTIONS).map((
  source,
): PatternSample => ({ source, makeText: () => "" }));

/** Any pattern. */
export const { sequence: patternSample } = fc.letrec<{
  part: PatternSample;
  sequence: PatternSample;
}>((tie) => ({
  part: fc.oneof(
    { depthSize: "small" },
    { arbitrary: word, weight: 4 },
    { arbitrary: oneOfClass, weight: 2 },
    { arbitrary: assertion, weight: 1 },
    { arbitrary: tie("sequence").map(enclose), weight: 1 },
    { arbitrary: tie("sequence").map(ignoreCase), weight: 1 },
    {
      arbitrary: fc.tuple(tie("sequence"), fc.constantFrom(...OPTIONAL))
        .map(([inner, mark]) => repeat(inner, mark, 0)),
      weight: 2,
    },
    {
      arbitrary: fc.tuple(tie("sequence"), fc.constantFrom(...REPEATED))
        .map(([inner, mark]) => repeat(inner, mark, 2)),
      weight: 1,
    },
    {
      arbitrary: fc.array(tie("sequence"), { minLength: 2, maxLength: 3 })
        .map(choose),
      weight: 2,
    },
  ),
  sequence: fc.array(tie("part"), { minLength: 1, maxLength: 4 }).map(join),
}));

/** @returns dice that fall the same for the same seed */
export function createDice(seed: number): Dice {
  let state = seed | 0;
  return (below) => {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    return (state >>> 8) % below;
  };
}

function join(parts: readonly PatternSample[]): PatternSample {
  return {
    source: parts.map(({ source }) => source).join(""),
    makeText: (options) =>
      parts.map(({ makeText }) => makeText(options)).join(""),
  };
}

function enclose({ source, makeText }: PatternSample): PatternSample {
  return { source: `(${source})`, makeText };
}

function ignoreCase({ source, makeText }: PatternSample): PatternSample {
  return {
    source: `(?i:${source})`,
    makeText: (options) => makeText({ ...options, ignoresCase: true }),
  };
}

/** @param least 0: the text may lack the part */
function repeat(
  { source, makeText }: PatternSample,
  mark: string,
  least: number,
): PatternSample {
  return {
    source: `(?:${source})${mark}`,
    makeText: (options) => {
      const count = least === 0 ? options.dice(2) : least;
      return Array.from({ length: count }, () => makeText(options)).join("");
    },
  };
}

function choose(branches: readonly PatternSample[]): PatternSample {
  return {
    source: `(?:${branches.map(({ source }) => source).join("|")})`,
    makeText: (options) =>
      branches[options.dice(branches.length)]?.makeText(options) ?? "",
  };
}

function anyCase(letter: string, dice: Dice): string {
  const lower = letter.toLowerCase();
  const cases = OTHER_CASES[lower] ?? `${lower}${letter.toUpperCase()}`;
  return [...cases][dice([...cases].length)] ?? letter;
}
