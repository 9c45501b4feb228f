/**
 * What came of the calls of one action: counted for `status`, and said in the log without filling it.
 *
 * @module
 */

import type { Logger } from "../../util/log.ts";
import { RateLimit } from "../../util/rate_limit.ts";
import type { HandlerOutcome } from "../contract.ts";
import { type HandlerCall, HandlerError } from "../sandbox/types.ts";
import type { Message } from "./message.ts";
import type { ActionStatus } from "./types.ts";

/** Between lines on messages that there was no room for. */
const DROPS_LINE_SECONDS = 600;

/** Of a status. */
export type ActionCounts = Pick<
  ActionStatus,
  "delivered" | "retried" | "refused" | "dropped" | "calls"
>;

/** What is counted, and the last thing that went wrong. */
export class Tally {
  readonly #name: string;
  readonly #log: Logger;
  readonly #drops = new RateLimit({
    burst: 1,
    intervalSeconds: DROPS_LINE_SECONDS,
  });
  readonly #counts: { -readonly [Name in keyof ActionCounts]: number } = {
    delivered: 0,
    retried: 0,
    refused: 0,
    dropped: 0,
    calls: 0,
  };
  #lastError: ActionStatus["lastError"];
  #isFailureSaid = false;

  /** @param name of the action */
  constructor(name: string, log: Logger) {
    this.#name = name;
    this.#log = log;
  }

  /** For `status`. */
  get counts(): ActionCounts & Pick<ActionStatus, "lastError"> {
    const error = this.#lastError;
    return { ...this.#counts, ...(error && { lastError: error }) };
  }

  /** A call is made. */
  noteCall(): void {
    this.#counts.calls++;
  }

  /** The action said what became of these entries. */
  noteOutcome(
    { method, messages }: {
      readonly method: HandlerCall["method"];
      readonly messages: readonly Pick<Message, "id" | "ban">[];
    },
    { outcome, nowSeconds }: {
      readonly outcome: HandlerOutcome;
      readonly nowSeconds: number;
    },
  ): void {
    const { retry = [], refused = [] } = outcome;
    if (method !== "sync") {
      this.#counts.delivered += messages.length - retry.length - refused.length;
    }
    this.#counts.retried += retry.length;
    this.#counts.refused += refused.length;
    const trouble = refused[0] ?? retry[0];
    if (trouble === undefined) this.#sayThatItWorks();
    else this.#lastError = { message: trouble.why, atSeconds: nowSeconds };
    if (refused[0] === undefined) return;
    const { id, why: reason } = refused[0];
    this.#log.warn("Action refused entries", {
      action: this.#name,
      entries: refused.length,
      host: messages.find((message) => message.id === id)?.ban.host,
      reason,
    });
  }

  /** A call brought nothing. @param entries that have to be told again */
  noteFailure(
    error: unknown,
    { entries, nowSeconds }: {
      readonly entries: number;
      readonly nowSeconds: number;
    },
  ): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#counts.retried += entries;
    this.#lastError = { message, atSeconds: nowSeconds };
    if (this.#isFailureSaid) return;
    this.#isFailureSaid = true;
    const fields = { action: this.#name, reason: message };
    const isFile = error instanceof HandlerError &&
      error.reason === "refused_file";
    if (isFile) this.#log.error("Cannot use the file of action", fields);
    else this.#log.warn("Action failed, try again", fields);
  }

  /** There was no room for a message. */
  noteDrop(nowSeconds: number): void {
    this.#counts.dropped++;
    const held = this.#drops.pass(nowSeconds);
    if (held === undefined) return;
    this.#log.warn("Too much waits for action, drop the oldest", {
      action: this.#name,
      dropped: held + 1,
    });
  }

  #sayThatItWorks(): void {
    if (!this.#isFailureSaid) return;
    this.#isFailureSaid = false;
    this.#log.info("Action works again", { action: this.#name });
  }
}
