/**
 * Small patterns and texts for property tests.
 *
 * @module
 */

import fc from "fast-check";

const atom = fc.constantFrom(
  ...["a", "b", "ab", ".", "[ab]", "[^a]", "\\w", "\\b", "^", "$", "(?=a)"],
  ...["(?!b)", "(?<=a)", "(?<!b)", "\\s", "a*", "b+?", "[ab]{1,3}"],
);

/** Small patterns over two letters, ambiguous on purpose; a repeat takes at least one character, where engines differ. */
export const { sequence } = fc.letrec<{ sequence: string; part: string }>((
  tie,
) => ({
  part: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    atom,
    tie("sequence").map((inner) => `(?:${inner})`),
    tie("sequence").map((inner) => `(${inner})`),
    fc.tuple(
      tie("sequence"),
      fc.constantFrom("*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}"),
    ).map(([inner, mark]) => `(?:a${inner})${mark}`),
    fc.tuple(tie("sequence"), tie("sequence")).map(([a, b]) => `(?:${a}|${b})`),
  ),
  sequence: fc.array(tie("part"), { minLength: 1, maxLength: 4 }).map((
    parts,
  ) => parts.join("")),
}));

/** Short texts over the letters of the patterns. */
export const subject = fc.string({
  unit: fc.constantFrom("a", "b", "a", "b", " ", "\n"),
  maxLength: 14,
});
