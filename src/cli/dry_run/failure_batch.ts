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

/** Words of a failure: its address, and what `At` names. */
const WORDS = 8;

const At = { prefix: 4, pattern: 5, jail: 6 } as const;

/** What counting looks at of each failure, in its order. */
export class FailureBatch {
  readonly #jails: string[] = [];
  readonly #words = new Uint32Array(WORDS * MOST_FAILURES);
  readonly #times = new Float64Array(MOST_FAILURES);
  readonly #failure: MutableFailure = createFailure(new Uint32Array(4));
  #count = 0;
  #jail = "";
  #jailNumber = -1;

  /** Whether there is no room for another one. */
  get isFull(): boolean {
    return this.#count === MOST_FAILURES;
  }

  /** Copies a failure. */
  add({ words, prefix, pattern, jail, timeSeconds }: Failure): void {
    const own = this.#words;
    const number = this.#count++;
    const at = WORDS * number;
    own[at] = words[0] ?? 0;
    own[at + 1] = words[1] ?? 0;
    own[at + 2] = words[2] ?? 0;
    own[at + 3] = words[3] ?? 0;
    own[at + At.prefix] = prefix;
    own[at + At.pattern] = pattern;
    if (jail !== this.#jail) this.#enter(jail);
    own[at + At.jail] = this.#jailNumber;
    this.#times[number] = timeSeconds;
  }

  /** Hands all of them on, in one object that says nothing of host, user and line, and is empty then. */
  drain(take: (failure: Failure) => void): void {
    const failure = this.#failure;
    const { words } = failure;
    const own = this.#words;
    const count = this.#count;
    let jail = -1;
    for (let number = 0; number < count; number++) {
      const at = WORDS * number;
      words[0] = own[at] ?? 0;
      words[1] = own[at + 1] ?? 0;
      words[2] = own[at + 2] ?? 0;
      words[3] = own[at + 3] ?? 0;
      failure.prefix = own[at + At.prefix] ?? 0;
      failure.pattern = own[at + At.pattern] ?? 0;
      const jailNumber = own[at + At.jail] ?? 0;
      if (jailNumber !== jail) {
        jail = jailNumber;
        failure.jail = this.#jails[jail] ?? "";
      }
      failure.timeSeconds = this.#times[number] ?? 0;
      take(failure);
    }
    this.#count = 0;
  }

  #enter(jail: string): void {
    const known = this.#jails.indexOf(jail);
    this.#jailNumber = known < 0 ? this.#jails.push(jail) - 1 : known;
    this.#jail = jail;
  }
}
