/**
 * Where the bytes of a line lie without its date.
 *
 * @module
 */

import type { LinePass } from "./line_pass.ts";

/** Longer lines are left to engines that remember where they failed. */
export const LONGEST_LINE = 1024;

const NEWLINE = 10;

/** What lines that are put together take. */
export const LINE_ROOM_BYTES = LONGEST_LINE + 16;

/** Lines in the scan's memory. */
export class LineBytes {
  /** Behind the newline of the line that was found last. */
  to = -1;
  #memory: Uint8Array | undefined;
  #room = 0;

  /** @param room place of `LINE_ROOM_BYTES` for lines that have to be put together */
  open(memory: WebAssembly.Memory, room: number): void {
    this.#memory = new Uint8Array(memory.buffer);
    this.#room = room;
  }

  /**
   * @param cut what was cut out of the line, by places in its text
   * @returns place of the first byte; -1 where the line is not there, too long, or not ASCII
   */
  locate(
    { place, span: { from, to }, isAscii }: LinePass,
    { cutFrom, cutTo }: { readonly cutFrom: number; readonly cutTo: number },
  ): number {
    const memory = this.#memory;
    const isThere = place >= 0 && to - from <= LONGEST_LINE;
    if (!isThere || memory === undefined) return -1;
    const end = place + to - from;
    if (!isAscii && holdsMore(memory, place, end)) return -1;
    const behind = place + cutTo - from;
    if (cutFrom === from && memory[end] === NEWLINE) {
      this.to = end + 1;
      return behind;
    }
    const before = cutFrom - from;
    memory.copyWithin(this.#room, place, place + before);
    memory.copyWithin(this.#room + before, behind, end);
    const last = this.#room + before + end - behind;
    memory[last] = NEWLINE;
    this.to = last + 1;
    return this.#room;
  }
}

/** @returns whether there are bytes beyond ASCII */
function holdsMore(memory: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((memory[at] ?? 0) > 127) return true;
  return false;
}
