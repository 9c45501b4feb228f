/**
 * What came of the calls of one action: counted for `status`, and said in the log without filling it.
 *
 * @module
 */

import type { Logger } from "../../util/log.ts";
import { RateLimit } from "../../util/rate_limit.ts";
import {
  type CallOutcome,
  type HandlerCall,
  HandlerError,
} from "../sandbox/types.ts";
import type { Message } from "./message.ts";
import type { ActionStatus } from "./types.ts";

/** Between lines on messages that there was no room for. */
const DROPS_LINE_SECONDS = 600;

/** Of a status. */
export type ActionCounts = Pick<
  ActionStatus,
  "delivered" | "retried" | "refused" | "dropped" | "calls"
>;

/** What a tally works with. */
export interface TallyOptions {
  /** Of the action. */
  readonly name: string;
  readonly log: Logger;
  /** Takes out of a text what must not be shown. */
  readonly hide: (text: string) => string;
}

/** What is counted, and the last thing that went wrong. */
export class Tally {
  readonly #options: TallyOptions;
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

  /** Nothing has happened yet. */
  constructor(options: TallyOptions) {
    this.#options = options;
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
      readonly outcome: CallOutcome;
      readonly nowSeconds: number;
    },
  ): void {
    const { retry = [], refused = [] } = outcome;
    if (method !== "sync") {
      this.#counts.delivered += messages.length - retry.length - refused.length;
    }
    this.#counts.retried += retry.length;
    this.#counts.refused += refused.length;
    const trouble = refused[0]?.why ?? retry[0]?.why ?? outcome.why;
    if (trouble === undefined) this.#sayThatItWorks();
    else this.#lastError = this.#toError(trouble, nowSeconds);
    if (refused[0] === undefined) return;
    const { id, why } = refused[0];
    const { name, log, hide } = this.#options;
    log.warn("Action refused entries", {
      action: name,
      entries: refused.length,
      host: messages.find((message) => message.id === id)?.ban.host,
      reason: hide(why),
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
    const { name, log } = this.#options;
    const said = error instanceof Error ? error.message : String(error);
    this.#counts.retried += entries;
    this.#lastError = this.#toError(said, nowSeconds);
    if (this.#isFailureSaid) return;
    this.#isFailureSaid = true;
    const fields = { action: name, reason: this.#lastError.message };
    const isFile = error instanceof HandlerError &&
      error.reason === "refused_file";
    if (isFile) log.error("Cannot use the file of action", fields);
    else log.warn("Action failed, try again", fields);
  }

  /** There was no room for a message. */
  noteDrop(nowSeconds: number): void {
    this.#counts.dropped++;
    const held = this.#drops.pass(nowSeconds);
    if (held === undefined) return;
    const { name, log } = this.#options;
    log.warn("Too much waits for action, drop the oldest", {
      action: name,
      dropped: held + 1,
    });
  }

  #sayThatItWorks(): void {
    if (!this.#isFailureSaid) return;
    this.#isFailureSaid = false;
    const { name, log } = this.#options;
    log.info("Action works again", { action: name });
  }

  #toError(
    message: string,
    atSeconds: number,
  ): NonNullable<ActionStatus["lastError"]> {
    return { message: this.#options.hide(message), atSeconds };
  }
}
