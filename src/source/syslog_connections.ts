/**
 * Messages of syslog that come through connections: TCP, or a unix socket.
 *
 * What comes faster than it can be matched is not read: the sender waits. Who connects and does nothing, or sends a message
 * bit by bit, is hung up on, so that nobody can keep others out for long.
 *
 * @module
 */

import { createServer, type Server, type Socket } from "node:net";
import type { Libc } from "../util/libc.ts";
import type { Logger } from "../util/log.ts";
import { RateLimit } from "../util/rate_limit.ts";
import { FrameSplitter } from "./frame_splitter.ts";
import type { SyslogLines } from "./syslog_lines.ts";
import type { ReceiverCounts, SyslogReceiver } from "./syslog_receiver.ts";
import { Turns } from "./turns.ts";

/** What can be changed for a test. */
export interface ConnectionLimits {
  readonly connections: number;
  /** Without a byte. */
  readonly idleMs: number;
  /** Within one message. */
  readonly messageMs: number;
}

/** rsyslog has one connection for each rule that forwards, and notices a closed one before it sends again. */
export const CONNECTION_LIMITS: ConnectionLimits = {
  connections: 64,
  idleMs: 10 * 60_000,
  messageMs: 30_000,
};

/** Taken at once; between two of these others may have their turn. */
const BLOCK_BYTES = 8 * 1024;

/** Looks for who is to be hung up on, in the shorter of the two times. */
const LOOKS = 4;

/** Warnings of connections too many: one at once, then one a minute. */
const WARNINGS = { burst: 1, intervalSeconds: 60 };

/** What receives, and for whom. */
export interface SyslogConnectionsOptions {
  readonly libc: Libc;
  /** A listening socket, to be closed with this. */
  readonly descriptor: number;
  readonly path: string;
  readonly lines: SyslogLines;
  /** Longest message; of a longer one its beginning is taken. */
  readonly maxBytes: number;
  readonly log: Logger;
  readonly limits?: ConnectionLimits;
}

interface Connection {
  readonly frames: FrameSplitter;
  heardMs: number;
  /** When the message at hand began. */
  beganMs: number;
}

/** Takes connections and reads them. */
export class SyslogConnections implements SyslogReceiver {
  readonly #options: SyslogConnectionsOptions;
  readonly #limits: ConnectionLimits;
  readonly #connections = new Map<Socket, Connection>();
  readonly #reading = new Set<Promise<void>>();
  readonly #turns = new Turns();
  readonly #warnings = new RateLimit(WARNINGS);
  readonly #server: Server;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #counts = { cut: 0, refused: 0, ended: 0 };

  /** Takes connections soon. */
  constructor(options: SyslogConnectionsOptions) {
    this.#options = options;
    this.#limits = options.limits ?? CONNECTION_LIMITS;
    const { idleMs, messageMs } = this.#limits;
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.listen({ fd: options.descriptor });
    this.#timer = setInterval(
      () => this.#endSilent(),
      Math.min(idleMs, messageMs) / LOOKS,
    );
  }

  counts(): ReceiverCounts {
    return { connections: this.#connections.size, ...this.#counts };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const closed = new Promise<void>((resolve) =>
      this.#server.close(() => resolve())
    );
    for (const socket of this.#connections.keys()) socket.destroy();
    await closed;
    await Promise.all(this.#reading);
    this.#options.libc.close(this.#options.descriptor);
  }

  #accept(socket: Socket): void {
    // Whoever hangs up hard is no failure of ours.
    socket.on("error", () => {});
    if (this.#connections.size >= this.#limits.connections) {
      this.#refuse(socket);
      return;
    }
    const reading = this.#read(socket);
    this.#reading.add(reading);
    void reading.finally(() => this.#reading.delete(reading));
  }

  #refuse(socket: Socket): void {
    socket.destroy();
    this.#counts.refused++;
    const held = this.#warnings.pass(Date.now() / 1000);
    if (held === undefined) return;
    this.#options.log.warn("Refuse connection of syslog: too many", {
      path: this.#options.path,
      connections: this.#limits.connections,
      before: held,
    });
  }

  async #read(socket: Socket): Promise<void> {
    const { lines, maxBytes } = this.#options;
    const now = Date.now();
    const frames = new FrameSplitter(maxBytes, (message, isCut) => {
      if (isCut) this.#counts.cut++;
      lines.take(message);
    });
    const connection = { frames, heardMs: now, beganMs: now };
    this.#connections.set(socket, connection);
    try {
      for await (const piece of socket as AsyncIterable<Uint8Array>) {
        await this.#take(piece, connection);
      }
      frames.flush();
      lines.handOver();
    } catch {
      // Hung up, on either side: what is unfinished stays so.
    } finally {
      this.#connections.delete(socket);
      socket.destroy();
    }
  }

  async #take(piece: Uint8Array, connection: Connection): Promise<void> {
    const { frames } = connection;
    for (let at = 0; at < piece.length; at += BLOCK_BYTES) {
      await this.#turns.wait();
      const { messages } = this.#options.lines;
      const wasWithin = frames.isWithin;
      frames.push(piece.subarray(at, at + BLOCK_BYTES));
      const isNew = !wasWithin || this.#options.lines.messages > messages;
      connection.heardMs = Date.now();
      if (isNew) connection.beganMs = connection.heardMs;
      this.#options.lines.handOver();
    }
  }

  #endSilent(): void {
    const { idleMs, messageMs } = this.#limits;
    const now = Date.now();
    for (const [socket, { frames, heardMs, beganMs }] of this.#connections) {
      const isSilent = now - heardMs > idleMs;
      const isSlow = frames.isWithin && now - beganMs > messageMs;
      if (!isSilent && !isSlow) continue;
      this.#counts.ended++;
      socket.destroy();
    }
  }
}
