/**
 * The failure of a jail of fail2ban's, whose texts are made when somebody asks: most failures are counted, and that is all.
 *
 * @module
 */

import { formatNetwork } from "../util/address.ts";
import type { GroupTable } from "./caught_groups.ts";
import { type CaughtGroups, GROUP } from "./group_places.ts";
import type { ExactHit } from "./exact_filter.ts";
import { createHost, type Host } from "./host.ts";
import { LineFailure } from "./line_failure.ts";
import type { Failure } from "./types.ts";

/** One object for all of a jail; whoever hands it on fills it in. */
export class ExactFailure extends LineFailure implements Failure {
  readonly jail: string;
  timeSeconds = 0;
  resolvedFrom: string | undefined;
  isRawId = false;
  /** An id that is no address; undefined where `address` is the id. */
  ownId: string | undefined;
  readonly address: Host = createHost();
  readonly #table: GroupTable;
  #hit: ExactHit | undefined;

  /** @param table of the jail's groups */
  constructor(jail: string, table: GroupTable) {
    super();
    this.jail = jail;
    this.#table = table;
  }

  setHit(hit: ExactHit): void {
    this.#hit = hit;
  }

  get host(): string {
    return this.ownId ?? formatNetwork(this.address);
  }

  get words(): Uint32Array {
    return this.address.words;
  }

  get prefix(): number {
    return this.address.prefix;
  }

  get pattern(): number {
    return this.#hit?.pattern ?? 0;
  }

  get user(): string | undefined {
    return this.#hit?.caught.textAt(GROUP.user);
  }

  get lines(): readonly string[] | undefined {
    return this.#hit?.told.lines;
  }

  get users(): readonly string[] | undefined {
    return this.#hit?.told.users;
  }

  get groups(): CaughtGroups | undefined {
    return this.#hit && this.#table.nameTexts(this.#hit.caught);
  }

  /** @returns the same for later, whatever becomes of this one and of its connection; without its address */
  keep(): ExactFailure {
    const kept = new ExactFailure(this.jail, this.#table);
    kept.timeSeconds = this.timeSeconds;
    kept.setLineOf(this);
    kept.#hit = this.#hit && this.#keepHit(this.#hit);
    return kept;
  }

  #keepHit({ pattern, caught: { texts }, told }: ExactHit): ExactHit {
    const caught = this.#table.createCaught();
    caught.openTexts(texts.slice());
    const { lines, users } = told;
    return {
      pattern,
      caught,
      told: { lines: lines?.slice(), users: users?.slice(), isPending: false },
    };
  }
}
