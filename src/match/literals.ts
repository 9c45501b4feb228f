/**
 * Literals that every match of a pattern must contain, so that a line without any of them need not be looked at.
 *
 * Law: no false negatives. A pattern of which nothing can be said for sure is declined, with the reason.
 *
 * A date is cut out of a line before a pattern sees it, so text that is one piece for the pattern may be two in the log:
 * `[2026-11-20 19:08:03] [error]` is `[] [error]` for it. Dates stand between characters that are no word characters
 * (see date/date_reader.ts), so a literal is split wherever two of those meet, and one piece is kept:
 *
 *     \[\] \[error\] client <HOST>   →   `client `   (of `[`, `]`, ` `, `[error]`, ` client ` the longest)
 *
 * @module
 */

import { type AST, RegExpParser } from "@eslint-community/regexpp";

/**
 * What a line must hold.
 *
 *     (?:Failed|Invalid) login from <HOST>   →   { literals: ["Failed login from ", "Invalid login from "] }
 *     (?:Failed|Invalid) .* <HOST>           →   { literals: ["Failed ", "Invalid "] }
 *     \d+ <HOST>                             →   { declined: "too short" }
 */
export type RequiredLiterals =
  | { readonly literals: readonly string[] }
  | { readonly declined: DeclineReason };

/** Why a pattern meets every line. */
export type DeclineReason = "no literal" | "too short" | "too many";

/** Shorter ones are in too many lines to save work. */
export const SHORTEST_LITERAL = 3;

/** More than this cost more to search for than they save. */
export const MOST_LITERALS = 32;

/** Longest literal that is put together; a part of it is as sound. */
const LONGEST_LITERAL = 64;

/** A counted repeat up to this is put together from its copies. */
const MOST_COPIES = 8;

/** Left of a literal whose beginning was cut off. */
const CUT_LENGTH = 6;

/** Bytes of logs by how often they come, roughly; capitals and what is not listed are rarer still. */
const COMMON_BYTES = ' etao:.nsrid01-lcu2mp345h6789gfb[]=yvw/k_,"()';

/** What is known of a part of a pattern. */
interface Facts {
  /** It matches one of these strings and nothing else; undefined where that cannot be said. */
  readonly exact: readonly string[] | undefined;
  /** It contains one of these strings; undefined where nothing is known. */
  readonly required: readonly string[] | undefined;
}

const UNKNOWN: Facts = { exact: undefined, required: undefined };
const EMPTY: Facts = { exact: [""], required: undefined };

/**
 * Extracts the set of literals of which every match contains one.
 *
 * @param source a pattern in JavaScript's syntax, to be run without flags
 */
export function extractLiterals(source: string): RequiredLiterals {
  const pattern = new RegExpParser({ ecmaVersion: 2025 })
    .parsePattern(source, 0, source.length);
  const { exact, required } = factsOfBranches(pattern.alternatives);
  const all = pickBetter(splitAtDates(exact), required);
  if (all === undefined) return { declined: "no literal" };
  const literals = dropCovered(all);
  if (shortestOf(literals) < SHORTEST_LITERAL) return { declined: "too short" };
  if (literals.length > MOST_LITERALS) return { declined: "too many" };
  return { literals: [...new Set(literals.map(beginRare))] };
}

function factsOfBranches(branches: readonly AST.Alternative[]): Facts {
  const facts = branches.map((branch) => factsOfSequence(branch.elements));
  const [only] = facts;
  if (only !== undefined && facts.length === 1) return only;
  return {
    exact: uniteAll(facts.map(({ exact }) => exact)),
    required: uniteAll(facts.map(bestOf)),
  };
}

/** Runs of exact parts grow into longer literals; whatever else stands between them ends a run. */
function factsOfSequence(elements: readonly AST.Element[]): Facts {
  let run: readonly string[] = [""];
  let best: readonly string[] | undefined;
  let isExact = true;
  for (const element of elements) {
    const facts = factsOfElement(element);
    const grown = facts.exact && joinAll(run, facts.exact);
    if (grown !== undefined) {
      run = grown;
      continue;
    }
    isExact = false;
    best = pickBetter(best, splitAtDates(run));
    best = pickBetter(best, facts.required);
    run = facts.exact ?? [""];
  }
  if (isExact) return { exact: run, required: undefined };
  return { exact: undefined, required: pickBetter(best, splitAtDates(run)) };
}

function factsOfElement(element: AST.Element): Facts {
  switch (element.type) {
    case "Character":
      return factsOfUnit(element.value);
    case "CharacterClass":
      return factsOfClass(element);
    case "Group":
      return element.modifiers === null
        ? factsOfBranches(element.alternatives)
        : UNKNOWN;
    case "CapturingGroup":
      return factsOfBranches(element.alternatives);
    case "Quantifier":
      return factsOfQuantifier(element);
    case "Assertion":
      // Whatever it asks for, it takes no room: what stands around it is adjacent.
      return EMPTY;
    default:
      return UNKNOWN;
  }
}

/** The end of a line is cut off and put on again, so it is no part of a literal. */
function factsOfUnit(unit: number): Facts {
  if (unit === 0x0a || unit === 0x0d) return UNKNOWN;
  return { exact: [String.fromCharCode(unit)], required: undefined };
}

function factsOfClass(set: AST.CharacterClass): Facts {
  const [only] = set.elements;
  const isSingle = !set.negate && set.elements.length === 1;
  return isSingle && only?.type === "Character"
    ? factsOfUnit(only.value)
    : UNKNOWN;
}

function factsOfQuantifier({ element, min, max }: AST.Quantifier): Facts {
  if (min === 0) return max === 0 ? EMPTY : UNKNOWN;
  if (element.type === "Assertion") return EMPTY;
  if (min === max && min <= MOST_COPIES) {
    return factsOfSequence(new Array<AST.Element>(min).fill(element));
  }
  const required = bestOf(factsOfElement(element));
  return { exact: undefined, required };
}

function bestOf(facts: Facts): readonly string[] | undefined {
  return pickBetter(facts.required, splitAtDates(facts.exact));
}

/** @returns undefined where nothing is known of one of them, or where there are too many */
function uniteAll(
  sets: readonly (readonly string[] | undefined)[],
): readonly string[] | undefined {
  const all = new Set<string>();
  for (const set of sets) {
    if (set === undefined) return undefined;
    for (const text of set) all.add(text);
  }
  return all.size <= 2 * MOST_LITERALS ? [...all] : undefined;
}

/** @returns each head with each tail, or undefined where that would be too much */
function joinAll(
  heads: readonly string[],
  tails: readonly string[],
): readonly string[] | undefined {
  if (heads.length * tails.length > MOST_LITERALS) return undefined;
  const joined = heads.flatMap((head) => tails.map((tail) => head + tail));
  return joined.some((text) => text.length > LONGEST_LITERAL)
    ? undefined
    : joined;
}

/** Of each string the longest piece that no date can have stood in. */
function splitAtDates(
  strings: readonly string[] | undefined,
): readonly string[] | undefined {
  if (strings === undefined) return undefined;
  const pieces = strings.map((text) =>
    text.split(/(?<=\W)(?=\W)/).reduce(
      (longest, piece) => piece.length > longest.length ? piece : longest,
      "",
    )
  );
  return pieces.includes("") ? undefined : pieces;
}

function pickBetter(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return scoreOf(b) > scoreOf(a) ? b : a;
}

/** Length beyond ten characters makes no line rarer; each further literal is one more search. */
function scoreOf(literals: readonly string[]): number {
  return 4 * Math.min(10, shortestOf(literals)) - literals.length;
}

function shortestOf(literals: readonly string[]): number {
  return Math.min(...literals.map((literal) => literal.length));
}

/**
 * Cuts a literal's beginning off, so that it begins with its rarest character: engines look for that one first. In a log
 * without them, a search for `Failed password for` takes 1 ns a line, one for ` Failed password for ` 33 ns.
 */
function beginRare(literal: string): string {
  let best = 0;
  for (let i = 1; i <= literal.length - CUT_LENGTH; i++) {
    if (rarityOf(literal, i) > rarityOf(literal, best)) best = i;
  }
  return literal.slice(best);
}

function rarityOf(literal: string, at: number): number {
  const index = COMMON_BYTES.indexOf(literal[at] ?? "");
  return index < 0 ? COMMON_BYTES.length : index;
}

/** A literal that contains another one of the set is found with it. */
function dropCovered(literals: readonly string[]): readonly string[] {
  const distinct = [...new Set(literals)];
  return distinct.filter((long) =>
    !distinct.some((short) => short !== long && long.includes(short))
  );
}
