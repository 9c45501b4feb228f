/**
 * Failures as they go from one thread to another: numbers in one array, and the few texts that somebody looks at.
 *
 *     jails [sshd]   numbers [0, 0, 0xffff, 0xc0000207, 128, 1763665683, 4, 0, 81920, 94]   users [root]   texts [undefined]
 *                             └──── words ────────────┘ prefix  time  pattern jail offset bytes
 *
 * @module
 */

import { createFailure, type MutableFailure } from "../match/line_pass.ts";
import type { Failure } from "../match/types.ts";
import { formatNetwork } from "../util/address.ts";

/** Numbers of one failure. */
export const ROW_LENGTH = 10;

/** What only debug lines and commands of administrators look at. */
export type FailureText = Pick<Failure, "line" | "groups" | "lines">;

const NO_TEXT: FailureText = {
  line: "",
  groups: undefined,
  lines: undefined,
};

/** Any number of failures, in their order. */
export interface FailureRows {
  /** Those that rows name by their place here. */
  readonly jails: readonly string[];
  /** `ROW_LENGTH` for each failure. */
  readonly numbers: Float64Array;
  /** One for each failure. */
  readonly users: readonly (string | undefined)[];
  /** One for each failure; absent where nobody looks at it. */
  readonly texts: readonly (FailureText | undefined)[];
}

/** Collects failures. */
export class FailureRowWriter {
  #jails: string[] = [];
  #numbers = new Float64Array(16 * ROW_LENGTH);
  #users: (string | undefined)[] = [];
  #texts: (FailureText | undefined)[] = [];

  /** Failures since the last `take`. */
  get count(): number {
    return this.#users.length;
  }

  /** Copies a failure. @param takesText whether its texts are wanted */
  push(failure: Failure, takesText: boolean): void {
    const at = this.count * ROW_LENGTH;
    if (at === this.#numbers.length) this.#grow();
    const { words, prefix, timeSeconds, pattern } = failure;
    this.#numbers.set(words, at);
    this.#numbers[at + 4] = prefix;
    this.#numbers[at + 5] = timeSeconds;
    this.#numbers[at + 6] = pattern;
    this.#numbers[at + 7] = this.#placeOf(failure.jail);
    this.#numbers[at + 8] = failure.offset ?? -1;
    this.#numbers[at + 9] = failure.byteLength ?? 0;
    this.#users.push(failure.user);
    this.#texts.push(takesText ? textOf(failure) : undefined);
  }

  /** @returns what was collected; it begins anew */
  take(): FailureRows {
    const rows = {
      jails: this.#jails,
      numbers: this.#numbers.slice(0, this.count * ROW_LENGTH),
      users: this.#users,
      texts: this.#texts,
    };
    this.#jails = [];
    this.#users = [];
    this.#texts = [];
    return rows;
  }

  #placeOf(jail: string): number {
    const at = this.#jails.indexOf(jail);
    return at < 0 ? this.#jails.push(jail) - 1 : at;
  }

  #grow(): void {
    const numbers = new Float64Array(2 * this.#numbers.length);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }
}

/**
 * Hands the failures on, in one object that is used again for each, as a matcher does.
 *
 * @param rows as `readBatch` checked them
 */
export function forEachFailure(
  rows: FailureRows,
  take: (failure: Failure) => void,
): void {
  const words = new Uint32Array(4);
  const failure: MutableFailure = createFailure(words);
  for (const [index, user] of rows.users.entries()) {
    const at = index * ROW_LENGTH;
    words.set(rows.numbers.subarray(at, at + 4));
    failure.prefix = rows.numbers[at + 4] ?? 0;
    failure.timeSeconds = rows.numbers[at + 5] ?? 0;
    failure.pattern = rows.numbers[at + 6] ?? 0;
    failure.jail = rows.jails[rows.numbers[at + 7] ?? 0] ?? "";
    failure.offset = rows.numbers[at + 8] ?? -1;
    failure.byteLength = rows.numbers[at + 9] ?? 0;
    failure.host = formatNetwork(failure);
    failure.user = user;
    Object.assign(failure, rows.texts[index] ?? NO_TEXT);
    take(failure);
  }
}

function textOf(failure: Failure): FailureText {
  const { line, groups, lines } = failure;
  return {
    line,
    groups: groups && { ...groups },
    lines: lines && [...lines],
  };
}
