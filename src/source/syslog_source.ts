/**
 * A receiver of syslog as a source: opened at the start, tried again where that fails, with its socket file taken away in the
 * end.
 *
 * @module
 */

import type { SyslogAddress } from "../config/types.ts";
import type { Libc } from "../util/libc.ts";
import type { Logger } from "../util/log.ts";
import type {
  ConnectionLimits,
  SyslogConnections,
} from "./syslog_connections.ts";
import { SyslogDatagrams } from "./syslog_datagrams.ts";
import { SyslogLines } from "./syslog_lines.ts";
import type { SyslogReceiver } from "./syslog_receiver.ts";
import { openSyslogSocket, type SyslogSocket } from "./syslog_socket.ts";
import type { ChunkSink, Source, SourceStatus } from "./types.ts";

/** Longest message: one datagram of UDP at the most. Of a longer one its beginning is taken. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/** Between trials to open what could not be opened. */
const RETRY_MS = 5_000;

/** Which receiver. */
export interface SyslogSourceOptions {
  /** Stands for the path of a log. */
  readonly path: string;
  readonly address: SyslogAddress;
  readonly libc: Libc;
  readonly log: Logger;
  /** The wall clock in seconds; default the system's. */
  readonly now?: () => number;
  readonly limits?: ConnectionLimits;
  /** Milliseconds; default 5000. */
  readonly retryMs?: number;
}

/** Makes a source of what comes to an address. @returns one that listens from `start` on; it can be started once */
export function createSyslogSource(options: SyslogSourceOptions): Source {
  return new SyslogSource(options);
}

class SyslogSource implements Source {
  readonly path: string;
  readonly #options: SyslogSourceOptions;
  #lines: SyslogLines | undefined;
  #socket: SyslogSocket | undefined;
  #receiver: SyslogReceiver | undefined;
  #reason: string | undefined = "not started";
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Absent for datagrams: few take connections, and the module that does takes 20 ms to load. */
  #Connections: typeof SyslogConnections | undefined;
  #isStopped = false;

  constructor(options: SyslogSourceOptions) {
    this.path = options.path;
    this.#options = options;
  }

  async start(sink: ChunkSink): Promise<void> {
    const { path, log, now = () => Date.now() / 1000 } = this.#options;
    const { transport } = this.#options.address;
    if (transport === "tcp" || transport === "unix-stream") {
      const module = await import("./syslog_connections.ts");
      this.#Connections = module.SyslogConnections;
      if (this.#isStopped) return;
    }
    this.#lines = new SyslogLines({ path, log, sink, now });
    this.#open(this.#lines);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#lines?.stop();
    await this.#receiver?.close();
    this.#socket?.remove();
  }

  describe(): SourceStatus {
    const { bytesRead = 0, messages = 0 } = this.#lines ?? {};
    const receiver = this.#receiver?.counts() ?? { cut: 0 };
    const counts = {
      bytesRead,
      overlongLines: 0,
      rotations: 0,
      syslog: { messages, ...receiver },
    };
    const { path } = this;
    if (this.#isStopped) return { path, state: "stopped", ...counts };
    return this.#reason === undefined
      ? { path, state: "watching", ...counts }
      : { path, state: "failed", reason: this.#reason, ...counts };
  }

  #open(lines: SyslogLines): void {
    const { path, log, libc, address, retryMs = RETRY_MS } = this.#options;
    try {
      this.#socket = openSyslogSocket(libc, address);
      this.#receiver = this.#receive(this.#socket.descriptor, lines);
      this.#reason = undefined;
      log.info("Receive syslog", { path });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.#reason) {
        log.error("Cannot receive syslog, try again", { path, reason });
      }
      this.#reason = reason;
      this.#timer = setTimeout(() => this.#open(lines), retryMs);
    }
  }

  #receive(descriptor: number, lines: SyslogLines): SyslogReceiver {
    const options = {
      ...this.#options,
      descriptor,
      lines,
      maxBytes: MAX_MESSAGE_BYTES,
    };
    return this.#Connections === undefined
      ? new SyslogDatagrams(options)
      : new this.#Connections(options);
  }
}
