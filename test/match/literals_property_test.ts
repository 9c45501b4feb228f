import assert from "node:assert/strict";
import fc from "fast-check";
import {
  analyzeLiterals,
  type DatePlaces,
  type PatternLiterals,
} from "../../src/match/literals.ts";
import { holdsAny } from "../../src/match/literal_sets.ts";
import { translatePattern } from "../../src/match/translate.ts";
import { createDice, type Dice, patternSample } from "./pattern_samples.ts";

/** Patterns, and texts for each: 100,000 cases. */
const PATTERNS = 5000;
const TEXTS_A_PATTERN = 20;

const STAMP = "2026-11-20T19:08:03Z";

/** Analyzes a pattern in JavaScript's syntax. */
type Analyze = (source: string, dates: DatePlaces) => PatternLiterals;

/** How often the property had something to say. */
interface Tally {
  cases: number;
  matches: number;
  filtered: number;
  opened: number;
}

/**
 * Whatever the plain pattern matches holds one of the literals, though a date was cut out of it, and all texts that are
 * certain; and it begins as is said, where the pattern stands at the beginning.
 */
function soundness(analyze: Analyze, tally?: Tally) {
  return fc.property(patternSample, fc.integer(), (sample, seed) => {
    const { source } = translatePattern(sample.source);
    const plain = new RegExp(source);
    const literals = {
      "between words": analyze(source, "between words"),
      anywhere: analyze(source, "anywhere"),
    };
    const anchored = new RegExp(`^${source}`);
    const { opening } = analyze(anchored.source, "between words");
    const dice = createDice(seed);
    for (let i = 0; i < TEXTS_A_PATTERN; i++) {
      const made = sample.makeText({ dice, ignoresCase: false });
      const text = disturb(made, dice);
      if (tally !== undefined) tally.cases++;
      if (opening !== "" && anchored.test(text)) {
        if (tally !== undefined) tally.opened++;
        assert.ok(text.startsWith(opening), opening);
      }
      if (!plain.test(text)) continue;
      if (tally !== undefined) tally.matches++;
      for (const dates of ["between words", "anywhere"] as const) {
        const { required, certain } = literals[dates];
        const line = addStamp(text, dates, dice);
        const searched = dates === "anywhere" ? text : line;
        for (const part of certain) assert.ok(searched.includes(part), part);
        if (!("literals" in required)) continue;
        if (tally !== undefined) tally.filtered++;
        assert.ok(holdsAny(line, required.literals), JSON.stringify(line));
      }
    }
  });
}

/** Now and then text around it, or a character less. */
function disturb(text: string, dice: Dice): string {
  switch (dice(6)) {
    case 0:
      return `noise ${text}`;
    case 1:
      return `${text} noise\n`;
    case 2: {
      const at = dice(text.length + 1);
      return text.slice(0, at) + text.slice(at + 1);
    }
    default:
      return text;
  }
}

/** The line that the text was cut out of. */
function addStamp(text: string, dates: DatePlaces, dice: Dice): string {
  const at = dice(text.length + 1);
  const isApart = !/\w/.test(text[at - 1] ?? " ") &&
    !/\w/.test(text[at] ?? " ");
  return dates === "anywhere" || isApart
    ? text.slice(0, at) + STAMP + text.slice(at)
    : text;
}

Deno.test("analyzeLiterals() is sound for 100,000 generated patterns and texts", () => {
  const tally = { cases: 0, matches: 0, filtered: 0, opened: 0 };
  fc.assert(soundness(analyzeLiterals, tally), { numRuns: PATTERNS });
  assert.equal(tally.cases, PATTERNS * TEXTS_A_PATTERN);
  assert.ok(tally.matches > tally.cases / 2, JSON.stringify(tally));
  assert.ok(tally.filtered > tally.cases / 4, JSON.stringify(tally));
  assert.ok(tally.opened > tally.cases / 10, JSON.stringify(tally));
});

/** Each takes something for granted that does not hold. */
const BROKEN: Readonly<Record<string, Analyze>> = {
  "takes optional parts for required": (source, dates) =>
    analyzeLiterals(source.replace(/\)(?:\?\??|\*|\{0,2\})/g, ")"), dates),
  "takes one branch for all": (source, dates) =>
    analyzeLiterals(source.replace(/\|[^()|]*\)/g, ")"), dates),
  "minds the case though the pattern does not": (source, dates) => {
    const { required, ...more } = analyzeLiterals(source, dates);
    if (!("literals" in required)) return { required, ...more };
    const literals = required.literals.map(({ text }) => ({
      text,
      ignoresCase: false,
    }));
    return { required: { literals }, ...more };
  },
  "forgets the Kelvin sign, the long s and the dotless i": (source, dates) =>
    analyzeLiterals(
      source.replace(/\\u0130-\\u0131|\\u0130\\u0131|\\u017f|\\u212a/g, ""),
      dates,
    ),
  "forgets that a date was cut out": (source) => {
    const text = source.replace(/\\([[\]])/g, "$1").replace(/^\(|\)$/g, "");
    const isPlain = !/[\\^$*+?(){}|]/.test(text) && text.length >= 4;
    return isPlain
      ? {
        required: { literals: [{ text, ignoresCase: false }] },
        certain: [],
        opening: "",
      }
      : { required: { declined: "no literal" }, certain: [], opening: "" };
  },
  "takes dates for apart from words that may be anywhere": (source) =>
    analyzeLiterals(source, "between words"),
  "takes the beginning of one branch for that of all": (source, dates) => ({
    ...analyzeLiterals(source, dates),
    opening:
      analyzeLiterals(source.replace(/\|[^()|]*\)/g, ")"), dates).opening,
  }),
  "takes what one branch has for certain": (source, dates) => ({
    ...analyzeLiterals(source, dates),
    certain:
      analyzeLiterals(source.replace(/\|[^()|]*\)/g, ")"), dates).certain,
  }),
};

for (const [fault, analyze] of Object.entries(BROKEN)) {
  Deno.test(`the soundness property catches an extractor that ${fault}`, () => {
    const { errorInstance } = fc.check(soundness(analyze), {
      numRuns: PATTERNS,
      seed: 1,
      endOnFailure: true,
    });
    // Not just any error: a match whose literal was not found.
    assert.ok(errorInstance instanceof assert.AssertionError);
  });
}
