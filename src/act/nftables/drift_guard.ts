/**
 * Keeps our table as it should be: hears of what others change in it, and has it repaired.
 *
 * Another program that takes it away again and again gets its way for up to a second each time: repairs come ever more
 * slowly, so that two that disagree cost no more than that.
 *
 * @module
 */

import { BackOff } from "../../util/back_off.ts";
import type { Libc } from "../../util/libc.ts";
import type { Logger } from "../../util/log.ts";
import { RateLimit } from "../../util/rate_limit.ts";
import { ReadableWatch } from "../../util/readable_watch.ts";
import { ERRNO, NetlinkError } from "../netlink/errors.ts";
import {
  NETLINK_NETFILTER,
  type NetlinkSocket,
  openNetlink,
} from "../netlink/socket.ts";
import { Drift } from "./drift.ts";
import { NFNLGRP_NFTABLES } from "./protocol.ts";
import type { Repair } from "./repair.ts";

/** What the guard works with. */
export interface DriftGuardOptions {
  readonly libc: Libc;
  readonly logger: Logger;
  /** Name of our table. */
  readonly table: string;
  /** Of the socket by which we change it. */
  readonly port: number;
  /** Puts back what is gone; what can be done at once is done before it returns. */
  readonly repair: (drift: Drift) => Promise<Repair>;
  /** Hears why a repair failed; it is tried again. */
  readonly onFailure: (error: unknown) => void;
}

const PACE = { firstMs: 100, longestMs: 1000, calmMs: 5000 };
const WARNINGS = { burst: 5, intervalSeconds: 60 };

/** Listens from the moment it is made, and repairs nothing before `begin`. */
export class DriftGuard {
  readonly #options: DriftGuardOptions;
  readonly #socket: NetlinkSocket;
  readonly #pace = new BackOff(PACE);
  readonly #warnings = new RateLimit(WARNINGS);
  #watch: ReadableWatch | undefined;
  #drift = new Drift();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;

  /** @throws {NetlinkError} when the kernel tells nothing of its changes */
  constructor(options: DriftGuardOptions) {
    this.#options = options;
    this.#socket = openNetlink(options.libc, NETLINK_NETFILTER);
    try {
      this.#socket.join(NFNLGRP_NFTABLES);
    } catch (error) {
      this.#socket.close();
      throw error;
    }
  }

  /** The table is set up: from now on it is repaired. @throws {Error} when there is no descriptor left */
  begin(): void {
    this.#watch = new ReadableWatch({
      libc: this.#options.libc,
      descriptor: this.#socket.descriptor,
      onReadable: () => this.look(),
    });
  }

  /** Takes in what the kernel has told so far. After much work of our own, lest what it tells of that crowd out the rest. */
  look(): void {
    this.#read();
    if (this.#drift.isComplete || this.#drift.isOverrun) this.#schedule();
  }

  /**
   * The table was found damaged.
   *
   * @returns whether it is whole again, bans that are many left aside; otherwise it will be within a second, with all bans
   */
  mend(): boolean {
    this.#read();
    this.#drift.isStructural = true;
    if (this.#isBusy() || this.#pace.waitMs(performance.now()) > 0) {
      this.#schedule();
      return false;
    }
    this.#run();
    return true;
  }

  /** Waits for a repair that is under way; none comes after it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#watch?.close();
    await this.#running;
    this.#socket.close();
  }

  #isBusy(): boolean {
    return this.#running !== undefined || this.#timer !== undefined;
  }

  #read(): void {
    for (;;) {
      const datagram = this.#take();
      if (datagram === undefined) return;
      this.#drift.add(datagram, this.#options);
    }
  }

  #take(): Uint8Array | undefined {
    try {
      return this.#socket.take();
    } catch (error) {
      // The kernel had more to tell than there was room for. What did fit comes after that.
      this.#drift.isOverrun = true;
      if (!(error instanceof NetlinkError)) throw error;
      if (error.errno === ERRNO.ENOBUFS) return new Uint8Array(0);
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: unknown): void {
    if (this.#warnings.pass(Date.now() / 1000) === undefined) return;
    this.#options.onFailure(error);
  }

  /** Never at once: who calls may be in the middle of a change. */
  #schedule(): void {
    if (this.#isBusy() || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#run();
    }, this.#pace.waitMs(performance.now()));
  }

  #run(): void {
    const drift = this.#drift;
    this.#drift = new Drift();
    this.#running = this.#repair(drift).then(() => {
      this.#running = undefined;
      if (!this.#drift.isEmpty) this.#schedule();
    });
  }

  async #repair(drift: Drift): Promise<void> {
    const startMs = performance.now();
    try {
      const repair = await this.#options.repair(drift);
      this.#tell(repair, { by: drift.by, startMs });
    } catch (error) {
      this.#fail(error);
      this.#drift.isOverrun = true;
    }
    if (!this.#pace.note(performance.now())) return;
    this.#options.logger.warn(
      "Firewall is changed from outside again and again: repairs wait for a second",
      { table: this.#options.table, by: drift.by },
    );
  }

  #tell(
    { gone, bans }: Repair,
    { by, startMs }: { readonly by: string; readonly startMs: number },
  ): void {
    if (gone === "") return;
    const held = this.#warnings.pass(Date.now() / 1000);
    if (held === undefined) return;
    this.#options.logger.warn("Firewall was changed from outside: repaired", {
      table: this.#options.table,
      by,
      gone,
      bans,
      milliseconds: Math.round(performance.now() - startMs),
      ...held > 0 ? { untold: held } : {},
    });
  }
}
