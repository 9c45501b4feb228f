/**
 * The stack on which a pickle puts its value together, with bounds on all that it can grow.
 *
 * A list, tuple or dict is in one place at a time: what is read is a tree, and never larger than the bytes that said so.
 *
 * @module
 */

import { PickleError } from "./pickle_error.ts";
import {
  isScalar,
  type PickleScalar,
  type PickleValue,
  Tuple,
} from "./pickle_value.ts";

/** Values, and references to them: three times what fail2ban's client sends with all its jails enabled. */
const MOST_ITEMS = 100_000;
/** Characters of all texts, each as often as it is referred to. */
const MOST_TEXT = 4 << 20;
/** Lists within lists; no command has more than five. */
const MOST_DEPTH = 32;

/** What is under construction. */
type Piece =
  | PickleScalar
  | Tuple
  | PickleValue[]
  | Map<PickleScalar, PickleValue>;

/** One entry: a value, and how many values lie within each other in it. */
interface Entry {
  readonly value: Piece;
  depth: number;
}

/** The stack, its marks, and the memo. */
export class PickleStack {
  #entries: Entry[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, Piece>();
  #items = 0;
  #text = 0;

  /** Puts a value that holds no other. */
  push(value: PickleScalar): void {
    if (typeof value === "string" || value instanceof Uint8Array) {
      this.#text += value.length;
      if (this.#text > MOST_TEXT) {
        throw new PickleError("its texts are too long");
      }
    }
    this.#put({ value, depth: 0 });
  }

  /** What follows belongs together. */
  mark(): void {
    this.#count();
    this.#marks.push(this.#entries.length);
  }

  /** Puts a list of what follows the mark, or an empty one. */
  pushList(isEmpty: boolean): void {
    const { values, depth } = isEmpty ? NOTHING : this.#sinceMark();
    this.#put({ value: [...values], depth: depth + 1 });
  }

  /** Puts a tuple of the last values, or of what follows the mark. */
  pushTuple(count?: number): void {
    const { values, depth } = count === undefined
      ? this.#sinceMark()
      : this.#last(count);
    this.#put({ value: new Tuple(values), depth: depth + 1 });
  }

  /** Puts a dict of what follows the mark, or an empty one. */
  pushDict(isEmpty: boolean): void {
    const { values, depth } = isEmpty ? NOTHING : this.#sinceMark();
    const dict = new Map<PickleScalar, PickleValue>();
    fillDict(dict, values);
    this.#put({ value: dict, depth: depth + 1 });
  }

  /** The last value, or what follows the mark, goes into the list below. */
  append(count?: number): void {
    const { values, depth } = count === undefined
      ? this.#sinceMark()
      : this.#last(count);
    const list = this.#grow(depth);
    if (!Array.isArray(list)) throw new PickleError("it appends to no list");
    for (const value of values) list.push(value);
  }

  /** The last key and value, or those that follow the mark, go into the dict below. */
  setItems(count?: number): void {
    const { values, depth } = count === undefined
      ? this.#sinceMark()
      : this.#last(count);
    const dict = this.#grow(depth);
    if (!(dict instanceof Map)) throw new PickleError("it fills no dict");
    fillDict(dict, values);
  }

  /** Remembers the last value. @param index default: the next one */
  memoize(index = this.#memo.size): void {
    this.#count();
    this.#memo.set(index, this.#top().value);
  }

  /** Puts a value that was remembered. */
  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) {
      throw new PickleError("it recalls what it never had");
    }
    // Shared lists would be trees that are larger than any bound, or have no end.
    if (!isScalar(value)) throw new PickleError("a list is in two places");
    this.push(value);
  }

  /** @returns the value, once the pickle says that it is whole */
  finish(): PickleValue {
    const [entry, ...more] = this.#entries;
    if (entry === undefined || more.length + this.#marks.length > 0) {
      throw new PickleError("it stops in the middle");
    }
    return entry.value;
  }

  #put(entry: Entry): void {
    this.#count();
    requireShallow(entry.depth);
    this.#entries.push(entry);
  }

  #count(): void {
    if (++this.#items > MOST_ITEMS) {
      throw new PickleError("it has too many values");
    }
  }

  #top(): Entry {
    const top = this.#entries.at(-1);
    if (top === undefined) {
      throw new PickleError("it takes from an empty stack");
    }
    return top;
  }

  /** @returns the value below, which takes in others of this depth */
  #grow(depth: number): Piece {
    const top = this.#top();
    top.depth = Math.max(top.depth, depth + 1);
    requireShallow(top.depth);
    return top.value;
  }

  #sinceMark(): Taken {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new PickleError("it has no mark");
    return this.#last(this.#entries.length - mark);
  }

  #last(count: number): Taken {
    if (count < 0 || count > this.#entries.length) {
      throw new PickleError("it takes from an empty stack");
    }
    const taken = this.#entries.splice(this.#entries.length - count, count);
    return {
      values: taken.map(({ value }) => value),
      depth: taken.reduce((most, { depth }) => Math.max(most, depth), 0),
    };
  }
}

interface Taken {
  readonly values: readonly PickleValue[];
  readonly depth: number;
}

const NOTHING: Taken = { values: [], depth: 0 };

function requireShallow(depth: number): void {
  if (depth > MOST_DEPTH) throw new PickleError("its lists lie too deep");
}

function fillDict(
  dict: Map<PickleScalar, PickleValue>,
  values: readonly PickleValue[],
): void {
  for (let i = 0; i < values.length; i += 2) {
    const [key, value] = values.slice(i, i + 2);
    if (key === undefined || value === undefined || !isScalar(key)) {
      throw new PickleError("a dict has no such key");
    }
    dict.set(key, value);
  }
}
