/**
 * The failure of a jail of our own syntax, whose texts are made when somebody asks: most failures are counted, and that is all.
 *
 * @module
 */

import { formatNetwork } from "../util/address.ts";
import type { EngineMatch } from "./engine_types.ts";
import { caughtUser, type Host } from "./host.ts";
import type { LinePass } from "./line_pass.ts";
import type { Failure } from "./types.ts";

/** Where a failure comes from. */
export interface FailureOrigin {
  readonly jail: string;
  readonly pattern: number;
  readonly match: EngineMatch;
  /** Groups of the pattern that may have caught the user. */
  readonly userGroups: readonly string[];
  readonly pass: LinePass;
  readonly timeSeconds: number;
}

/** One object for all. */
export class OwnFailure implements Failure {
  readonly #host: Host;
  #origin: FailureOrigin | undefined;

  /** @param host filled before each failure */
  constructor(host: Host) {
    this.#host = host;
  }

  /** Begins another one. */
  set(origin: FailureOrigin): void {
    this.#origin = origin;
  }

  get jail(): string {
    return this.#origin?.jail ?? "";
  }

  get words(): Uint32Array {
    return this.#host.words;
  }

  get prefix(): number {
    return this.#host.prefix;
  }

  get timeSeconds(): number {
    return this.#origin?.timeSeconds ?? 0;
  }

  get pattern(): number {
    return this.#origin?.pattern ?? 0;
  }

  get host(): string {
    return formatNetwork(this.#host);
  }

  get user(): string | undefined {
    const origin = this.#origin;
    return origin && caughtUser(origin.match, origin.userGroups);
  }

  get line(): string {
    if (this.#origin === undefined) return "";
    const { text, span } = this.#origin.pass;
    return text.slice(span.from, span.to);
  }
}
