/**
 * A pattern as a finite automaton that takes at least what the pattern takes.
 *
 * What an automaton cannot know is left out, which only lets more pass: look-around, word edges and `$` within the pattern
 * are always true, a back-reference takes anything, a condition goes both ways, and long counts have no upper end.
 *
 *     a(b|c)*$   →   0 take a 1 · 1 split 2 5 · 2 split 3 4 · 3 take b 1 · 4 take c 1 · 5 … end
 *
 * @module
 */

import { ANYTHING, type CharSet } from "../char_class.ts";
import type { ParsedPattern } from "../parsed_pattern.ts";
import type { Assertion, PatternNode, RepeatNode } from "../pattern_tree.ts";

/** What a state does. `take`: a character of a set. `start`: goes on only where the text begins. `end`: where it ends. */
export type StateKind = "take" | "split" | "start" | "end" | "accept";

/** A state; `next` and `other` are states, -1 where there is none. */
export interface State {
  readonly kind: StateKind;
  /** Index of the set that is taken. */
  readonly set: number;
  next: number;
  readonly other: number;
}

/** States by their numbers. */
export interface Automaton {
  readonly states: readonly State[];
  readonly start: number;
  readonly sets: readonly CharSet[];
}

/** Counts are written out up to so many states of theirs. */
const MOST_WRITTEN_OUT = 64;

/** A pattern that comes to more is not worth an automaton. */
const MOST_STATES = 4000;

const NEWLINE: CharSet = {
  isNegated: false,
  ranges: [[10, 10]],
  letters: "",
};

/** @returns undefined for a pattern that is too large */
export function compileAutomaton(
  { root }: ParsedPattern,
): Automaton | undefined {
  const compiler = new AutomatonCompiler();
  const start = compiler.compile(root);
  return start === undefined
    ? undefined
    : { states: compiler.states, sets: compiler.sets, start };
}

/** Works from the end to the beginning: each part is told what comes behind it. */
class AutomatonCompiler {
  readonly states: State[] = [];
  readonly sets: CharSet[] = [];
  readonly #setIndexes = new Map<string, number>();

  compile(root: PatternNode): number | undefined {
    const accept = this.#add("accept", {});
    const start = this.#enter(root, accept, true);
    return this.states.length > MOST_STATES ? undefined : start;
  }

  #add(
    kind: StateKind,
    { set = -1, next = -1, other = -1 }: Partial<State>,
  ): number {
    return this.states.push({ kind, set, next, other }) - 1;
  }

  #take(set: CharSet, next: number): number {
    const key = JSON.stringify(set);
    let index = this.#setIndexes.get(key);
    if (index === undefined) {
      index = this.sets.push(set) - 1;
      this.#setIndexes.set(key, index);
    }
    return this.#add("take", { set: index, next });
  }

  /**
   * @param next what comes behind the node
   * @param isLast whether nothing can be taken there any more
   * @returns where the node begins
   */
  #enter(node: PatternNode, next: number, isLast: boolean): number {
    if (this.states.length > MOST_STATES) return next;
    switch (node.kind) {
      case "set":
        return this.#take(node.set, next);
      case "assertion":
        return this.#assert(node.assertion, next, isLast);
      case "sequence":
        return this.#sequence(node.parts, next, isLast);
      case "branches":
        return this.#either(node.branches, next, isLast);
      case "condition":
        return this.#either([node.yes, node.no], next, isLast);
      case "capture":
      case "tag":
      case "atomic":
        return this.#enter(node.body, next, isLast);
      case "repeat":
        return this.#repeat(node, next, isLast);
      case "reference":
        return this.#loop({ kind: "set", set: ANYTHING }, next);
      case "look":
        return next;
    }
  }

  #assert(assertion: Assertion, next: number, isLast: boolean): number {
    if (assertion === "textStart") return this.#add("start", { next });
    const isEnd = ["textEnd", "dollar", "lineEnd"].includes(assertion);
    if (!isLast || !isEnd) return next;
    const end = this.#add("end", { next });
    if (assertion === "textEnd") return end;
    // Nothing comes behind a line that ends within the text; behind the text's last newline it is over.
    const newline = this.#take(NEWLINE, assertion === "dollar" ? end : next);
    return this.#add("split", { next: end, other: newline });
  }

  #sequence(
    parts: readonly PatternNode[],
    next: number,
    isLast: boolean,
  ): number {
    let at = next;
    let isStillLast = isLast;
    for (const part of parts.toReversed()) {
      at = this.#enter(part, at, isStillLast);
      isStillLast &&= isPassedAtEnd(part);
    }
    return at;
  }

  #either(
    branches: readonly PatternNode[],
    next: number,
    isLast: boolean,
  ): number {
    return branches
      .map((branch) => this.#enter(branch, next, isLast))
      .reduce((other, entry) => this.#add("split", { next: entry, other }));
  }

  #repeat(
    { body, min, max }: RepeatNode,
    next: number,
    isLast: boolean,
  ): number {
    if (max === 0) return next;
    if (min === 0 && max === 1) {
      const entry = this.#enter(body, next, isLast);
      return this.#add("split", { next: entry, other: next });
    }
    const before = this.states.length;
    const size = this.#sizeOf(body);
    this.states.length = before;
    let at = next;
    if (max * size <= MOST_WRITTEN_OUT) {
      for (let i = min; i < max; i++) {
        const entry = this.#enter(body, at, false);
        at = this.#add("split", { next: entry, other: next });
      }
    } else at = this.#loop(body, next);
    const copies = min * size <= MOST_WRITTEN_OUT ? min : Math.min(min, 1);
    for (let i = 0; i < copies; i++) at = this.#enter(body, at, false);
    return at;
  }

  #sizeOf(body: PatternNode): number {
    const before = this.states.length;
    this.#enter(body, 0, false);
    return this.states.length - before;
  }

  /** As often as one likes, not at all included. */
  #loop(body: PatternNode, next: number): number {
    const loop = { kind: "split" as const, set: -1, next: -1, other: next };
    const at = this.states.push(loop) - 1;
    loop.next = this.#enter(body, at, false);
    return at;
  }
}

/** Whether an end before this part is still one. Of two ends in a row only the last is minded: it takes the newline. */
function isPassedAtEnd(part: PatternNode): boolean {
  if (part.kind !== "assertion") return part.kind === "look";
  return ["lineStart", "wordEdge", "noWordEdge"].includes(part.assertion);
}
