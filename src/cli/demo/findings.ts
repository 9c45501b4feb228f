/**
 * What had to be seen for the demo to be a success, and whether it was.
 *
 * @module
 */

/** Collects claims; the demo succeeds when each was seen to hold. */
export class Findings {
  readonly #missed: string[] = [];
  #count = 0;

  /** How many claims there were. */
  get count(): number {
    return this.#count;
  }

  /** Claims that were not seen to hold. */
  get missed(): readonly string[] {
    return this.#missed;
  }

  /**
   * @param claim a sentence that should be true: `attacker cannot connect while banned`
   * @returns `isSeen`
   */
  claim(claim: string, isSeen: boolean): boolean {
    this.#count++;
    if (!isSeen) this.#missed.push(claim);
    return isSeen;
  }
}
