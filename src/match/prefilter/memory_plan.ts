/**
 * Places in a module's memory, given out one behind the other.
 *
 * @module
 */

/** A vector's bytes; everything begins at a multiple of it. */
const ALIGNMENT = 16;

const PAGE_BYTES = 65_536;

/** What scan.as keeps for itself, and that no place is 0. */
const RESERVED_BYTES = 128;

/** Bytes that may be read, but say nothing, behind the last place. */
const SLACK_BYTES = 64;

/** A part of a memory; untouched it takes nothing of the machine's. */
export interface MemoryPart {
  readonly memory: WebAssembly.Memory;
  /** Its first byte, a multiple of 16. */
  readonly place: number;
  readonly length: number;
}

/** Counts places up before the memory is made. */
export class MemoryPlan {
  #end = RESERVED_BYTES;

  /** @returns the first byte of a place of that many */
  reserve(bytes: number): number {
    const place = this.#end;
    this.#end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return place;
  }

  /** @returns a memory that holds all places, and never grows, so that views of it stay valid */
  createMemory(): WebAssembly.Memory {
    const pages = Math.ceil((this.#end + SLACK_BYTES) / PAGE_BYTES);
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  }
}
