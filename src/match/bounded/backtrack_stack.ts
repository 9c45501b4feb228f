/**
 * The ways that a search has still to try, and what it has to put back before.
 *
 * @module
 */

/** Numbers of one entry. */
const ENTRY = 4;
const FIRST_LENGTH = 4096;

/** Kind of an entry that puts a slot back: slot, place, stamp of the memo. */
export const RESTORE = -1;

/** Entries of four numbers each; what they mean is the machine's. */
export class BacktrackStack {
  /** Numbers in use. */
  top = 0;
  entries = new Int32Array(FIRST_LENGTH);

  /** It grows as far as it must: the budget of steps bounds it, two entries a step. */
  push(kind: number, a: number, b: number, c: number): void {
    const top = this.top;
    if (top + ENTRY > this.entries.length) this.#grow();
    const { entries } = this;
    entries[top] = kind;
    entries[top + 1] = a;
    entries[top + 2] = b;
    entries[top + 3] = c;
    this.top = top + ENTRY;
  }

  /** @returns where the entry begins that was on top */
  pop(): number {
    return this.top -= ENTRY;
  }

  /** Drops the ways above `base`; what puts slots back stays. */
  keepRestores(base: number): void {
    let kept = base;
    for (let at = base; at < this.top; at += ENTRY) {
      if (this.entries[at] !== RESTORE) continue;
      this.entries.copyWithin(kept, at, at + ENTRY);
      kept += ENTRY;
    }
    this.top = kept;
  }

  #grow(): void {
    const larger = new Int32Array(2 * this.entries.length);
    larger.set(this.entries);
    this.entries = larger;
  }
}
