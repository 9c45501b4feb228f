/**
 * `GET /v1/events`: server-sent events for as long as the client listens and keeps up.
 *
 *     event: ban
 *     data: {"kind":"ban","time":"…","jail":"sshd","host":"203.0.113.9",…}
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { parseTarget, queryOf } from "./answer.ts";
import {
  type EventFilter,
  type EventHub,
  type EventQueue,
  MOST_LISTENERS,
  MOST_READERS,
} from "./event_hub.ts";
import type { ControlEvent, EventKind } from "./events.ts";
import { EVENT_KINDS, EVENTS_QUERY, parseRequest } from "./requests.ts";
import { ControlError } from "./types.ts";

/** A line now and then tells both sides that the other one is still there. */
const HEARTBEAT_MS = 15_000;

/** So long a client may read nothing at all. */
const PATIENCE_MS = 30_000;

/** After so many events left out in a row the stream is of no use to the client any more. */
const MOST_LOST = 100_000;

/** Bytes that wait in the connection before more is written. */
const HIGH_WATER = 64 << 10;

/** Whose events, and for whom. */
export interface StreamOptions {
  readonly hub: EventHub;
  /** Whether the client came by the socket that only reads. */
  readonly isReadOnly: boolean;
}

/**
 * Begins the stream; it ends with the connection.
 *
 * @throws {ControlError} for a query that is none, or too many listeners
 */
export function streamEvents(
  request: IncomingMessage,
  response: ServerResponse,
  { hub, isReadOnly }: StreamOptions,
): void {
  const filter = readFilter(request.url ?? "/");
  const queue = hub.listen(filter, isReadOnly ? MOST_READERS : MOST_LISTENERS);
  if (queue === undefined) {
    throw new ControlError(503, "Cannot listen: there are too many listeners");
  }
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
  });
  response.write(": fail2deno\n\n");
  new Stream(response, queue).begin();
}

function readFilter(target: string): EventFilter {
  const { jail, kinds } = parseRequest(
    EVENTS_QUERY,
    queryOf(parseTarget(target)),
    "query",
  );
  return { jail, kinds: kinds === undefined ? undefined : readKinds(kinds) };
}

function readKinds(text: string): ReadonlySet<EventKind> {
  const kinds = text.split(",").map((word) => {
    const kind = EVENT_KINDS.find((known) => known === word);
    if (kind !== undefined) return kind;
    throw new ControlError(
      400,
      `Cannot read request: kinds: expected some of ${EVENT_KINDS.join(",")}`,
    );
  });
  return new Set(kinds);
}

/** One client's stream. */
class Stream {
  readonly #response: ServerResponse;
  readonly #queue: EventQueue;
  readonly #heartbeat: ReturnType<typeof setInterval>;
  #isPlanned = false;
  #isBlocked = false;
  #blockedMs = 0;
  #lost = 0;

  constructor(response: ServerResponse, queue: EventQueue) {
    this.#response = response;
    this.#queue = queue;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
  }

  begin(): void {
    const response = this.#response;
    response.on("close", () => this.#end());
    response.on("error", () => this.#end());
    response.on("drain", () => {
      this.#isBlocked = false;
      this.#plan();
    });
    this.#queue.onEvent = () => this.#plan();
    this.#plan();
  }

  /** At the end of what runs now: a block of a log brings many at once. */
  #plan(): void {
    if (this.#isPlanned || this.#isBlocked) return;
    this.#isPlanned = true;
    setTimeout(() => {
      this.#isPlanned = false;
      this.#write();
    });
  }

  #write(): void {
    if (this.#isBlocked || this.#response.destroyed) return;
    const events = this.#queue.take();
    if (events.length === 0) return;
    this.#lost = sumLost(events, this.#lost);
    if (this.#lost > MOST_LOST) return this.#cut();
    const isFlowing = this.#response.write(events.map(toText).join(""));
    if (isFlowing && this.#response.writableLength < HIGH_WATER) return;
    this.#isBlocked = true;
    this.#blockedMs = Date.now();
  }

  #beat(): void {
    if (!this.#isBlocked) {
      this.#response.write(": still here\n\n");
    } else if (Date.now() - this.#blockedMs > PATIENCE_MS) this.#cut();
  }

  #cut(): void {
    this.#end();
    this.#response.destroy();
  }

  #end(): void {
    clearInterval(this.#heartbeat);
    this.#queue.close();
  }
}

/** Losses add up until a whole load came through. */
function sumLost(events: readonly ControlEvent[], before: number): number {
  const last = events.at(-1);
  return last?.kind === "lost" ? before + last.events : 0;
}

function toText(event: ControlEvent): string {
  return `event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
}
