/**
 * Literals that every match of a pattern must contain, so that a line without any of them need not be looked at.
 *
 * Law: no false negatives. A pattern of which nothing can be said for sure is declined, with the reason.
 *
 * A date is cut out of a line before a pattern sees it, so text that is one piece for the pattern may be two in the log:
 * `[2026-11-20 19:08:03] [error]` is `[] [error]` for it. Dates stand between characters that are no word characters
 * (see date/date_reader.ts), so a literal is split wherever two of those meet, and one piece is kept:
 *
 *     \[\] \[error\] client <HOST>   →   ` client `   (of `[`, `]`, ` `, `[error]`, ` client ` the longest)
 *
 * A date pattern of a user's own may have its dates anywhere, within words too. One tear leaves the first or the second half
 * of a literal whole:
 *
 *     Relay attempt from <HOST>   →   `Relay atte`, `mpt from `
 *
 * @module
 */

import { type AST, RegExpParser } from "@eslint-community/regexpp";
import type { Literal } from "./prefilter/literal.ts";
import { literalsOfClass } from "./class_literals.ts";
import {
  chooseCertain,
  countShortest,
  dropCovered,
  halveAll,
  joinAll,
  type LiteralSet,
  lowerCaseless,
  pickBetter,
  splitAtDates,
  uniteAll,
} from "./literal_sets.ts";

/**
 * What a line must hold.
 *
 *     (?:Failed|Invalid) login from <HOST>   →   { literals: ["Failed login from ", "Invalid login from "] }
 *     (?:Failed|Invalid) .* <HOST>           →   { literals: ["Failed ", "Invalid "] }
 *     \d+ <HOST>                             →   { declined: "too short" }
 */
export type RequiredLiterals =
  | { readonly literals: readonly Literal[] }
  | { readonly declined: DeclineReason };

/**
 * Why a pattern meets every line.
 *
 * - `no literal`: no text is in every match: all parts are optional, classes, repeats of them
 * - `too short`: what is there, is in too many lines
 * - `too many`: there are more alternatives than are worth a search
 */
export type DeclineReason = "no literal" | "too short" | "too many";

/** Shorter ones are in too many lines to save work. */
export const SHORTEST_LITERAL = 3;

/** More than this cost more to search for than they save. */
export const MOST_LITERALS = 32;

/** A counted repeat up to this is put together from its copies. */
const MOST_COPIES = 8;

/** Analyses that are remembered: a configuration's patterns are checked first, and then bound to each of its logs. */
const MOST_REMEMBERED = 4096;

const analyzed = new Map<string, PatternLiterals>();

/** What is known of a part of a pattern. */
interface Facts {
  /** It matches one of these strings and nothing else; undefined where that cannot be said. */
  readonly exact: LiteralSet | undefined;
  /** It contains one of these strings; undefined where nothing is known. */
  readonly required: LiteralSet | undefined;
  /** It contains all of these strings. */
  readonly certain: LiteralSet;
}

const NOTHING: LiteralSet = [{ text: "", ignoresCase: false }];
const UNKNOWN = factsOfSet(undefined);
const EMPTY = factsOfSet(NOTHING);

/** What can be said of a pattern's matches. */
export interface PatternLiterals {
  /** For the lines of a log, in which dates may stand. */
  readonly required: RequiredLiterals;
  /** Each match also has all of these texts, the most telling first, and so does the line unless dates may stand anywhere. */
  readonly certain: readonly string[];
  /** Text that what the pattern is run on begins with in each match; empty where nothing is known of that. */
  readonly opening: string;
}

/** Where dates may stand in a line: between characters that are no word characters, or anywhere. */
export type DatePlaces = "between words" | "anywhere";

/**
 * Extracts the set of literals of which every match contains one.
 *
 * @param source a pattern in JavaScript's syntax, to be run without flags
 */
export function extractLiterals(
  source: string,
  dates: DatePlaces = "between words",
): RequiredLiterals {
  return analyzeLiterals(source, dates).required;
}

/** Does the same, and also gives the texts that are in every match besides. */
export function analyzeLiterals(
  source: string,
  dates: DatePlaces = "between words",
): PatternLiterals {
  const key = `${dates} ${source}`;
  const remembered = analyzed.get(key);
  if (remembered !== undefined) return remembered;
  const literals = analyze(source, dates);
  if (analyzed.size >= MOST_REMEMBERED) analyzed.clear();
  analyzed.set(key, literals);
  return literals;
}

function analyze(source: string, dates: DatePlaces): PatternLiterals {
  const pattern = new RegExpParser({ ecmaVersion: 2025 })
    .parsePattern(source, 0, source.length);
  const finder = new LiteralFinder(
    dates === "anywhere" ? halveAll : splitAtDates,
  );
  const { required: all, certain } = finder.analyze(pattern.alternatives);
  const required = judge(all);
  const known = "literals" in required ? required.literals : [];
  return {
    required,
    certain: chooseCertain(certain, known),
    opening: findOpening(pattern.alternatives),
  };
}

function findOpening([only, other]: readonly AST.Alternative[]): string {
  const [first, ...elements] = only?.elements ?? [];
  const isAnchored = first?.type === "Assertion" && first.kind === "start";
  return other === undefined && isAnchored ? beginningOf(elements).text : "";
}

/** @returns the text that a row of elements begins with, and whether it is all of the row */
function beginningOf(
  elements: readonly AST.Element[],
): { readonly text: string; readonly isAll: boolean } {
  let text = "";
  for (const element of elements) {
    const begun = beginningOfElement(element);
    text += begun.text;
    if (!begun.isAll) return { text, isAll: false };
  }
  return { text, isAll: true };
}

function beginningOfElement(element: AST.Element) {
  if (element.type === "Character") {
    return { text: String.fromCodePoint(element.value), isAll: true };
  }
  const isGroup = element.type === "CapturingGroup" ||
    element.type === "Group" && element.modifiers === null;
  const [only, other] = isGroup ? element.alternatives : [];
  return only !== undefined && other === undefined
    ? beginningOf(only.elements)
    : { text: "", isAll: false };
}

function judge(all: LiteralSet | undefined): RequiredLiterals {
  if (all === undefined) return { declined: "no literal" };
  const literals = dropCovered(all.map(lowerCaseless));
  if (countShortest(literals) < SHORTEST_LITERAL) {
    return { declined: "too short" };
  }
  if (literals.length > MOST_LITERALS) return { declined: "too many" };
  return { literals };
}

/** Puts the literals of a pattern's parts together. */
class LiteralFinder {
  /** What of each literal a line holds for sure, whatever date stood in it. */
  readonly #piecesOf: (set: LiteralSet) => LiteralSet | undefined;

  constructor(piecesOf: (set: LiteralSet) => LiteralSet | undefined) {
    this.#piecesOf = piecesOf;
  }

  analyze(branches: readonly AST.Alternative[]): Omit<Facts, "exact"> {
    const facts = this.#factsOfBranches(branches);
    return { required: this.#bestOfFacts(facts), certain: facts.certain };
  }

  #factsOfBranches(branches: readonly AST.Alternative[]): Facts {
    const facts = branches.map((branch) =>
      this.#factsOfSequence(branch.elements)
    );
    const [only] = facts;
    if (only !== undefined && facts.length === 1) return only;
    return {
      exact: uniteAll(facts.map(({ exact }) => exact)),
      required: uniteAll(facts.map((branch) => this.#bestOfFacts(branch))),
      certain: [],
    };
  }

  /** Runs of exact parts grow into longer literals; whatever else stands between them ends a run. */
  #factsOfSequence(elements: readonly AST.Element[]): Facts {
    const certain: Literal[] = [];
    let run = NOTHING;
    /** The same from the last part with alternatives on: shorter, but one literal. */
    let plain = NOTHING;
    let best: LiteralSet | undefined;
    let isExact = true;
    for (const element of elements) {
      const { exact, required, certain: inner } = this.#factsOfElement(element);
      const grown = exact && joinAll(run, exact);
      if (exact?.length !== 1 || grown === undefined) {
        best = this.#bestOf(best, run, plain);
        certain.push(...plain, ...inner);
      }
      if (grown === undefined) {
        isExact = false;
        best = pickBetter(best, required);
      }
      run = grown ?? exact ?? NOTHING;
      plain = exact?.length === 1 ? joinAll(plain, exact) ?? exact : NOTHING;
    }
    const exact = isExact ? run : undefined;
    certain.push(...plain);
    return { exact, required: this.#bestOf(best, run, plain), certain };
  }

  #factsOfElement(element: AST.Element): Facts {
    switch (element.type) {
      case "Character":
        return factsOfSet(literalsOfClass([[element.value, element.value]]));
      case "CharacterClass":
        return factsOfClass(element);
      case "Group":
        return element.modifiers === null
          ? this.#factsOfBranches(element.alternatives)
          : UNKNOWN;
      case "CapturingGroup":
        return this.#factsOfBranches(element.alternatives);
      case "Quantifier":
        return this.#factsOfQuantifier(element);
      case "Assertion":
        // Whatever it asks for, it takes no room: what stands around it is adjacent.
        return EMPTY;
      default:
        return UNKNOWN;
    }
  }

  #factsOfQuantifier({ element, min, max }: AST.Quantifier): Facts {
    if (element.type === "Assertion" || max === 0) return EMPTY;
    if (min === 0) {
      // A part that may be missing is one more alternative.
      const { exact } = this.#factsOfElement(element);
      return max === 1 ? factsOfSet(uniteAll([NOTHING, exact])) : UNKNOWN;
    }
    const copies = Math.min(min, MOST_COPIES);
    const facts = this.#factsOfSequence(
      new Array<AST.Element>(copies).fill(element),
    );
    return max === copies
      ? facts
      : { ...facts, exact: undefined, required: this.#bestOfFacts(facts) };
  }

  #bestOfFacts({ exact, required }: Facts): LiteralSet | undefined {
    return exact === undefined ? required : this.#bestOf(required, exact);
  }

  #bestOf(
    best: LiteralSet | undefined,
    ...runs: readonly LiteralSet[]
  ): LiteralSet | undefined {
    return runs.reduce(
      (better, run) => pickBetter(better, this.#piecesOf(run)),
      best,
    );
  }
}

function factsOfSet(exact: LiteralSet | undefined): Facts {
  return { exact, required: undefined, certain: [] };
}

function factsOfClass({ negate, elements }: AST.CharacterClass): Facts {
  if (negate) return UNKNOWN;
  const ranges: [number, number][] = [];
  for (const element of elements) {
    if (element.type === "Character") {
      ranges.push([element.value, element.value]);
    } else if (element.type === "CharacterClassRange") {
      ranges.push([element.min.value, element.max.value]);
    } else return UNKNOWN;
  }
  return factsOfSet(literalsOfClass(ranges));
}
