/**
 * The failures of a chunk, kept until all of its lines were matched: to match and to count in turns takes longer, as each
 * finds the processor busy with the other's branches.
 *
 * @module
 */

import { createFailure, type MutableFailure } from "../../match/line_pass.ts";
import type { Failure } from "../../match/types.ts";

/** More are counted before the chunk is over. */
const MOST_FAILURES = 4096;

/** What counting looks at of each failure, in its order. */
export class FailureBatch {
  readonly #jails: string[] = [];
  readonly #words = new Uint32Array(4 * MOST_FAILURES);
  readonly #prefixes = new Uint8Array(MOST_FAILURES);
  readonly #patterns = new Uint32Array(MOST_FAILURES);
  readonly #jailNumbers = new Uint32Array(MOST_FAILURES);
  readonly #times = new Float64Array(MOST_FAILURES);
  readonly #failure: MutableFailure = createFailure(new Uint32Array(4));
  #count = 0;

  /** Whether there is no room for another one. */
  get isFull(): boolean {
    return this.#count === MOST_FAILURES;
  }

  /** Copies a failure. */
  add({ words, prefix, pattern, jail, timeSeconds }: Failure): void {
    const at = this.#count++;
    for (let i = 0; i < 4; i++) this.#words[4 * at + i] = words[i] ?? 0;
    this.#prefixes[at] = prefix;
    this.#patterns[at] = pattern;
    this.#jailNumbers[at] = this.#numberOf(jail);
    this.#times[at] = timeSeconds;
  }

  /** Hands all of them on, in one object that says nothing of host, user and line, and is empty then. */
  drain(take: (failure: Failure) => void): void {
    const failure = this.#failure;
    for (let at = 0; at < this.#count; at++) {
      for (let i = 0; i < 4; i++) {
        failure.words[i] = this.#words[4 * at + i] ?? 0;
      }
      failure.prefix = this.#prefixes[at] ?? 0;
      failure.pattern = this.#patterns[at] ?? 0;
      failure.jail = this.#jails[this.#jailNumbers[at] ?? 0] ?? "";
      failure.timeSeconds = this.#times[at] ?? 0;
      take(failure);
    }
    this.#count = 0;
  }

  #numberOf(jail: string): number {
    const known = this.#jails.indexOf(jail);
    return known < 0 ? this.#jails.push(jail) - 1 : known;
  }
}
