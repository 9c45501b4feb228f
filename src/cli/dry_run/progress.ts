/**
 * How far a long run is: one line on the terminal, drawn over itself.
 *
 *     [#########...........]  45%  460 MB of 1.0 GB  3.1M lines/s  2s left  access.log
 *
 * @module
 */

import { formatDuration } from "../../util/duration.ts";
import { escapeText } from "../../util/escape.ts";

/** Where it is drawn. */
export interface ProgressOptions {
  /** Writes to the terminal; absent: nothing is drawn. */
  readonly write?: ((text: string) => void) | undefined;
  /** Columns of the terminal. */
  readonly width: number;
  /** Bytes of everything that will be read; undefined where that is not known. */
  readonly totalBytes: number | undefined;
  /** A clock in milliseconds; default `performance.now`. */
  readonly now?: () => number;
}

/** Ten times a second is as often as anybody can read it. */
const REDRAW_MS = 100;
const BAR_COLUMNS = 20;
const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/**
 * A progress bar of plain characters: no colour, and nothing but a carriage return to go back to its beginning, so that
 * every terminal and NO_COLOR are content.
 */
export class Progress {
  /** Bytes read so far; the owner adds to it. */
  bytes = 0;
  readonly #options: ProgressOptions;
  readonly #now: () => number;
  readonly #start: number;
  #nextDraw: number;
  #drawnColumns = 0;

  /** Draws nothing before a tenth of a second is over. */
  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#start = this.#now();
    this.#nextDraw = options.write === undefined
      ? Infinity
      : this.#start + REDRAW_MS;
  }

  /** Draws it when it is time; costs a look at the clock otherwise. */
  update(log: string, lines: number): void {
    if (this.#nextDraw === Infinity) return;
    const now = this.#now();
    if (now < this.#nextDraw) return;
    this.#nextDraw = now + REDRAW_MS;
    this.#draw(this.#describe(log, lines, (now - this.#start) / 1000));
  }

  /** Wipes it off the terminal. */
  clear(): void {
    if (this.#drawnColumns > 0) this.#draw("");
    this.#nextDraw = Infinity;
  }

  #draw(text: string): void {
    // A full last column would make some terminals begin a new line.
    const line = text.slice(0, Math.max(0, this.#options.width - 1));
    const wiped = line.padEnd(this.#drawnColumns);
    this.#drawnColumns = line.length;
    this.#options.write?.(`\r${wiped}${line === "" ? "\r" : ""}`);
  }

  /** What matters least is last: a narrow terminal cuts it off. */
  #describe(log: string, lines: number, seconds: number): string {
    const { totalBytes } = this.#options;
    const rate = `${formatCount(lines / seconds)} lines/s`;
    const name = escapeText(log === "-" ? "standard input" : log, 40);
    if (totalBytes === undefined || totalBytes === 0) {
      return [formatBytes(this.bytes), rate, name].join("  ");
    }
    const share = Math.min(1, this.bytes / totalBytes);
    const left = share === 0 ? Infinity : seconds / share - seconds;
    return [
      `[${
        "#".repeat(Math.floor(share * BAR_COLUMNS)).padEnd(BAR_COLUMNS, ".")
      }]`,
      `${Math.floor(share * 100)}%`.padStart(4),
      `${formatBytes(this.bytes)} of ${formatBytes(totalBytes)}`,
      rate,
      left === Infinity ? "" : `${formatDuration(Math.ceil(left))} left`,
      name,
    ].join("  ");
  }
}

/** 1536000 → `1.5 MB` */
function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${
    unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)
  } ${UNITS[unit]}`;
}

/** 3140000 → `3.1M` */
function formatCount(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)}M`;
  return count >= 1e4 ? `${Math.round(count / 1000)}k` : `${Math.round(count)}`;
}
