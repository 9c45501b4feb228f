/**
 * Tells quickly, and in a time that grows with the text alone, that a pattern cannot match.
 *
 * The pattern's automaton is made deterministic while it runs: a state of this one is a set of states of that one, and is
 * looked up from then on. 3 ns a character, where the search that knows everything takes 500: a long line that is no
 * failure, however it is made, costs little.
 *
 * @module
 */

import { isInSet } from "../char_class.ts";
import type { ParsedPattern } from "../parsed_pattern.ts";
import { type Automaton, compileAutomaton } from "./automaton.ts";

/** Sets of states that are remembered; then all are forgotten. */
const MOST_SETS = 512;

/** After so many times of it the pattern is left to the search. */
const MOST_RESETS = 64;

/** Steps of one text that may be worked out anew, some microseconds each: they come again in the next text. */
const MOST_NEW_STEPS = 200;

/** Numbers of sets that are known from the beginning. */
const DEAD = 0;
const MATCHED = 1;

/** A step that was not worked out yet. */
const UNKNOWN = -1;

const ASCII = 128;
const UNITS = 65_536;

/** Made for a pattern; one object for all texts. */
export class Rejector {
  readonly #automaton: Automaton | undefined;
  /** Class of each unit, plus 1; units of a class are members of the same sets. */
  #classes = new Uint8Array(ASCII);
  readonly #classNumbers = new Map<string, number>();
  /** One unit of each class. */
  readonly #samples: number[] = [];
  /** States of each set, in order. */
  #sets: (readonly number[])[] = [];
  readonly #numbers = new Map<string, number>();
  /** The set that a text begins with. */
  #begin: number | undefined;
  /** Whether a text that ends at a set matches, as far as that is known. */
  #ends: boolean[] = [];
  #steps = new Int32Array(0);
  #rowLength = 0;
  #newSteps = 0;
  #resets = 0;

  /** A pattern that is too large for it is never rejected. */
  constructor(parsed: ParsedPattern) {
    this.#automaton = compileAutomaton(parsed);
    this.#reset();
  }

  /** @returns false where the pattern certainly matches nowhere in the text */
  mayMatch(text: string): boolean {
    const automaton = this.#automaton;
    if (automaton === undefined || this.#resets > MOST_RESETS) return true;
    this.#newSteps = 0;
    let at = this.#begin ??= this.#numberOf(
      this.#closure([automaton.start], "begin"),
    );
    for (let i = 0; at > MATCHED && i < text.length; i++) {
      i = this.#runKnown(text, i, at);
      at = this.#at;
      if (i === text.length || at <= MATCHED) break;
      const unitClass = this.#classOf(text.charCodeAt(i));
      if (unitClass < 0) return true;
      at = this.#workOut(at, unitClass);
      if (at === UNKNOWN) return true;
    }
    return at === MATCHED || at !== DEAD && this.#matchesAtEnd(at);
  }

  /** Where `#runKnown` stopped. */
  #at = DEAD;

  /** @returns the place of the first unit whose step is not known, or where it is decided */
  #runKnown(text: string, from: number, start: number): number {
    const classes = this.#classes;
    const steps = this.#steps;
    const rowLength = this.#rowLength;
    let at = start;
    let place = from;
    for (; place < text.length; place++) {
      const unit = text.charCodeAt(place);
      const unitClass = unit < classes.length ? classes[unit] ?? 0 : 0;
      if (unitClass === 0) break;
      const next = steps[at * rowLength + unitClass - 1] ?? UNKNOWN;
      if (next === UNKNOWN) break;
      at = next;
      if (at <= MATCHED) break;
    }
    this.#at = at;
    return place;
  }

  /** @returns -1 for half of a pair, which is no character of its own, and where there are too many classes */
  #classOf(unit: number): number {
    if (unit >= 0xd800 && unit <= 0xdfff) return -1;
    if (unit >= ASCII && this.#classes.length === ASCII) {
      const classes = new Uint8Array(UNITS);
      classes.set(this.#classes);
      this.#classes = classes;
    }
    const { sets = [] } = this.#automaton ?? {};
    const members = sets.map((set) => isInSet(unit, set) ? "1" : "0").join("");
    let number = this.#classNumbers.get(members);
    if (number === undefined) {
      number = this.#samples.push(unit) - 1;
      this.#classNumbers.set(members, number);
      if (number >= this.#rowLength) this.#widenRows();
    }
    if (number < 255) this.#classes[unit] = number + 1;
    return number;
  }

  /** @returns the number of the set behind a step, or UNKNOWN when this text has had enough of them */
  #workOut(from: number, unitClass: number): number {
    if (++this.#newSteps > MOST_NEW_STEPS) return UNKNOWN;
    const { states = [], sets = [], start = 0 } = this.#automaton ?? {};
    const unit = this.#samples[unitClass] ?? 0;
    const reached: number[] = [];
    for (const number of this.#sets[from] ?? []) {
      const state = states[number];
      const set = state?.kind === "take" ? sets[state.set] : undefined;
      if (state !== undefined && set !== undefined && isInSet(unit, set)) {
        reached.push(state.next);
      }
    }
    // A match may also begin here.
    reached.push(start);
    if (this.#sets.length >= MOST_SETS) {
      this.#reset();
      return this.#numberOf(this.#closure(reached, "within"));
    }
    const to = this.#numberOf(this.#closure(reached, "within"));
    this.#steps[from * this.#rowLength + unitClass] = to;
    return to;
  }

  #matchesAtEnd(at: number): boolean {
    const known = this.#ends[at];
    if (known !== undefined) return known;
    const states = this.#closure(this.#sets[at] ?? [], "end");
    return this.#ends[at] = states.includes(-1);
  }

  /**
   * Goes on from states as far as that takes no character.
   *
   * @returns states that wait for a character or the end, in order; -1 alone where the pattern has matched
   */
  #closure(
    from: readonly number[],
    place: "begin" | "within" | "end",
  ): readonly number[] {
    const { states = [] } = this.#automaton ?? {};
    const seen = new Set<number>();
    const waiting: number[] = [];
    const open = [...from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const state = states[at];
      if (state === undefined || seen.has(at)) continue;
      seen.add(at);
      switch (state.kind) {
        case "accept":
          return [-1];
        case "take":
          waiting.push(at);
          break;
        case "split":
          open.push(state.next, state.other);
          break;
        case "start":
          if (place === "begin") open.push(state.next);
          break;
        case "end":
          if (place === "end") open.push(state.next);
          else waiting.push(at);
      }
    }
    return waiting.sort((a, b) => a - b);
  }

  #numberOf(set: readonly number[]): number {
    const key = set.join(" ");
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#sets.push(set) - 1;
    this.#numbers.set(key, number);
    if ((number + 1) * this.#rowLength > this.#steps.length) this.#addRows();
    return number;
  }

  #addRows(): void {
    const steps = new Int32Array(
      Math.max(16, 2 * this.#sets.length) * this.#rowLength,
    ).fill(UNKNOWN);
    steps.set(this.#steps);
    this.#steps = steps;
  }

  /** Rows get room for more classes; what they held is worked out anew. */
  #widenRows(): void {
    this.#rowLength = Math.max(8, 2 * this.#rowLength);
    this.#steps = new Int32Array(0);
    this.#addRows();
  }

  #reset(): void {
    this.#resets++;
    this.#sets = [];
    this.#begin = undefined;
    this.#ends = [];
    this.#numbers.clear();
    this.#steps.fill(UNKNOWN);
    // Nothing is left to hope for; and everything has been found.
    this.#numberOf([]);
    this.#numberOf([-1]);
  }
}
