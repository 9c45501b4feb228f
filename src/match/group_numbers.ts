/**
 * The groups of a pattern, counted as Python does: in the order of their opening.
 *
 * @module
 */

/** Names, numbers, and which groups have ended. */
export class GroupNumbers {
  /** Number of each name. */
  readonly numbers = new Map<string, number>();
  readonly #closed = new Set<number>();
  #count = 0;

  /** Greatest number so far. */
  get count(): number {
    return this.#count;
  }

  /** @returns the number of a group that opens */
  add(name?: string): number {
    this.#count++;
    if (name !== undefined) this.numbers.set(name, this.#count);
    return this.#count;
  }

  /** A group that ended may be referred to. */
  close(group: number): void {
    this.#closed.add(group);
  }

  /** @returns whether the group is there and has ended */
  isClosed(group: number): boolean {
    return this.#closed.has(group);
  }
}
