/**
 * Tells of a handler's troubles, each kind once in a while: an action that fails does so for every batch.
 *
 * @module
 */

import type { Logger } from "../../util/log.ts";
import { RateLimit } from "../../util/rate_limit.ts";
import type { HandlerError } from "./types.ts";

const INTERVAL_SECONDS = 3600;

/** What a plugin writes to its console is told of at debug level, and no more of it than this. */
const SAID_LIMIT = { burst: 20, intervalSeconds: 1 };

/** See the module. */
export class TroubleLog {
  readonly #logger: Logger;
  readonly #nowSeconds: () => number;
  readonly #limits = new Map<string, RateLimit>();
  readonly #said = new RateLimit(SAID_LIMIT);

  constructor(logger: Logger, nowSeconds: () => number) {
    this.#logger = logger;
    this.#nowSeconds = nowSeconds;
  }

  /** Tells why a call brought nothing. */
  report({ action, reason, message }: HandlerError): void {
    // It is told of the death that it rests after.
    if (reason === "resting") return;
    const key = `${action} ${reason}`;
    const held = this.#pass(key);
    if (held === undefined) return;
    const level = reason === "refused_file" ? "error" : "warn";
    this.#logger[level]("Handler action fails", {
      action,
      reason,
      error: message,
      heldBack: held === 0 ? undefined : held,
    });
  }

  /** Tells of a process that died. @param key what was in it */
  reportDeath(key: string, why: string, restMs: number): void {
    const held = this.#pass(`${key} death`);
    if (held === undefined) return;
    this.#logger.warn("Sandbox died", {
      sandbox: key,
      error: why,
      restSeconds: Math.round(restMs / 100) / 10,
      heldBack: held === 0 ? undefined : held,
    });
  }

  /** Tells what an action wrote to its console. */
  reportSaid(action: string, text: string): void {
    const held = this.#said.pass(this.#nowSeconds());
    if (held === undefined) return;
    this.#logger.debug("Handler action says", { action, text });
  }

  /** Forgets an action that is not configured any more, or in another way: what it does next is news. */
  forget(action: string): void {
    for (const key of this.#limits.keys()) {
      if (key.startsWith(`${action} `)) this.#limits.delete(key);
    }
  }

  #pass(key: string): number | undefined {
    let limit = this.#limits.get(key);
    if (limit === undefined) {
      limit = new RateLimit({ burst: 1, intervalSeconds: INTERVAL_SECONDS });
      this.#limits.set(key, limit);
    }
    return limit.pass(this.#nowSeconds());
  }
}
