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

import { onlyCodeOf } from "./char_class.ts";
import { hasOwnBytes, literalsOfSet } from "./class_literals.ts";
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
import { type PatternNode, type RepeatNode, widthOf } from "./pattern_tree.ts";
import type { Literal } from "./prefilter/literal.ts";

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

/** Addresses and names of hosts have no text in common. */
const ADDRESS_GROUPS: ReadonlySet<string | undefined> = new Set([
  "ip4",
  "ip6",
  "dns",
]);

/** A literal that is too long ends at one of these. */
const LONGEST_TEXT = 16;

/** A counted repeat up to this is put together from its copies. */
const MOST_COPIES = 8;

/** What was found for the lines of a log, by the root of the pattern: its engines ask for the same again. */
const analyzed = new WeakMap<PatternNode, PatternLiterals>();

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

/** Extracts the set of literals of which every match contains one. */
export function extractLiterals(
  root: PatternNode,
  dates: DatePlaces = "between words",
): RequiredLiterals {
  return analyzeLiterals(root, dates).required;
}

/** Does the same, and also gives the texts that are in every match besides. */
export function analyzeLiterals(
  root: PatternNode,
  dates: DatePlaces = "between words",
): PatternLiterals {
  if (dates === "anywhere") return analyze(root, halveAll);
  let literals = analyzed.get(root);
  if (literals === undefined) {
    analyzed.set(root, literals = analyze(root, splitAtDates));
  }
  return literals;
}

function analyze(root: PatternNode, piecesOf: PiecesOf): PatternLiterals {
  const { required: all, certain } = new LiteralFinder(piecesOf).analyze(root);
  const required = judge(all);
  const known = "literals" in required ? required.literals : [];
  return {
    required,
    certain: chooseCertain(certain, known),
    opening: findOpening(root),
  };
}

function findOpening(root: PatternNode): string {
  const [first, ...parts] = partsOf(root);
  const isAnchored = first?.kind === "assertion" &&
    first.assertion === "textStart";
  return isAnchored ? beginningOf(parts).text : "";
}

function partsOf(node: PatternNode): readonly PatternNode[] {
  return node.kind === "sequence" ? node.parts : [node];
}

/** @returns the text that a row of parts begins with, and whether it is all of the row */
function beginningOf(
  parts: readonly PatternNode[],
): { readonly text: string; readonly isAll: boolean } {
  let text = "";
  for (const part of parts) {
    const begun = beginningOfPart(part);
    text += begun.text;
    if (!begun.isAll) return { text, isAll: false };
  }
  return { text, isAll: true };
}

function beginningOfPart(part: PatternNode) {
  switch (part.kind) {
    case "set": {
      const code = onlyCodeOf(part.set);
      return code < 0
        ? { text: "", isAll: false }
        : { text: String.fromCodePoint(code), isAll: true };
    }
    case "sequence":
      return beginningOf(part.parts);
    case "capture":
    case "tag":
    case "atomic":
      return beginningOf([part.body]);
    default:
      return { text: "", isAll: false };
  }
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

/** What of each literal a line holds for sure, whatever date stood in it. */
type PiecesOf = (set: LiteralSet) => LiteralSet | undefined;

/** Puts the literals of a pattern's parts together. */
class LiteralFinder {
  readonly #piecesOf: PiecesOf;

  constructor(piecesOf: PiecesOf) {
    this.#piecesOf = piecesOf;
  }

  analyze(root: PatternNode): Omit<Facts, "exact"> {
    const facts = this.#factsOf(root);
    return { required: this.#bestOfFacts(facts), certain: facts.certain };
  }

  #factsOf(node: PatternNode): Facts {
    switch (node.kind) {
      case "set":
        return factsOfSet(literalsOfSet(node.set));
      case "sequence":
        return this.#factsOfSequence(node.parts);
      case "branches":
        return this.#factsOfBranches(node.branches);
      case "condition":
        return this.#factsOfBranches([node.yes, node.no]);
      case "repeat":
        return this.#factsOfRepeat(node);
      case "capture":
        return ADDRESS_GROUPS.has(node.name)
          ? UNKNOWN
          : this.#factsOf(node.body);
      case "tag":
      case "atomic":
        return this.#factsOf(node.body);
      case "assertion":
      case "look":
        // Whatever it asks for, it takes no room: what stands around it is adjacent.
        return EMPTY;
      case "reference":
        return UNKNOWN;
    }
  }

  #factsOfBranches(branches: readonly PatternNode[]): Facts {
    const facts = branches.map((branch) => this.#factsOf(branch));
    return {
      exact: uniteAll(facts.map(({ exact }) => exact)),
      required: uniteAll(facts.map((branch) => this.#bestOfFacts(branch))),
      certain: [],
    };
  }

  /** Runs of exact parts grow into longer literals; whatever else stands between them ends a run. */
  #factsOfSequence(parts: readonly PatternNode[]): Facts {
    const certain: Literal[] = [];
    let run = NOTHING;
    /** The same from the last part with alternatives on: shorter, but one literal. */
    let plain = NOTHING;
    let best: LiteralSet | undefined;
    let isExact = true;
    for (const { exact, required, certain: inner } of this.#factsOfAll(parts)) {
      const grown = exact && joinAll(run, exact);
      if (exact?.length !== 1 || grown === undefined) {
        best = this.#bestOf(best, run, run.length === 1 ? NOTHING : plain);
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

  /** Characters in a row are one text: put together one by one they would take most of the time. */
  *#factsOfAll(parts: readonly PatternNode[]): Generator<Facts, void> {
    let text = "";
    for (const part of parts) {
      const letter = letterOf(part);
      if (text !== "" && (letter === "" || text.length >= LONGEST_TEXT)) {
        yield factsOfSet([{ text, ignoresCase: false }]);
        text = "";
      }
      if (letter === "") yield this.#factsOf(part);
      else text += letter;
    }
    if (text !== "") yield factsOfSet([{ text, ignoresCase: false }]);
  }

  #factsOfRepeat({ body, min, max }: RepeatNode): Facts {
    if (max === 0 || widthOf(body).max === 0) return EMPTY;
    if (min === 0) {
      if (max > 1) return UNKNOWN;
      // A part that may be missing is one more alternative.
      return factsOfSet(uniteAll([NOTHING, this.#factsOf(body).exact]));
    }
    const copies = Math.min(min, MOST_COPIES);
    const facts = copies === 1
      ? this.#factsOf(body)
      : this.#factsOfSequence(new Array<PatternNode>(copies).fill(body));
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

/** @returns the text of a part that is one character with bytes of its own, else nothing */
function letterOf(part: PatternNode): string {
  const code = part.kind === "set" ? onlyCodeOf(part.set) : -1;
  return hasOwnBytes(code) ? String.fromCharCode(code) : "";
}

function factsOfSet(exact: LiteralSet | undefined): Facts {
  return { exact, required: undefined, certain: [] };
}
