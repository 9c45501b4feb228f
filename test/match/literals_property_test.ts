import assert from "node:assert/strict";
import fc from "fast-check";
import {
  analyzeLiterals,
  type DatePlaces,
  type PatternLiterals,
} from "../../src/match/literals.ts";
import { holdsAny } from "../../src/match/literal_sets.ts";
import type { CharSet } from "../../src/match/char_class.ts";
import { parsePattern } from "../../src/match/parse_pattern.ts";
import type { PatternNode } from "../../src/match/pattern_tree.ts";
import { translatePattern } from "../../src/match/translate.ts";
import { createDice, type Dice, patternSample } from "./pattern_samples.ts";

/** Patterns, and texts for each: 100,000 cases. */
const PATTERNS = 5000;
const TEXTS_A_PATTERN = 20;

const STAMP = "2026-11-20T19:08:03Z";

/** Analyzes a pattern in Python's syntax. */
type Analyze = (pattern: string, dates: DatePlaces) => PatternLiterals;

function analyzePattern(pattern: string, dates: DatePlaces): PatternLiterals {
  return analyzeLiterals(parsePattern(pattern).root, dates);
}

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
    const { source: pattern } = sample;
    const { source } = translatePattern(pattern);
    const plain = new RegExp(source);
    const literals = {
      "between words": analyze(pattern, "between words"),
      anywhere: analyze(pattern, "anywhere"),
    };
    const anchored = new RegExp(`^${source}`);
    const { opening } = analyze(`^${pattern}`, "between words");
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
  fc.assert(soundness(analyzePattern, tally), { numRuns: PATTERNS });
  assert.equal(tally.cases, PATTERNS * TEXTS_A_PATTERN);
  assert.ok(tally.matches > tally.cases / 2, JSON.stringify(tally));
  assert.ok(tally.filtered > tally.cases / 4, JSON.stringify(tally));
  assert.ok(tally.opened > tally.cases / 10, JSON.stringify(tally));
});

/** @returns the pattern with each set of characters replaced */
function mapSets(
  node: PatternNode,
  change: (set: CharSet) => CharSet,
): PatternNode {
  switch (node.kind) {
    case "set":
      return { kind: "set", set: change(node.set) };
    case "sequence":
      return { ...node, parts: node.parts.map((it) => mapSets(it, change)) };
    case "branches":
      return {
        ...node,
        branches: node.branches.map((it) => mapSets(it, change)),
      };
    case "assertion":
    case "reference":
    case "condition":
      return node;
    default:
      return { ...node, body: mapSets(node.body, change) };
  }
}

function withoutOtherCases(set: CharSet): CharSet {
  const ranges = set.ranges.filter(([from]) =>
    ![0x130, 0x131, 0x17f, 0x212a].includes(from)
  );
  return { ...set, ranges };
}

/** Each takes something for granted that does not hold. */
const BROKEN: Readonly<Record<string, Analyze>> = {
  "takes optional parts for required": (pattern, dates) =>
    analyzePattern(pattern.replace(/\)(?:\?\??|\*|\{0,2\})/g, ")"), dates),
  "takes one branch for all": (pattern, dates) =>
    analyzePattern(pattern.replace(/\|[^()|]*\)/g, ")"), dates),
  "minds the case though the pattern does not": (pattern, dates) => {
    const { required, ...more } = analyzePattern(pattern, dates);
    if (!("literals" in required)) return { required, ...more };
    const literals = required.literals.map(({ text }) => ({
      text,
      ignoresCase: false,
    }));
    return { required: { literals }, ...more };
  },
  "forgets the Kelvin sign, the long s and the dotless i": (pattern, dates) =>
    analyzeLiterals(
      mapSets(parsePattern(pattern).root, withoutOtherCases),
      dates,
    ),
  "forgets that a date was cut out": (pattern) => {
    const text = pattern.replace(/\\([[\]])/g, "$1").replace(/^\(|\)$/g, "");
    const isPlain = !/[\\^$*+?(){}|]/.test(text) && text.length >= 4;
    return isPlain
      ? {
        required: { literals: [{ text, ignoresCase: false }] },
        certain: [],
        opening: "",
      }
      : { required: { declined: "no literal" }, certain: [], opening: "" };
  },
  "takes dates for apart from words that may be anywhere": (pattern) =>
    analyzePattern(pattern, "between words"),
  "takes the beginning of one branch for that of all": (pattern, dates) => ({
    ...analyzePattern(pattern, dates),
    opening:
      analyzePattern(pattern.replace(/\|[^()|]*\)/g, ")"), dates).opening,
  }),
  "takes what one branch has for certain": (pattern, dates) => ({
    ...analyzePattern(pattern, dates),
    certain:
      analyzePattern(pattern.replace(/\|[^()|]*\)/g, ")"), dates).certain,
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
