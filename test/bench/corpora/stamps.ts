/**
 * Stamps as logs have them, and hosts as they stand behind.
 *
 * @module
 */

import type { Random } from "./random.ts";

/** Second 0 of every corpus: 1 March 2026, UTC. */
const START = Date.UTC(2026, 2, 1);

const MONTHS = [
  ...["Jan", "Feb", "Mar", "Apr", "May", "Jun"],
  ...["Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
];

/** Writes stamps of one format; a second's text is made once. */
export class Stamper {
  readonly #format: (date: Date) => string;
  #second = -1;
  #text = "";

  constructor(format: (date: Date) => string) {
    this.#format = format;
  }

  /** @returns the stamp of a second since the corpus's beginning */
  at(second: number): string {
    if (second !== this.#second) {
      this.#second = second;
      this.#text = this.#format(new Date(START + second * 1000));
    }
    return this.#text;
  }
}

/** `Mar  1 00:00:07` */
export function syslogStamp(date: Date): string {
  const day = String(date.getUTCDate()).padStart(2);
  return `${MONTHS[date.getUTCMonth()]} ${day} ${
    date.toISOString().slice(11, 19)
  }`;
}

/** `2026-03-01T00:00:07`, as rsyslog writes it, but for the fraction and the zone */
export function isoStamp(date: Date): string {
  return date.toISOString().slice(0, 19);
}

/** `01/Mar/2026:00:00:07 +0000` */
export function commonStamp(date: Date): string {
  const day = String(date.getUTCDate()).padStart(2, "0");
  return `${day}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${
    date.toISOString().slice(11, 19)
  } +0000`;
}

/** @returns one of `count` hosts, every tenth an IPv6 one; `net` tells crowds apart, 0-255 */
export function makeHost(random: Random, net: number, count: number): string {
  const number = random.below(count);
  const [high, low] = [number >> 8 & 255, number & 255];
  return number % 10 === 0
    ? `2001:db8:${net.toString(16)}:${(number + 1).toString(16)}::1`
    : `${net < 100 ? 203 : 198}.${net}.${high}.${low}`;
}
