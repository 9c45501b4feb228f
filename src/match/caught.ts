/**
 * What a line's patterns caught, as places in its text as long as nobody asks for more.
 *
 * @module
 */

import { type Family, familyOf, parseAddress } from "../util/address.ts";
import { AsciiCopy } from "./ascii_copy.ts";
import { Head, type LineResult, resultWords } from "./bytes/line_result.ts";
import { ChunkText } from "./chunk_text.ts";
import { copyOfSlice } from "./copy_of_slice.ts";
import { type CaughtTexts, GROUP } from "./group_places.ts";

/** What texts are cut out of: a text, or a chunk's. */
export interface Sliceable {
  slice(start: number, end: number): string;
}

/** Units that a text is told apart by at first, from its end: where the number of a process stands. */
const HASHED = 8;

/** Texts by the places of their groups; one object for many lines. */
export class Caught {
  /** Where those of another one are copied to. */
  readonly #own: Int32Array;
  readonly #copy = new AsciiCopy();
  #words: Int32Array;
  /** Place in them of the first that is its own, as in a result. */
  #at = 0;
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
  /** Whether the words tell also what else is known of the groups. */
  #isRead = false;

  /** @param groupCount of the filter's table */
  constructor(groupCount: number) {
    this.#words = this.#own = new Int32Array(resultWords(groupCount));
  }

  /** Becomes these texts, which are taken over. */
  openTexts(texts: CaughtTexts): void {
    this.#texts = texts;
    this.#source = "";
    this.#isRead = false;
  }

  /**
   * Becomes what a program found, valid until it is run again.
   *
   * @param source holds the line
   * @param base place that the first character of the source would have in the memory
   */
  open({ words, at }: LineResult, source: Sliceable, base: number): void {
    this.#texts = undefined;
    this.#has = words[at + Head.has] ?? 0;
    this.#says = words[at + Head.says] ?? 0;
    this.#isRead = true;
    this.#words = words;
    this.#at = at;
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
    for (let group = 0; group < this.#groupCount; group++) {
      texts.push(this.#cut(group));
    }
    this.openTexts(texts);
    return texts;
  }

  /** A number that is the same for lines of the same connection. */
  get hash(): number {
    return this.#isRead
      ? this.#words[this.#at + Head.hash] ?? 0
      : hashOf(this.textAt(GROUP.mlfid) ?? "");
  }

  /**
   * Reads an address.
   *
   * @param group `ip4`, or `ip6` where that took no part
   * @returns its family; 0 where it is none, and `words` say nothing
   */
  readAddress(group: number, words: Uint32Array): Family {
    if (!this.#isRead) return parseAddress(this.textAt(group) ?? "", words);
    const own = this.#words;
    const at = this.#at;
    for (let i = 0; i < 4; i++) words[i] = own[at + Head.address + i] ?? 0;
    return own[at + Head.family] === 0 ? 0 : familyOf(words);
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
    const words = this.#words;
    const start = this.#placeOf(group);
    const toStart = this.#placeOf(to);
    words[toStart] = words[start] ?? 0;
    words[toStart + 1] = words[start + 1] ?? 0;
    if (this.has(group)) this.#has |= 1 << to;
    if (this.says(group)) this.#says |= 1 << to;
  }

  /** Becomes the same as another one, and independent of it. */
  become(other: Caught): void {
    const own = this.#own;
    const others = other.#words;
    const othersAt = other.#at;
    this.#texts = other.#texts?.slice();
    this.#source = other.#source;
    this.#base = other.#base;
    this.#has = other.#has;
    this.#says = other.#says;
    this.#words = own;
    this.#at = 0;
    this.#isRead = false;
    if (this.#texts !== undefined) return;
    for (let at: number = Head.places; at < own.length; at++) {
      own[at] = others[othersAt + at] ?? 0;
    }
  }

  /** Takes over what took part in another one. */
  merge(other: Caught): void {
    if (!this.#isBeside(other)) {
      const { texts } = this;
      other.texts.forEach((text, group) => texts[group] = text ?? texts[group]);
      return;
    }
    const own = this.#words;
    const others = other.#words;
    for (let group = 0; group < this.#groupCount; group++) {
      if (!other.has(group)) continue;
      const to = this.#placeOf(group);
      const from = other.#placeOf(group);
      own[to] = others[from] ?? 0;
      own[to + 1] = others[from + 1] ?? 0;
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
    this.#texts = undefined;
    this.#isRead = false;
    this.#source = "";
  }

  /** @returns first and last place of all groups together */
  #extent(): readonly [number, number] {
    let from = Infinity, to = 0;
    for (let group = 0; group < this.#groupCount; group++) {
      if (!this.has(group)) continue;
      const place = this.#placeOf(group);
      from = Math.min(from, this.#words[place] ?? 0);
      to = Math.max(to, this.#words[place + 1] ?? 0);
    }
    return [Math.min(from, to), to];
  }

  get #groupCount(): number {
    return (this.#own.length - Head.places) / 2;
  }

  /** @returns where in the words the places of a group are */
  #placeOf(group: number): number {
    return this.#at + Head.places + 2 * group;
  }

  #isBeside(other: Caught): boolean {
    return this.#texts === undefined && other.#texts === undefined &&
      this.#base === other.#base && this.#source === other.#source;
  }

  #cut(group: number): string | undefined {
    if (!this.has(group)) return undefined;
    const place = this.#placeOf(group);
    const start = this.#words[place] ?? 0;
    const end = this.#words[place + 1] ?? 0;
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
