/**
 * Hands events to those who listen, in bounded memory: who reads too slowly is told how many were left out.
 *
 * @module
 */

import type { Ban, Decision, Verdict } from "../track/types.ts";
import type { Failure } from "../match/types.ts";
import type { LogFields, Logger } from "../util/log.ts";
import type { ControlEvent, EventKind } from "./events.ts";
import { toIsoTime } from "./records.ts";

/** What a listener wants to hear. */
export interface EventFilter {
  /** Absent: all. */
  readonly kinds?: ReadonlySet<EventKind> | undefined;
  /** Absent: all; warnings are of no jail, and always come. */
  readonly jail?: string | undefined;
}

/** Events that wait for one listener at most: as many as a block of a log may bring at once. */
export const MOST_WAITING = 4096;

/** Listeners at most: 13 MB when none of them reads. */
export const MOST_LISTENERS = 16;

/** So many may be there when somebody comes who may only read: the others are for the owner. */
export const MOST_READERS = 8;

/** See the module. */
export class EventHub {
  readonly #listeners = new Set<EventQueue>();

  /** Whether anybody wants to hear of failures, of which there may be very many. */
  get wantsFailures(): boolean {
    for (const listener of this.#listeners) {
      if (listener.wants("failure")) return true;
    }
    return false;
  }

  /**
   * Begins to listen.
   *
   * @param most listeners, this one included
   * @returns `undefined` where there are too many
   */
  listen(filter: EventFilter, most = MOST_LISTENERS): EventQueue | undefined {
    if (this.#listeners.size >= most) return undefined;
    const queue = new EventQueue(filter, () => this.#listeners.delete(queue));
    this.#listeners.add(queue);
    return queue;
  }

  /** A failure was looked at. */
  noteFailure(failure: Failure, verdict: Verdict): void {
    if (!this.wantsFailures) return;
    // Not before: texts of a failure are made when somebody asks for them.
    const { jail, host, user } = failure;
    this.#publish({
      kind: "failure",
      time: now(),
      jail,
      host,
      verdict,
      user: user ?? null,
    });
  }

  /** Something was decided and carried out. */
  noteDecision(decision: Decision): void {
    if (this.#listeners.size === 0) return;
    this.#publish(toEvent(decision));
  }

  /** @returns a logger that says the same, and tells listeners of warnings and errors */
  tee(logger: Logger): Logger {
    return {
      ...logger,
      debug: (message, fields) => logger.debug(message, fields),
      info: (message, fields) => logger.info(message, fields),
      warn: (message, fields) => {
        logger.warn(message, fields);
        this.#warn("warn", message, fields);
      },
      error: (message, fields) => {
        logger.error(message, fields);
        this.#warn("error", message, fields);
      },
    };
  }

  #warn(
    level: "warn" | "error",
    message: string,
    fields: LogFields = {},
  ): void {
    if (this.#listeners.size === 0) return;
    this.#publish({
      kind: "warning",
      time: now(),
      level,
      message,
      fields: Object.fromEntries(
        Object.entries(fields).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value]]
        ),
      ),
    });
  }

  #publish(event: ControlEvent): void {
    for (const listener of this.#listeners) listener.push(event);
  }
}

/** What one listener has not read yet. */
export class EventQueue {
  /** Called when something is there to be read. */
  onEvent: () => void = () => {};
  /** Events that were left out since the listener was last told. */
  lost = 0;
  readonly #filter: EventFilter;
  readonly #onClose: () => void;
  #events: ControlEvent[] = [];

  /** @param onClose called when nobody listens any more */
  constructor(filter: EventFilter, onClose: () => void) {
    this.#filter = filter;
    this.#onClose = onClose;
  }

  /** @returns whether the listener wants such events */
  wants(kind: ControlEvent["kind"]): boolean {
    const { kinds } = this.#filter;
    return kind === "lost" || kinds === undefined || kinds.has(kind);
  }

  /** Keeps an event, or counts it as lost where there is no room. */
  push(event: ControlEvent): void {
    if (!this.wants(event.kind) || !this.#isOfJail(event)) return;
    if (this.#events.length >= MOST_WAITING) {
      this.lost++;
      return;
    }
    this.#events.push(event);
    if (this.#events.length === 1) this.onEvent();
  }

  /** @returns all that waits, and at its end how many were left out */
  take(): readonly ControlEvent[] {
    const events = this.#events;
    this.#events = [];
    if (this.lost > 0) {
      events.push({ kind: "lost", time: now(), events: this.lost });
      this.lost = 0;
    }
    return events;
  }

  /** Listens no longer. */
  close(): void {
    this.#events = [];
    this.#onClose();
  }

  #isOfJail(event: ControlEvent): boolean {
    const { jail } = this.#filter;
    return jail === undefined || !("jail" in event) || event.jail === jail;
  }
}

function toEvent({ kind, ban, ...decision }: Decision): ControlEvent {
  const { jail, host } = ban;
  if (kind === "unban") {
    const reason = "reason" in decision ? decision.reason : "expired";
    return { kind, time: now(), jail, host, reason };
  }
  const { count, failures } = ban;
  return { kind, time: now(), jail, host, end: endOf(ban), count, failures };
}

function endOf({ endSeconds }: Ban): string | null {
  return endSeconds === Infinity ? null : toIsoTime(endSeconds);
}

function now(): string {
  return new Date().toISOString();
}
