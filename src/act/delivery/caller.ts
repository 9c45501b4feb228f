/**
 * Makes the calls of one action, and keeps what it said of itself: its memory, and whether it rests.
 *
 * @module
 */

import type { Json } from "../contract.ts";
import {
  type CallOutcome,
  type HandlerCall,
  HandlerError,
} from "../sandbox/types.ts";
import type { Attempts } from "./attempts.ts";
import { type Message, toBanEntry } from "./message.ts";
import type { Tally } from "./tally.ts";
import type { DeliveredAction, Surroundings } from "./types.ts";

/** What a caller works with. */
export interface CallerOptions extends Pick<Surroundings, "nowSeconds"> {
  readonly call: (call: HandlerCall) => Promise<CallOutcome>;
  readonly tally: Tally;
  /** Hears of each new memory. */
  readonly onMemory: (memory: Json) => void;
}

/** What a call is about. */
export interface Told {
  readonly method: HandlerCall["method"];
  readonly messages: readonly Pick<Message, "id" | "ban">[];
  /** Whose pause grows when it fails. */
  readonly attempts: Attempts;
}

/** The calls of one action. */
export class Caller {
  readonly #options: CallerOptions;
  #memory: Json = null;
  #isResting = false;
  #isClosed = false;

  /** Calls nothing yet. */
  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** What the action remembers; `null` for nothing. */
  get memory(): Json {
    return this.#memory;
  }

  /** Whether its process died lately. */
  get isResting(): boolean {
    return this.#isResting;
  }

  /** Takes over the memory of an earlier life. */
  restoreMemory(memory: Json): void {
    this.#memory = memory;
  }

  /** The action is another one by now. */
  forgetMemory(): void {
    this.#remember(null);
  }

  /** What is being called is of no interest any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** @returns what the action said; undefined for nothing that can be used */
  async call(
    told: Told,
    { name, deadlineSeconds }: DeliveredAction,
  ): Promise<CallOutcome | undefined> {
    const { call, nowSeconds, tally } = this.#options;
    const { method, messages } = told;
    tally.noteCall();
    try {
      const outcome = await call({
        ...{ action: name, method, memory: this.#memory },
        batch: messages.map(toBanEntry),
        nowSeconds: nowSeconds(),
        deadlineMs: deadlineSeconds * 1000,
      });
      if (!this.#isClosed) this.#noteOutcome(outcome, told);
      return outcome;
    } catch (error) {
      if (!this.#isClosed) this.#noteFailure(error, told);
      return undefined;
    }
  }

  #noteOutcome(outcome: CallOutcome, told: Told): void {
    const { tally, nowSeconds } = this.#options;
    told.attempts.succeed();
    this.#isResting = false;
    tally.noteOutcome(told, { outcome, nowSeconds: nowSeconds() });
    if (outcome.memory !== undefined) this.#remember(outcome.memory);
  }

  #noteFailure(error: unknown, { method, messages, attempts }: Told): void {
    const { tally, nowSeconds } = this.#options;
    attempts.fail();
    this.#isResting = error instanceof HandlerError &&
      error.reason === "resting";
    const entries = method === "sync" ? 0 : messages.length;
    tally.noteFailure(error, { entries, nowSeconds: nowSeconds() });
  }

  #remember(memory: Json): void {
    this.#memory = memory;
    this.#options.onMemory(memory);
  }
}
