/**
 * What a part of a pattern, and what follows it, can begin with: whether two ways exclude each other.
 *
 *     (?: port \d+)?$   →   " ", "p", "o", …   or   a newline
 *
 * @module
 */

import { type CharSet, isInSet, onlyCodeOf } from "../char_class.ts";
import { childrenOf, type PatternNode } from "../pattern_tree.ts";

/** Which ASCII characters: a bit for each, in four words. */
export type AsciiSet = readonly [number, number, number, number];

/** The first characters of one way, each one of a set; those behind them can be any. */
export type Head = readonly AsciiSet[];

/** One for each way; an empty head excludes nothing. */
export type Heads = readonly Head[];

/** Of anything. */
export const ANY_HEADS: Heads = [[]];

/** More characters hardly tell more. */
const MOST_CHARACTERS = 8;

/** Of more ways only the first character is looked at. */
const MOST_WAYS = 24;

/** The end of a line: its newline, or nothing behind that. */
const END: AsciiSet = [1 << 10, 0, 0, 0];

const AT_END: Heads = [[END]];

const knownSets = new WeakMap<CharSet, AsciiSet>();

/** @returns the ASCII characters of a set */
export function asciiSetOf(set: CharSet): AsciiSet {
  const found = knownSets.get(set);
  if (found !== undefined) return found;
  const words: [number, number, number, number] = [0, 0, 0, 0];
  const add = (code: number) => {
    words[code >> 5] = (words[code >> 5] ?? 0) | 1 << (code & 31);
  };
  const only = onlyCodeOf(set);
  if (only >= 0 && only < 128) add(only);
  for (let code = 0; only < 0 && code < 128; code++) {
    if (isInSet(code, set)) add(code);
  }
  knownSets.set(set, words);
  return words;
}

/** @returns the only member's code, or -1 */
export function onlyMember(set: AsciiSet): number {
  let only = -1;
  for (let at = 0; at < set.length; at++) {
    const word = set[at] ?? 0;
    if (word === 0) continue;
    if (only >= 0 || (word & (word - 1)) !== 0) return -1;
    only = 32 * at + 31 - Math.clz32(word);
  }
  return only;
}

/** @returns whether the character is one of the set */
export function holdsCode(set: AsciiSet, code: number): boolean {
  return ((set[code >> 5] ?? 0) >>> (code & 31) & 1) !== 0;
}

/** @returns all that are none of its members */
export function complementOf(set: AsciiSet): AsciiSet {
  return [~set[0], ~set[1], ~set[2], ~set[3]];
}

/** @returns whether both have the same members */
export function isSame(some: AsciiSet, other: AsciiSet): boolean {
  return some.every((word, at) => word === other[at]);
}

/** @returns first and last member where all between them are members, else -1 twice */
export function rangeOf(set: AsciiSet): readonly [number, number] {
  let from = -1, to = -1;
  for (let code = 0; code < 128; code++) {
    if (!holdsCode(set, code)) continue;
    if (from < 0) from = code;
    else if (to !== code - 1) return [-1, -1];
    to = code;
  }
  return [from, to];
}

/** @returns all that may come first; undefined where that can be anything, or nothing */
export function firstOf(heads: Heads): AsciiSet | undefined {
  const first: [number, number, number, number] = [0, 0, 0, 0];
  for (const [set] of heads) {
    if (set === undefined) return undefined;
    for (const word of [0, 1, 2, 3] as const) first[word] |= set[word];
  }
  return first;
}

/**
 * Tells how far a run of one set can be given back: whatever follows needs a character that is not in the set, and needs it
 * soon.
 *
 * @returns how many characters at most; `Infinity` where that is not known
 */
export function mostGivenBack(set: AsciiSet, follow: Heads): number {
  return Math.max(
    ...follow.map((head) => {
      const at = head.findIndex((other) => !overlap(set, other));
      return at < 0 ? Infinity : at;
    }),
  );
}

/** @returns what all heads begin with */
export function commonText(heads: Heads): string {
  let common: string | undefined;
  for (const head of heads) {
    const text = textOf(head);
    const length = [...text].findIndex((unit, at) => common?.[at] !== unit);
    common = common === undefined || length < 0
      ? text.slice(0, common?.length)
      : text.slice(0, length);
  }
  return common ?? "";
}

function textOf(head: Head): string {
  let text = "";
  for (const set of head) {
    const only = set === END ? -1 : onlyMember(set);
    if (only < 0) break;
    text += String.fromCharCode(only);
  }
  return text;
}

/** @returns all that may stand so far behind the beginning; undefined where that can be anything, or nothing */
export function expectedAt(heads: Heads, at: number): AsciiSet | undefined {
  const isOver = heads.some((head) => head[at] === END);
  return isOver ? undefined : firstOf(heads.map((head) => head.slice(at)));
}

/** @returns whether no text can begin with a head of each */
export function excludeEachOther(some: Heads, others: Heads): boolean {
  return some.every((head) => others.every((other) => differ(head, other)));
}

/** @param rest heads of what follows the node */
export const headsOf: (node: PatternNode, rest: Heads) => Heads =
  rememberByRest(
    findHeads,
  );

/** The same question is asked again and again while a pattern is written. */
export function rememberByRest<Answer>(
  find: (node: PatternNode, rest: Heads) => Answer,
): (node: PatternNode, rest: Heads) => Answer {
  const known = new WeakMap<PatternNode, WeakMap<Heads, { answer: Answer }>>();
  return (node, rest) => {
    const answers = known.get(node) ?? new WeakMap<Heads, { answer: Answer }>();
    const found = answers.get(rest) ?? { answer: find(node, rest) };
    known.set(node, answers.set(rest, found));
    return found.answer;
  };
}

function findHeads(node: PatternNode, rest: Heads): Heads {
  switch (node.kind) {
    case "set":
      return rest.map((head) =>
        [asciiSetOf(node.set), ...head].slice(0, MOST_CHARACTERS)
      );
    case "sequence":
      return node.parts.reduceRight(
        (heads, part) => headsOf(part, heads),
        rest,
      );
    case "branches":
    case "condition":
      return limit(childrenOf(node).flatMap((way) => headsOf(way, rest)));
    case "capture":
    case "tag":
      return headsOf(node.body, rest);
    case "repeat":
      return headsOfRepeat(node, rest);
    case "assertion":
      return isAtEnd(node) ? AT_END : rest;
    case "look":
      return rest;
    default:
      return ANY_HEADS;
  }
}

/** Behind the last character of a line, where such a place is too, nothing can be taken any more. */
function isAtEnd(
  { assertion }: PatternNode & { readonly kind: "assertion" },
): boolean {
  return assertion === "dollar" || assertion === "lineEnd" ||
    assertion === "textEnd";
}

function headsOfRepeat(
  { body, min, max }: PatternNode & { readonly kind: "repeat" },
  rest: Heads,
): Heads {
  if (max === 0) return rest;
  const isOnce = max === 1;
  const taken = headsOf(body, isOnce ? rest : ANY_HEADS);
  return limit(min === 0 ? [...taken, ...rest] : taken);
}

/** @returns all that the node may end with; undefined where that can be anything, or nothing */
export function lastOf(node: PatternNode): AsciiSet | undefined {
  switch (node.kind) {
    case "set":
      return asciiSetOf(node.set);
    case "sequence":
      return lastOfParts(node.parts);
    case "branches":
      return unite(node.branches.map(lastOf));
    case "capture":
    case "tag":
      return lastOf(node.body);
    case "repeat":
      return node.min === 0 ? undefined : lastOf(node.body);
    default:
      return undefined;
  }
}

function lastOfParts(parts: readonly PatternNode[]): AsciiSet | undefined {
  const last = parts.at(-1);
  if (last?.kind !== "repeat" || last.min > 0) return last && lastOf(last);
  return unite([lastOf(last.body), lastOfParts(parts.slice(0, -1))]);
}

function unite(
  sets: readonly (AsciiSet | undefined)[],
): AsciiSet | undefined {
  return firstOf(sets.map((set) => set === undefined ? [] : [set]));
}

function limit(heads: Heads): Heads {
  if (heads.length <= MOST_WAYS) return heads;
  const first = firstOf(heads);
  return first === undefined ? ANY_HEADS : [[first]];
}

function differ(some: Head, other: Head): boolean {
  for (let at = 0; at < some.length && at < other.length; at++) {
    const a = some[at], b = other[at];
    if (a === undefined || b === undefined) return false;
    if (!overlap(a, b)) return true;
  }
  return false;
}

function overlap(a: AsciiSet, b: AsciiSet): boolean {
  return (a[0] & b[0]) !== 0 || (a[1] & b[1]) !== 0 ||
    (a[2] & b[2]) !== 0 || (a[3] & b[3]) !== 0;
}
