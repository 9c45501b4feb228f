/**
 * Runs a date pattern's expression: backtracking as Python does it, within a bound.
 *
 * Python's semantics to the letter (which alternative wins, what a group holds behind a repeat) decide what is cut out of
 * a line, and the place of a group is needed, which V8 tells only without its linear fallback. Steps are counted, so that
 * no line makes a pattern slow; a search that runs out of them finds nothing.
 *
 * @module
 */

import { FilterError } from "../filter_error.ts";
import {
  canBegin,
  createRun,
  isAtEdge,
  pin,
  type Run,
  takes,
} from "./date_run.ts";
import {
  type DateExpression,
  type DateLook,
  type DateNode,
  type DateRepeat,
  isAnchored,
} from "./date_tree.ts";
import { type FirstUnits, firstUnitsOf } from "./first_units.ts";
import type { UnitSet } from "./unit_set.ts";

/** Steps that searches may take; shared by all templates that are tried on a line. */
export interface StepBudget {
  left: number;
}

/** Where a search looks: from `from` on, and nothing at or behind `to` is seen. */
export interface SearchWindow {
  readonly from: number;
  readonly to: number;
}

/** From a place to the end of the whole match, or -1. */
type Step = (at: number) => number;

const FAIL = -1;
/** Repeats of groups recurse; a date's never go as deep. */
const DEEPEST = 400;
const MOST_NODES = 20_000;

/** A repeat, and what comes behind it. */
interface Behind {
  readonly node: DateRepeat;
  readonly next: Step;
}

/** One expression, ready to search with. */
export class DateMatcher {
  /** First character of the last hit. */
  start = 0;
  /** Behind its last one. */
  end = 0;
  readonly #run: Run;
  readonly #step: Step;
  readonly #first: FirstUnits | undefined;
  readonly #isAnchored: boolean;

  /** @throws {FilterError} when its repeats are too large */
  constructor({ root, groupCount }: DateExpression, source: string) {
    this.#run = createRun(groupCount);
    this.#step = new Builder(this.#run, source).build(root, (at) => at);
    this.#first = firstUnitsOf(root);
    this.#isAnchored = isAnchored(root);
  }

  /** @returns whether the expression is found; `start`, `end` and the groups' places then say where */
  search(
    text: string,
    { from, to }: SearchWindow,
    budget: StepBudget,
  ): boolean {
    const run = this.#run;
    run.text = text;
    run.end = to;
    run.left = budget.left;
    run.depth = 0;
    run.reach = 0;
    run.pinned.fill(0);
    const found = this.#find(from, to);
    run.text = "";
    budget.left = run.left;
    return found;
  }

  /** The furthest character that the last search looked at: another text that is the same up to it gives the same hit. */
  get reach(): number {
    return this.#run.reach;
  }

  /** @returns whether the last search would have gone the same way with other digits in these places */
  takesAnyDigits(from: number, to: number): boolean {
    const { pinned } = this.#run;
    return to <= pinned.length && !pinned.subarray(from, to).includes(1);
  }

  /** @returns where a group of the last hit begins, or -1 */
  startOf(group: number): number {
    return this.#run.spans[2 * group] ?? -1;
  }

  /** @returns behind the last character of a group of the last hit, or -1 */
  endOf(group: number): number {
    return this.#run.spans[2 * group + 1] ?? -1;
  }

  #find(from: number, to: number): boolean {
    const run = this.#run;
    const first = this.#first;
    const last = this.#isAnchored ? Math.min(0, to) : to;
    for (let at = from; at <= last; at++) {
      if (!canBegin(run, first, at)) continue;
      if (this.#tryAt(at)) return true;
      if (--run.left <= 0) return false;
    }
    return false;
  }

  #tryAt(at: number): boolean {
    this.#run.spans.fill(-1);
    const end = this.#step(at);
    if (end < 0 || this.#run.left <= 0) return false;
    this.start = at;
    this.end = end;
    return true;
  }
}

/** Makes steps of nodes, from the last to the first: each knows what comes behind it. */
class Builder {
  readonly #run: Run;
  readonly #source: string;
  #nodes = 0;

  constructor(run: Run, source: string) {
    this.#run = run;
    this.#source = source;
  }

  build(node: DateNode, next: Step): Step {
    if (++this.#nodes > MOST_NODES) {
      throw new FilterError(this.#source, 0, "its repeats are too large");
    }
    const run = this.#run;
    switch (node.kind) {
      case "set": {
        const { set } = node;
        return (at) => takes(run, set, at) ? next(at + 1) : FAIL;
      }
      case "edge":
        return (at) => isAtEdge(run, node.edge, at) ? next(at) : FAIL;
      case "sequence":
        return node.parts.reduceRight(
          (behind, part) => this.build(part, behind),
          next,
        );
      case "branches":
        return this.#branches(node.branches, next);
      case "capture":
        return this.#capture(node.group, node.body, next);
      case "repeat":
        return node.body.kind === "set"
          ? buildRun(run, node.body.set, { node, next })
          : this.#repeat(node, next);
      case "look":
        return this.#look(node, next);
      case "reference":
        return buildReference(run, node.group, next);
      case "condition": {
        const yes = this.build(node.yes, next);
        const no = this.build(node.no, next);
        const end = 2 * node.group + 1;
        return (at) => (run.spans[end] ?? -1) >= 0 ? yes(at) : no(at);
      }
    }
  }

  #branches(branches: readonly DateNode[], next: Step): Step {
    const run = this.#run;
    const steps = branches.map((branch) => ({
      first: firstUnitsOf(branch),
      step: this.build(branch, next),
    }));
    return (at) => {
      for (const { first, step } of steps) {
        if (!canBegin(run, first, at)) continue;
        if (--run.left <= 0) return FAIL;
        const end = step(at);
        if (end >= 0) return end;
      }
      return FAIL;
    };
  }

  #capture(group: number, body: DateNode, next: Step): Step {
    const { spans } = this.#run;
    const low = 2 * group;
    // Where an attempt began, until the group closes: a group within a repeat keeps the places of its last round.
    let began = 0;
    const inner = this.build(body, (at) => {
      const start = spans[low] ?? -1;
      const end = spans[low + 1] ?? -1;
      const mine = began;
      spans[low] = mine;
      spans[low + 1] = at;
      const result = next(at);
      if (result >= 0) return result;
      spans[low] = start;
      spans[low + 1] = end;
      began = mine;
      return FAIL;
    });
    return (at) => {
      const outer = began;
      began = at;
      const result = inner(at);
      if (result < 0) began = outer;
      return result;
    };
  }

  #repeat(node: DateRepeat, next: Step): Step {
    const { body, min, max } = node;
    if (max === 0) return next;
    let step = max === Infinity
      ? this.#loop(node, next)
      : this.#optional(node, max - min, next);
    for (let count = 0; count < min; count++) step = this.build(body, step);
    return step;
  }

  /** `x{0,3}` as `(?:x(?:x(?:x)?)?)?`. */
  #optional({ body, isLazy }: DateRepeat, count: number, next: Step): Step {
    const run = this.#run;
    const first = firstUnitsOf(body);
    let step = next;
    for (let depth = 0; depth < count; depth++) {
      const more = this.build(body, step);
      step = (at) => {
        if (!canBegin(run, first, at)) return next(at);
        if (--run.left <= 0) return FAIL;
        const end = isLazy ? next(at) : more(at);
        if (end >= 0) return end;
        return isLazy ? more(at) : next(at);
      };
    }
    return step;
  }

  #loop({ body, isLazy }: DateRepeat, next: Step): Step {
    const run = this.#run;
    // Where the round under way began: one that took nothing is the last.
    let began = -1;
    const round = this.build(body, (at) => at === began ? next(at) : loop(at));
    const loop: Step = (at) => {
      if (--run.left <= 0 || run.depth >= DEEPEST) return FAIL;
      if (isLazy) {
        const end = next(at);
        if (end >= 0) return end;
      }
      const outer = began;
      began = at;
      run.depth++;
      const end = round(at);
      run.depth--;
      began = outer;
      return end >= 0 || isLazy ? end : next(at);
    };
    return loop;
  }

  #look({ body, width, isNegated }: DateLook, next: Step): Step {
    const inner = this.build(body, (at) => at);
    const back = Number.isNaN(width) ? 0 : width;
    return (at) => {
      const isThere = at >= back && inner(at - back) >= 0;
      return isThere === isNegated ? FAIL : next(at);
    };
  }
}

/** A repeat of one character: no recursion, and the longest run is known at once. */
function buildRun(run: Run, set: UnitSet, { node, next }: Behind): Step {
  const { min, max, isLazy } = node;
  if (isLazy) return buildLazyRun(run, set, { node, next });
  return (at) => {
    const limit = at + max;
    let end = at;
    while (end < limit && takes(run, set, end)) end++;
    // What comes behind counts its own steps; failing at once is cheap.
    run.left -= 1 + ((end - at) >> 2);
    for (; end >= at + min; end--) {
      const result = next(end);
      if (result >= 0) return result;
      if (run.left <= 0) return FAIL;
    }
    return FAIL;
  };
}

function buildLazyRun(run: Run, set: UnitSet, { node, next }: Behind): Step {
  const { min, max } = node;
  return (at) => {
    for (let end = at;; end++) {
      if (--run.left <= 0) return FAIL;
      const result = end >= at + min ? next(end) : FAIL;
      if (result >= 0) return result;
      if (end >= at + max || !takes(run, set, end)) return FAIL;
    }
  };
}

/** A group that took no part fails, unlike in JavaScript. */
function buildReference(run: Run, group: number, next: Step): Step {
  return (at) => {
    const start = run.spans[2 * group] ?? -1;
    const length = (run.spans[2 * group + 1] ?? -1) - start;
    if (start < 0) return FAIL;
    run.reach = Math.max(run.reach, at + length);
    if (at + length > run.end) return FAIL;
    for (let i = 0; i < length; i++) {
      pin(run, start + i);
      pin(run, at + i);
      if (run.text.charCodeAt(start + i) !== run.text.charCodeAt(at + i)) {
        return FAIL;
      }
    }
    return next(at + length);
  };
}
