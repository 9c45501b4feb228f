/**
 * What patterns are run on: a text and, where it lies in the scan's memory as it is, its bytes.
 *
 * @module
 */

import { rememberAscii } from "./plain_text.ts";

/** One object for many texts; what it says holds until it is told another one. */
export interface Subject {
  /** Ended by a newline; made when somebody asks. */
  readonly text: string;
  /** Place of its first byte in the memory; -1 where it is not there, or not ASCII. */
  readonly from: number;
  /** Place behind its last byte, which then is its only newline. */
  readonly to: number;
  /** The first UTF-16 unit of its text, which is not made for it. */
  readonly firstUnit: number;
  /** @returns the unit at a place of its text, which is not made for it either */
  unitAt(place: number): number;
  /** A longer text that holds it, but for what ends it. */
  readonly source: string;
  /** Where in that it begins. */
  readonly offset: number;
}

/** @returns the text alone */
export function subjectOf(text: string): Subject {
  const subject = new Remainder();
  subject.openText(text);
  return subject;
}

/** What is left of another subject, or a text of its own. */
export class Remainder implements Subject {
  from = -1;
  to = -1;
  firstUnit = -1;
  #whole: Subject | undefined;
  #offset = 0;
  #text: string | undefined;

  /** @param offset characters of the other one that are left out */
  open(whole: Subject, offset: number): void {
    this.#whole = whole;
    this.#offset = offset;
    this.#text = undefined;
    this.from = whole.from < 0 ? -1 : whole.from + offset;
    this.to = whole.to;
    this.firstUnit = whole.unitAt(offset);
  }

  /** Becomes a text of which nothing else is known. */
  openText(text: string): void {
    this.#whole = undefined;
    this.#text = text;
    this.from = this.to = -1;
    this.firstUnit = text.charCodeAt(0);
  }

  get text(): string {
    if (this.#text !== undefined) return this.#text;
    this.#text = this.#whole?.text.slice(this.#offset) ?? "";
    if (this.from >= 0) rememberAscii(this.#text);
    return this.#text;
  }

  unitAt(place: number): number {
    return this.#whole?.unitAt(this.#offset + place) ??
      this.text.charCodeAt(place);
  }

  get source(): string {
    return this.#whole?.source ?? this.text;
  }

  get offset(): number {
    return this.#whole === undefined ? 0 : this.#whole.offset + this.#offset;
  }
}
