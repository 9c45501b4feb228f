/**
 * The failure of a jail of our own syntax, whose texts are made when somebody asks: most failures are counted, and that is all.
 *
 * @module
 */

import { formatNetwork } from "../util/address.ts";
import type { EngineMatch } from "./engine_types.ts";
import { caughtUser, type Host } from "./host.ts";
import { LineFailure } from "./line_failure.ts";
import type { Failure } from "./types.ts";

/** One object for all; whoever hands it on fills it in. */
export class OwnFailure extends LineFailure implements Failure {
  jail = "";
  timeSeconds = 0;
  pattern = 0;
  readonly #host: Host;
  #match: EngineMatch | undefined;
  #userGroups: readonly string[] = [];

  /** @param host filled before each failure */
  constructor(host: Host) {
    super();
    this.#host = host;
  }

  /** @param userGroups groups of the pattern that may have caught the user */
  setMatch(match: EngineMatch, userGroups: readonly string[]): void {
    this.#match = match;
    this.#userGroups = userGroups;
  }

  get words(): Uint32Array {
    return this.#host.words;
  }

  get prefix(): number {
    return this.#host.prefix;
  }

  get host(): string {
    return formatNetwork(this.#host);
  }

  get user(): string | undefined {
    return this.#match && caughtUser(this.#match, this.#userGroups);
  }
}
