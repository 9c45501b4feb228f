/**
 * What is said of host names in logs: each once in a while, and never so much that whoever writes the log fills ours.
 *
 * @module
 */

import type { Logger } from "../util/log.ts";
import { RateLimit } from "../util/rate_limit.ts";

/** Names that are remembered as said, until all are forgotten. */
const MOST_NAMES = 1000;
/** Said again after so long: as long as an address is remembered. */
const SILENCE_SECONDS = 300;

/** A name and what it came to. */
export interface NameReport {
  readonly jail: string;
  readonly name: string;
  readonly addresses: readonly string[];
}

/** Writes the warnings that `use_dns = "warn"` asks for. */
export class NameReports {
  readonly #log: Logger;
  readonly #said = new Map<string, number>();
  readonly #warnings = new RateLimit({ burst: 20, intervalSeconds: 6 });
  readonly #troubles = new RateLimit({ burst: 5, intervalSeconds: 60 });

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Warns that hosts are known by a name, which may lie. */
  warn({ jail, name, addresses }: NameReport, nowSeconds: number): void {
    const key = `${jail} ${name}`;
    if (nowSeconds < (this.#said.get(key) ?? 0)) return;
    if (this.#said.size >= MOST_NAMES) this.#said.clear();
    this.#said.set(key, nowSeconds + SILENCE_SECONDS);
    this.#say("Resolve name", this.#warnings, nowSeconds, {
      jail,
      name,
      addresses: addresses.join(",") || "none",
    });
  }

  /** Warns that a name could not be looked up. */
  warnOfTrouble(
    { name, reason }: { readonly name: string; readonly reason: string },
    nowSeconds: number,
  ): void {
    this.#say("Cannot resolve name", this.#troubles, nowSeconds, {
      name,
      reason,
    });
  }

  #say(
    message: string,
    limit: RateLimit,
    nowSeconds: number,
    fields: Readonly<Record<string, string>>,
  ): void {
    const unsaid = limit.pass(nowSeconds);
    if (unsaid === undefined) return;
    this.#log.warn(message, unsaid === 0 ? fields : { ...fields, unsaid });
  }
}
