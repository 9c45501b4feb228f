/**
 * What a line's patterns caught, as places in its text as long as nobody asks for more.
 *
 * @module
 */

import { type Family, familyOf, parseAddress } from "../util/address.ts";
import { AsciiCopy } from "./ascii_copy.ts";
import { ChunkText } from "./chunk_text.ts";
import { copyOfSlice } from "./copy_of_slice.ts";
import { type CaughtTexts, GROUP } from "./group_places.ts";

/** What a line program tells of a hit (line_program.as). */
export interface LineResult {
  /** Words that `Head` names. */
  readonly head: Int32Array;
  /** First and last place of each group in the memory; they say nothing of one that took no part. */
  readonly places: Int32Array;
}

/** What texts are cut out of: a text, or a chunk's. */
export interface Sliceable {
  slice(start: number, end: number): string;
}

/** Where in the head of a result stands what. */
const Head = { has: 0, says: 1, hash: 2, family: 3, words: 4 } as const;

/** Units that a text is told apart by at first, from its end: where the number of a process stands. */
const HASHED = 8;

/** Texts by the places of their groups; one object for many lines. */
export class Caught {
  /** Where those of another one are copied to. */
  readonly #own: Int32Array;
  readonly #copy = new AsciiCopy();
  #places: Int32Array;
  /** Bits of the groups that took part. */
  #has = 0;
  /** Bits of those that caught something. */
  #says = 0;
  /** Cut out; undefined as long as places tell. */
  #texts: CaughtTexts | undefined;
  /** Holds what the places tell of. */
  #source: Sliceable = "";
  /** Place in the memory of its first character. */
  #base = 0;
  /** What else is known of the places, as long as they are its own. */
  #head: Int32Array | undefined;

  /** @param groupCount of the filter's table */
  constructor(groupCount: number) {
    this.#places = this.#own = new Int32Array(2 * groupCount);
  }

  /** Becomes these texts, which are taken over. */
  openTexts(texts: CaughtTexts): void {
    this.#texts = texts;
    this.#source = "";
    this.#head = undefined;
  }

  /**
   * Becomes what a program found, valid until it is run again.
   *
   * @param source holds the line
   * @param base place that the first character of the source would have in the memory
   */
  open(
    { head, places }: LineResult,
    source: Sliceable,
    base: number,
  ): void {
    this.#texts = undefined;
    this.#has = head[Head.has] ?? 0;
    this.#says = head[Head.says] ?? 0;
    this.#head = head;
    this.#places = places;
    this.#source = source;
    this.#base = base;
  }

  /** @returns whether the group took part */
  has(group: number): boolean {
    const texts = this.#texts;
    return texts === undefined
      ? (this.#has >>> group & 1) !== 0
      : texts[group] !== undefined;
  }

  /** @returns whether it took part, and caught something */
  says(group: number): boolean {
    const texts = this.#texts;
    if (texts === undefined) return (this.#says >>> group & 1) !== 0;
    return texts[group] !== undefined && texts[group] !== "";
  }

  /** @returns what it caught; undefined where it took no part */
  textAt(group: number): string | undefined {
    return this.#texts === undefined ? this.#cut(group) : this.#texts[group];
  }

  /** All of them, cut out now. */
  get texts(): CaughtTexts {
    const known = this.#texts;
    if (known !== undefined) return known;
    const texts: CaughtTexts = [];
    for (let group = 0; 2 * group < this.#places.length; group++) {
      texts.push(this.#cut(group));
    }
    this.openTexts(texts);
    return texts;
  }

  /** A number that is the same for lines of the same connection. */
  get hash(): number {
    return this.#head?.[Head.hash] ?? hashOf(this.textAt(GROUP.mlfid) ?? "");
  }

  /**
   * Reads an address.
   *
   * @param group `ip4`, or `ip6` where that took no part
   * @returns its family; 0 where it is none, and `words` say nothing
   */
  readAddress(group: number, words: Uint32Array): Family {
    const head = this.#head;
    if (head === undefined) {
      return parseAddress(this.textAt(group) ?? "", words);
    }
    for (let i = 0; i < 4; i++) words[i] = head[Head.words + i] ?? 0;
    return head[Head.family] === 0 ? 0 : familyOf(words);
  }

  /** Forgets what a group caught. */
  drop(group: number): void {
    if (this.#texts !== undefined) this.#texts[group] = undefined;
    this.#has &= ~(1 << group);
    this.#says &= ~(1 << group);
  }

  /** Lets another group have caught the same. */
  copy(group: number, to: number): void {
    if (this.#texts !== undefined) {
      this.#texts[to] = this.#texts[group];
      return;
    }
    const places = this.#places;
    places[2 * to] = places[2 * group] ?? 0;
    places[2 * to + 1] = places[2 * group + 1] ?? 0;
    if (this.has(group)) this.#has |= 1 << to;
    if (this.says(group)) this.#says |= 1 << to;
  }

  /** Becomes the same as another one, and independent of it. */
  become(other: Caught): void {
    const own = this.#own;
    const others = other.#places;
    this.#texts = other.#texts?.slice();
    this.#source = other.#source;
    this.#base = other.#base;
    this.#has = other.#has;
    this.#says = other.#says;
    this.#places = own;
    this.#head = undefined;
    if (this.#texts !== undefined) return;
    for (let at = 0; at < own.length; at++) own[at] = others[at] ?? 0;
  }

  /** Takes over what took part in another one. */
  merge(other: Caught): void {
    if (!this.#isBeside(other)) {
      const { texts } = this;
      other.texts.forEach((text, group) => texts[group] = text ?? texts[group]);
      return;
    }
    const own = this.#places;
    const others = other.#places;
    for (let group = 0; 2 * group < own.length; group++) {
      if (!other.has(group)) continue;
      own[2 * group] = others[2 * group] ?? 0;
      own[2 * group + 1] = others[2 * group + 1] ?? 0;
    }
    this.#says = this.#says & ~other.#has | other.#says;
    this.#has |= other.#has;
  }

  /** Copies all, since a chunk is about to go, and a slice keeps the whole of its text in memory. */
  detach(): void {
    const source = this.#source;
    if (this.#texts !== undefined || !(source instanceof ChunkText)) {
      return this.openTexts(this.texts.map(copyOfSlice));
    }
    const [from, to] = this.#extent();
    source.copyTo(this.#copy, from - this.#base, to - this.#base);
    this.#source = this.#copy;
    this.#base = from;
  }

  /** Becomes empty, and lets go of the text. */
  forget(): void {
    this.#has = this.#says = 0;
    this.#texts = this.#head = undefined;
    this.#source = "";
  }

  /** @returns first and last place of all groups together */
  #extent(): readonly [number, number] {
    let from = Infinity, to = 0;
    for (let group = 0; 2 * group < this.#places.length; group++) {
      if (!this.has(group)) continue;
      from = Math.min(from, this.#places[2 * group] ?? 0);
      to = Math.max(to, this.#places[2 * group + 1] ?? 0);
    }
    return [Math.min(from, to), to];
  }

  #isBeside(other: Caught): boolean {
    return this.#texts === undefined && other.#texts === undefined &&
      this.#base === other.#base && this.#source === other.#source;
  }

  #cut(group: number): string | undefined {
    if (!this.has(group)) return undefined;
    const start = this.#places[2 * group] ?? 0;
    const end = this.#places[2 * group + 1] ?? 0;
    return this.#source.slice(start - this.#base, end - this.#base);
  }
}

/** As line_program.as has it. */
function hashOf(text: string): number {
  let hash = 0;
  for (let at = Math.max(0, text.length - HASHED); at < text.length; at++) {
    hash = Math.imul(hash, 31) + text.charCodeAt(at) | 0;
  }
  return hash ^ hash >>> 7;
}
