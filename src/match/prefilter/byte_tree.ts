/**
 * An Aho-Corasick automaton over bytes: one step a byte, however many literals there are.
 *
 * Letters of either case are one class, so that literals of both kinds are in one tree; the literals that a state ends are
 * compared with the bytes afterwards.
 *
 *     row of a state:   u32 row of the next state × classes | u32 list | u32 list end
 *
 * Rows of states that end a window come last, so that one comparison tells them from the others.
 *
 * @module
 */

import type { EncodedLiteral } from "./literal.ts";

/** The automaton, numbered in the order of its rows. */
export interface ByteTree {
  /** Class of each byte. */
  readonly classes: Uint8Array;
  readonly classCount: number;
  /** Next state by state and class. */
  readonly next: Uint32Array;
  /** Literals whose windows each state ends, by their indexes. */
  readonly outputs: readonly (readonly number[])[];
  /** The first state that ends a window. */
  readonly firstOutput: number;
}

interface State {
  readonly next: (number | undefined)[];
  readonly own: number[];
  fail: number;
}

/** Builds the automaton of the literals' windows; its first state is 0. */
export function buildByteTree(literals: readonly EncodedLiteral[]): ByteTree {
  const { classes, classCount } = classify(literals);
  const states = [createState(classCount)];
  for (const [index, literal] of literals.entries()) {
    plant(states, classesOf(literal, classes), index);
  }
  linkFailures(states);
  return arrange(states, classes, classCount);
}

/** Class 0 holds all bytes that are in no window. */
function classify(literals: readonly EncodedLiteral[]) {
  const classes = new Uint8Array(256);
  let classCount = 1;
  for (const { bytes, windowStart, windowEnd } of literals) {
    for (const byte of bytes.subarray(windowStart, windowEnd)) {
      if (classes[byte] !== 0) continue;
      const other = otherCaseOf(byte);
      classes[byte] = classes[other] = classCount++;
    }
  }
  return { classes, classCount };
}

function otherCaseOf(byte: number): number {
  const small = byte | 32;
  return small >= 97 && small <= 122 ? byte ^ 32 : byte;
}

function createState(classCount: number): State {
  return { next: new Array(classCount).fill(undefined), own: [], fail: 0 };
}

function classesOf(
  { bytes, windowStart, windowEnd }: EncodedLiteral,
  classes: Uint8Array,
): readonly number[] {
  return Array.from(
    bytes.subarray(windowStart, windowEnd),
    (byte) => classes[byte] ?? 0,
  );
}

function plant(states: State[], path: readonly number[], literal: number) {
  let at = states[0];
  for (const step of path) {
    if (at === undefined) return;
    let next = at.next[step];
    if (next === undefined) {
      next = states.length;
      at.next[step] = next;
      states.push(createState(at.next.length));
    }
    at = states[next];
  }
  at?.own.push(literal);
}

/** By breadth, so that the state of the longest proper suffix is complete before it is needed. */
function linkFailures(states: readonly State[]): void {
  const queue = [0];
  for (let read = 0; read < queue.length; read++) {
    const index = queue[read] ?? 0;
    const state = states[index];
    const fallback = index === 0 ? undefined : states[state?.fail ?? 0];
    if (state === undefined) continue;
    if (fallback !== undefined) state.own.push(...fallback.own);
    for (let step = 0; step < state.next.length; step++) {
      const child = state.next[step];
      const otherwise = fallback?.next[step] ?? 0;
      if (child === undefined) state.next[step] = otherwise;
      else {
        const state = states[child];
        if (state !== undefined) state.fail = otherwise;
        queue.push(child);
      }
    }
  }
}

function arrange(
  states: readonly State[],
  classes: Uint8Array,
  classCount: number,
): ByteTree {
  const order = [...states.keys()];
  const isOutput = (index: number) => (states[index]?.own.length ?? 0) > 0;
  const rows = [
    ...order.filter((index) => !isOutput(index)),
    ...order.filter(isOutput),
  ];
  const numbers = new Uint32Array(states.length);
  rows.forEach((index, row) => numbers[index] = row);
  const next = new Uint32Array(states.length * classCount);
  rows.forEach((index, row) =>
    states[index]?.next.forEach((target, step) =>
      next[row * classCount + step] = numbers[target ?? 0] ?? 0
    )
  );
  const outputs = rows.map((index) => states[index]?.own ?? []);
  const firstOutput = rows.filter((index) => !isOutput(index)).length;
  return { classes, classCount, next, outputs, firstOutput };
}
