/**
 * Bounds what connections may cost: how many there are, how long a request may take to come, and how long one may be idle;
 * and lets the others in the process know that somebody waits.
 *
 * The runtime's own time-outs for requests are not relied on: a client that sends a byte a second must not hold a connection.
 *
 * @module
 */

import type { Socket } from "node:net";
import { beginVisit, endVisit } from "../util/visits.ts";

/** Connections of one socket at most. */
const MOST_CONNECTIONS = 2048;

/** So long a request may take to come in. */
const REQUEST_MS = 10_000;

/** So long a connection may wait for its next request. */
const IDLE_MS = 5_000;

/** Limits, which tests make smaller. */
export interface GuardLimits {
  readonly connections?: number | undefined;
  readonly requestMs?: number | undefined;
  readonly idleMs?: number | undefined;
}

/** See the module. */
export class ConnectionGuard {
  readonly #connections: number;
  readonly #requestMs: number;
  readonly #idleMs: number;
  readonly #timers = new Map<Socket, ReturnType<typeof setTimeout>>();

  constructor(limits: GuardLimits = {}) {
    this.#connections = limits.connections ?? MOST_CONNECTIONS;
    this.#requestMs = limits.requestMs ?? REQUEST_MS;
    this.#idleMs = limits.idleMs ?? IDLE_MS;
  }

  /** A connection came in: one too many is closed at once. */
  admit(socket: Socket): void {
    if (this.#timers.size >= this.#connections) {
      socket.destroy();
      return;
    }
    this.#allow(socket, this.#requestMs);
    beginVisit(socket);
    socket.once("close", () => {
      endVisit(socket);
      clearTimeout(this.#timers.get(socket));
      this.#timers.delete(socket);
    });
  }

  /** The request is there: the answer may take as long as it takes. */
  noteRequest(socket: Socket): void {
    clearTimeout(this.#timers.get(socket));
  }

  /** The answer has begun, and goes on as long as the client listens. */
  noteStream(socket: Socket): void {
    endVisit(socket);
  }

  /** The answer is out: another request may follow. */
  noteAnswer(socket: Socket): void {
    endVisit(socket);
    if (this.#timers.has(socket)) this.#allow(socket, this.#idleMs);
  }

  #allow(socket: Socket, ms: number): void {
    clearTimeout(this.#timers.get(socket));
    this.#timers.set(socket, setTimeout(() => socket.destroy(), ms));
  }
}
