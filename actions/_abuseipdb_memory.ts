/**
 * What the reports to AbuseIPDB remember from call to call.
 *
 *     { reported: { "192.0.2.7": 1781000000 }, pausedUntil: { "report": 1781086400 } }
 *
 * @module
 */

import type { Json } from "../src/act/contract.ts";
import { valueAt } from "./_far_side.ts";

/** The far side takes one report of an address in this time. */
const REST_SECONDS = 15 * 60;

/** So many stay below 256 KiB with addresses of full length; of one that is forgotten the far side says that it knows it. */
const MAX_ADDRESSES = 4000;

/** Addresses that were reported lately, and endpoints whose quota is used up. */
export class AbuseipdbMemory {
  /** In the order of the reports. */
  readonly #reported = new Map<string, number>();
  readonly #pausedUntil = new Map<string, number>();
  readonly #nowSeconds: number;

  /** @param memory of the last call; what cannot be read is forgotten */
  constructor(memory: Json, nowSeconds: number) {
    this.#nowSeconds = Math.floor(nowSeconds);
    for (const [address, at] of numbersAt(memory, "reported")) {
      if (at > nowSeconds - REST_SECONDS) this.#reported.set(address, at);
    }
    for (const [endpoint, until] of numbersAt(memory, "pausedUntil")) {
      if (until > nowSeconds) this.#pausedUntil.set(endpoint, until);
    }
  }

  /** Whether the far side has heard of it within the quarter of an hour. */
  isReported(address: string): boolean {
    return this.#reported.has(address);
  }

  /** Notes a report. */
  addReport(address: string): void {
    this.#reported.set(address, this.#nowSeconds);
  }

  /** @returns seconds until the endpoint may be asked again; 0: now */
  pauseOf(endpoint: string): number {
    const until = this.#pausedUntil.get(endpoint) ?? 0;
    return Math.max(0, Math.ceil(until - this.#nowSeconds));
  }

  /** Leaves the endpoint alone for a time. */
  pause(endpoint: string, seconds: number): void {
    this.#pausedUntil.set(endpoint, this.#nowSeconds + seconds);
  }

  /** For HandlerOutcome. */
  toJson(): Json {
    return {
      reported: Object.fromEntries([...this.#reported].slice(-MAX_ADDRESSES)),
      pausedUntil: Object.fromEntries(this.#pausedUntil),
    };
  }
}

function numbersAt(memory: Json, name: string): [string, number][] {
  return Object.entries(valueAt(memory, name) ?? {}).filter(([, value]) =>
    typeof value === "number"
  );
}
