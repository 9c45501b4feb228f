/**
 * Tells when a descriptor has something to read, without a thread of JavaScript that waits and without asking in turns.
 *
 * @module
 */

import { describeErrno, type Libc } from "./libc.ts";

const POLLIN = 1;
const FOR_EVER = -1;
const EFD_CLOEXEC = 0o2000000;

/** Whoever changes the kernel a thousand times a second would wake us as often; the first call is not delayed by it. */
const PAUSE_MS = 20;

/** What is watched, and who hears of it. */
export interface ReadableWatchOptions {
  readonly libc: Libc;
  /** Stays its owner's. */
  readonly descriptor: number;
  /** Called again and again for as long as there is something to read. */
  readonly onReadable: () => void;
  /** Milliseconds; what comes within this time after a call is told by the next one. Default 20. */
  readonly pauseMs?: number;
}

/** Waits in `poll`, on a thread of the runtime's pool, for the descriptor or for `close`. */
export class ReadableWatch {
  readonly #options: ReadableWatchOptions;
  /** An eventfd: written to, it ends the wait. */
  readonly #wake: number;
  readonly #ended: Promise<void>;
  #isClosed = false;

  /** Watches at once. @throws {Error} when there is no descriptor left */
  constructor(options: ReadableWatchOptions) {
    const { libc } = options;
    this.#options = options;
    this.#wake = libc.eventfd(0, EFD_CLOEXEC);
    if (this.#wake < 0) {
      throw new Error(`Cannot open eventfd: ${describeErrno(libc)}`);
    }
    this.#ended = this.#run();
  }

  /** Ends the wait. The descriptor may be closed once this has resolved, and not before. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#options.libc.write(this.#wake, new BigUint64Array([1n]), 8n);
    }
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { libc, descriptor, onReadable, pauseMs = PAUSE_MS } = this.#options;
    const polled = toPolled([descriptor, this.#wake]);
    while (!this.#isClosed) {
      await libc.poll(polled, 2n, FOR_EVER);
      if (this.#isClosed) break;
      onReadable();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    libc.close(this.#wake);
  }
}

/** @returns an array of struct pollfd: descriptor, wanted events, events that came */
function toPolled(descriptors: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 * descriptors.length);
  const view = new DataView(bytes.buffer);
  descriptors.forEach((descriptor, index) => {
    view.setInt32(8 * index, descriptor, true);
    view.setInt16(8 * index + 4, POLLIN, true);
  });
  return bytes;
}
