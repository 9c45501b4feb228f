/**
 * Sets of literals of which a text holds one: put together, cut, judged.
 *
 * @module
 */

import { isLetter, isWord } from "./ascii_units.ts";
import type { Literal } from "./prefilter/literal.ts";

/** Alternatives. */
export type LiteralSet = readonly Literal[];

/** More alternatives are not put together. */
const MOST_JOINED = 32;

/** More are not kept. */
const MOST_UNITED = 256;

/** Longest literal that is put together; a part of it is as sound. */
const LONGEST_LITERAL = 64;

/** Each costs 15 ns, where a pattern that does not match takes 300. */
const MOST_CERTAIN = 2;

/** Shorter texts are in most lines. */
const LEAST_TELLING = 3;

/** A letter tells more than a digit or a blank. */
const LETTER_WEIGHT = 4;

/** Words that most lines of some log have; the bytes of most of them are rare. */
const COMMON_WORDS: ReadonlySet<string> = new Set(
  "by client error for from get head host http https in info ip on port post put sshd status to user with"
    .split(" "),
);

/** The best one is compared with each that comes. */
const scores = new WeakMap<LiteralSet, number>();

/** @returns undefined where nothing is known of one of them, or where there are too many */
export function uniteAll(
  sets: readonly (LiteralSet | undefined)[],
): LiteralSet | undefined {
  const all: Literal[] = [];
  for (const set of sets) {
    if (set === undefined) return undefined;
    all.push(...set);
  }
  const distinct = distinctOf(all);
  return distinct.length <= MOST_UNITED ? distinct : undefined;
}

/** @returns each head with each tail, or undefined where that would be too much */
export function joinAll(
  heads: LiteralSet,
  tails: LiteralSet,
): LiteralSet | undefined {
  if (heads.length * tails.length > MOST_JOINED) return undefined;
  const joined = heads.flatMap((head) =>
    tails.map((tail) => ({
      text: head.text + tail.text,
      // Wider than the pattern where one part minds the case.
      ignoresCase: head.ignoresCase || tail.ignoresCase,
    }))
  );
  return joined.some(({ text }) => text.length > LONGEST_LITERAL)
    ? undefined
    : joined;
}

/** @returns of each literal the longest piece that no date can have stood in; undefined where one has none */
export function splitAtDates(set: LiteralSet): LiteralSet | undefined {
  const pieces: Literal[] = [];
  for (const { text, ignoresCase } of set) {
    if (text === "") return undefined;
    pieces.push({ text: longestPiece(text), ignoresCase });
  }
  return pieces;
}

/** A date may stand between two characters that are no word characters; the first of the longest is taken. */
function longestPiece(text: string): string {
  let longest = "";
  let start = 0;
  for (let at = 1; at <= text.length; at++) {
    const isWithin = at < text.length &&
      (isWord(text.charCodeAt(at - 1)) || isWord(text.charCodeAt(at)));
    if (isWithin) continue;
    if (at - start > longest.length) longest = text.slice(start, at);
    start = at;
  }
  return longest;
}

/** @returns both halves of each literal, one of which is whole wherever the literal was torn; undefined where one is empty */
export function halveAll(set: LiteralSet): LiteralSet | undefined {
  if (set.some(({ text }) => text === "")) return undefined;
  return set.flatMap(({ text, ignoresCase }) => [
    { text: text.slice(0, Math.ceil(text.length / 2)), ignoresCase },
    { text: text.slice(Math.floor(text.length / 2)), ignoresCase },
  ]);
}

/** @returns the one that rules out more lines, as far as its texts tell */
export function pickBetter(
  a: LiteralSet | undefined,
  b: LiteralSet | undefined,
): LiteralSet | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return scoreOf(b) > scoreOf(a) ? b : a;
}

/** @returns length of the shortest */
export function countShortest(literals: LiteralSet): number {
  return Math.min(...literals.map(({ text }) => text.length));
}

/** @returns the literal with small letters where the case is ignored; letters beyond ASCII stay */
export function lowerCaseless({ text, ignoresCase }: Literal): Literal {
  return { text: ignoresCase ? lowerAscii(text) : text, ignoresCase };
}

/** A literal that contains another one of the set is found with it. */
export function dropCovered(literals: LiteralSet): LiteralSet {
  const distinct = distinctOf(literals);
  return distinct.filter((long) =>
    !distinct.some((short) => short !== long && covers(short, long))
  );
}

/**
 * Chooses of the literals that every match holds those by which a text without a match may be known; of each the part that
 * no date can have stood in.
 *
 * @param known what the text was found by
 * @returns their texts, the most telling first
 */
export function chooseCertain(
  literals: LiteralSet,
  known: LiteralSet,
): readonly string[] {
  const pieces = literals.flatMap((literal) => splitAtDates([literal]) ?? []);
  const texts = pieces.filter((piece) =>
    !piece.ignoresCase && countTelling(piece.text) >= LEAST_TELLING &&
    !known.some(({ text }) => isPart(text, piece.text))
  ).sort((a, b) => countTelling(b.text) - countTelling(a.text)).map((
    { text },
  ) => text);
  return [...new Set(texts)].slice(0, MOST_CERTAIN);
}

/** @returns whether a text holds one of the literals */
export function holdsAny(text: string, literals: LiteralSet): boolean {
  let lower: string | undefined;
  for (const literal of literals) {
    const searched = literal.ignoresCase ? lower ??= lowerAscii(text) : text;
    if (searched.includes(literal.text)) return true;
  }
  return false;
}

function isPart(a: string, b: string): boolean {
  return a.includes(b) || b.includes(a);
}

function covers(short: Literal, long: Literal): boolean {
  return (short.ignoresCase || !long.ignoresCase) &&
    holdsAny(long.text, [short]);
}

/** Beyond ten letters no line is rarer; further literals cost the scan little, and a line in vain 5 µs. */
function scoreOf(literals: LiteralSet): number {
  let score = scores.get(literals);
  if (score === undefined) {
    const least = Math.min(...literals.map(weigh));
    score = Math.min(10 * LETTER_WEIGHT, least) - literals.length / 4;
    scores.set(literals, score);
  }
  return score;
}

/** Digits, quotes and blanks are the frame of a line: `" 404 "` is in every fiftieth line of an access log. */
function weigh({ text }: Literal): number {
  let letters = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (isLetter(unit) || unit >= 0x80) letters++;
  }
  const others = text.length - letters;
  return LETTER_WEIGHT * (countTelling(text) - others) + others;
}

/** @returns length without the words that many lines have */
function countTelling(text: string): number {
  let length = text.length;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && isLetter(text.charCodeAt(at))) continue;
    const isCommon = at > start &&
      COMMON_WORDS.has(text.slice(start, at).toLowerCase());
    if (isCommon) length -= at - start;
    start = at + 1;
  }
  return length;
}

function distinctOf(literals: LiteralSet): Literal[] {
  const known = new Map<string, Literal>();
  for (const literal of literals) {
    known.set(`${literal.ignoresCase} ${literal.text}`, literal);
  }
  return [...known.values()];
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
