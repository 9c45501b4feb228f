/**
 * Cuts a client's bytes into commands, and says how much it may hold meanwhile.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** Closes each command and each answer. */
export const END = "<F2B_END_COMMAND>";

/** Says good-bye, in the place of a command. */
export const CLOSE = "<F2B_CLOSE_COMMAND>";

/** Bytes of one command at most: three times what fail2ban's client sends with all its jails enabled. */
export const FRAME_LIMIT = 1 << 20;

const FIRST_SIZE = 4096;

/** What all clients together may have begun and not ended. */
export interface Allowance {
  /** Bytes that are left. */
  left: number;
}

/** Bytes of one connection. */
export class FrameSplitter {
  readonly #allowance: Allowance;
  #buffer = Buffer.alloc(0);
  #length = 0;
  /** Up to here no end can begin. */
  #searched = 0;

  /** Holds nothing yet. */
  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  /** Whether a command was begun and not ended. */
  get isWaiting(): boolean {
    return this.#length > 0;
  }

  /**
   * Takes what came.
   *
   * @returns false where that is more than may be held: the connection has to end
   */
  push(bytes: Uint8Array): boolean {
    const length = this.#length + bytes.length;
    // What comes at once is let in, since it may hold the end.
    if (this.#length > FRAME_LIMIT + END.length) return false;
    if (length > this.#buffer.length && !this.#grow(length)) return false;
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
    return true;
  }

  /** Whether a whole command is there. */
  get isWhole(): boolean {
    return this.#findEnd() >= 0;
  }

  /** @returns the next whole command without its end; undefined where there is none yet */
  next(): Uint8Array | undefined {
    const end = this.#findEnd();
    if (end < 0) return undefined;
    const frame = Buffer.from(this.#buffer.subarray(0, end));
    this.#buffer.copyWithin(0, end + END.length, this.#length);
    this.#length -= end + END.length;
    this.#searched = 0;
    if (this.#length === 0) this.release();
    return frame;
  }

  /** Gives back what it holds. */
  release(): void {
    this.#allowance.left += this.#buffer.length;
    this.#buffer = Buffer.alloc(0);
    this.#length = 0;
    this.#searched = 0;
  }

  #findEnd(): number {
    const held = this.#buffer.subarray(0, this.#length);
    const end = held.indexOf(END, this.#searched, "latin1");
    this.#searched = end < 0 ? Math.max(0, this.#length - END.length + 1) : end;
    return end;
  }

  #grow(length: number): boolean {
    const size = Math.max(FIRST_SIZE, 2 * this.#buffer.length, length);
    const more = size - this.#buffer.length;
    if (more > this.#allowance.left) return false;
    this.#allowance.left -= more;
    const larger = Buffer.alloc(size);
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
    return true;
  }
}
