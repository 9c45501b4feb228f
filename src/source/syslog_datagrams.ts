/**
 * Messages of syslog that come one a datagram: UDP, or a unix socket such as /dev/log.
 *
 * What comes faster than it can be matched waits in the kernel. A full queue there has a sender by a unix socket wait; of UDP
 * the kernel drops what does not fit, and counts it.
 *
 * @module
 */

import type { Libc } from "../util/libc.ts";
import { ReadableWatch } from "../util/readable_watch.ts";
import { MSG, SO, SOL } from "../util/socket_numbers.ts";
import type { ReceiverCounts, SyslogReceiver } from "./syslog_receiver.ts";
import type { SyslogLines } from "./syslog_lines.ts";
import { Turns } from "./turns.ts";

/** `SK_MEMINFO_DROPS`, and how many numbers there are. */
const DROPS = 8;
const MEMINFO_LENGTH = 9;

/** The usual 208 KB hold 300 short messages: a second's work of one script. Of 4 MB the kernel makes 8. */
const QUEUE_BYTES = 4 * 1024 * 1024;

/** So long others have their turn. */
const PAUSE_MS = 2;

/** What receives, and for whom. */
export interface SyslogDatagramsOptions {
  readonly libc: Libc;
  /** A bound socket, to be closed with this. */
  readonly descriptor: number;
  readonly lines: SyslogLines;
  /** Longest message; of a longer one its beginning is taken. */
  readonly maxBytes: number;
}

/** Reads datagrams as they come. */
export class SyslogDatagrams implements SyslogReceiver {
  readonly #options: SyslogDatagramsOptions;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #watch: ReadableWatch;
  readonly #turns = new Turns();
  #cut = 0;

  /** Reads at once. */
  constructor(options: SyslogDatagramsOptions) {
    const { libc, descriptor, maxBytes } = options;
    this.#options = options;
    this.#buffer = new Uint8Array(maxBytes);
    enlargeQueue(libc, descriptor);
    this.#watch = new ReadableWatch({
      libc,
      descriptor,
      onReadable: () => this.#read(),
      pauseMs: PAUSE_MS,
    });
  }

  counts(): ReceiverCounts {
    return { cut: this.#cut, dropped: this.#countDropped() };
  }

  async close(): Promise<void> {
    await this.#watch.close();
    this.#options.libc.close(this.#options.descriptor);
  }

  #read(): void {
    const { libc, descriptor, lines } = this.#options;
    const buffer = this.#buffer;
    this.#turns.begin();
    while (!this.#turns.isOver) {
      const length = Number(libc.recv(
        descriptor,
        buffer,
        BigInt(buffer.length),
        MSG.DONTWAIT | MSG.TRUNC,
      ));
      if (length < 0) break;
      if (length > buffer.length) this.#cut++;
      lines.take(buffer.subarray(0, length));
    }
    lines.handOver();
  }

  #countDropped(): number {
    const { libc, descriptor } = this.#options;
    const numbers = new Uint32Array(MEMINFO_LENGTH);
    const length = new Uint32Array([numbers.byteLength]);
    libc.getsockopt(descriptor, SOL.SOCKET, SO.MEMINFO, numbers, length);
    return numbers[DROPS] ?? 0;
  }
}

/** Without the right to more, as much as everybody may have. */
function enlargeQueue(libc: Libc, descriptor: number): void {
  const size = new Int32Array([QUEUE_BYTES]);
  for (const option of [SO.RCVBUFFORCE, SO.RCVBUF]) {
    if (libc.setsockopt(descriptor, SOL.SOCKET, option, size, 4) === 0) return;
  }
}
