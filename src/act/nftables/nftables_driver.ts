/**
 * The driver that bans by nf_tables, over netlink, without any external program.
 *
 * @module
 */

import type { Ban, Decision } from "../../track/types.ts";
import { formatNetwork } from "../../util/address.ts";
import type { Libc } from "../../util/libc.ts";
import type { Logger } from "../../util/log.ts";
import {
  classifyErrno,
  ERRNO,
  explainFailure,
  type NetlinkFailure,
} from "../netlink/errors.ts";
import {
  NETLINK_NETFILTER,
  type NetlinkSocket,
  openNetlink,
} from "../netlink/socket.ts";
import { planFirewall } from "../plan.ts";
import type {
  ActJail,
  ActProblem,
  Driver,
  FoundBan,
  ProblemSink,
} from "../types.ts";
import { DriftGuard } from "./drift_guard.ts";
import { type JailPlan, JailTable, toActionError } from "./jail_table.ts";
import { foldDecisions, type Operation } from "./operations.ts";
import { type LostBansSink, repairTable } from "./repair.ts";

/** Name of the table, in the family inet. */
export const DEFAULT_TABLE = "fail2deno";

/**
 * Decisions in one transaction. The kernel's cost per transaction is shared by then, and a message of 500 IPv6 elements
 * is 20 KB, well below the 64 KB that an attribute can hold.
 */
const MAX_BATCH = 500;

/**
 * Refused transactions that a batch may cost, at up to 20 ms each: enough to find a few bad elements among 500 by halving,
 * and an end to it when all are.
 */
const MAX_REFUSALS = 64;

const NONE: ReadonlySet<string> = new Set();

/** What the driver works with. */
export interface NftablesDriverOptions {
  /** To open the socket with, and to speak through it. */
  readonly libc: Libc;
  /** Hears of set-up, and of repairs. */
  readonly logger: Logger;
  /** Receives each decision that the kernel refused. */
  readonly onProblem: ProblemSink;
  /** Default DEFAULT_TABLE. */
  readonly table?: string;
  /** The clock that bans' ends are told by, seconds since 1970; default the system's. */
  readonly now?: () => number;
  /**
   * Called when somebody took bans out of the table: those that are to be in force should be applied once more, the first
   * of them before it returns.
   */
  readonly onLost: LostBansSink;
}

/** A driver that can be asked what is in the kernel. */
export interface NftablesDriver extends Driver {
  /** Asks the kernel. @returns a jail's bans as the kernel has them now @throws {NetlinkError} when it does not tell */
  list(jail: string): readonly FoundBan[];
}

/** Opens nothing yet; `open` does, in the network namespace of the calling thread. */
export function createNftablesDriver(
  options: NftablesDriverOptions,
): NftablesDriver {
  return new Nftables(options);
}

class Nftables implements NftablesDriver {
  readonly name = "nftables";
  readonly #options: NftablesDriverOptions;
  readonly #now: () => number;
  #socket: NetlinkSocket | undefined;
  #table: JailTable | undefined;
  #guard: DriftGuard | undefined;

  constructor(options: NftablesDriverOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => Date.now() / 1000);
  }

  open(jails: readonly ActJail[]): readonly FoundBan[] {
    const plans = jails.map(planJail);
    const table = this.#connect();
    const emptied = new Set(
      jails.filter((jail) => !jail.rebanOnRestart).map(({ name }) => name),
    );
    try {
      const before = table.setUp(plans, {
        unchanged: NONE,
        emptied,
        phase: "open",
      });
      this.#guard?.begin();
      const found = before.exists
        ? jails.flatMap(({ name }) => table.list(name))
        : [];
      this.#options.logger.debug("Set up table", {
        table: table.name,
        jails: jails.length,
        found: found.length,
      });
      return found;
    } catch (error) {
      this.#disconnect();
      throw toActionError(error, "open");
    }
  }

  reload(jails: readonly ActJail[]): void {
    const table = this.#need();
    const plans = jails.map(planJail);
    const unchanged = new Set(
      plans.filter((plan) => isSame(plan, table.jails.get(plan.name)))
        .map(({ name }) => name),
    );
    try {
      table.setUp(plans, { unchanged, emptied: NONE, phase: "reload" });
    } catch (error) {
      throw toActionError(error, "reload");
    }
  }

  apply(decisions: readonly Decision[]): void {
    for (let start = 0; start < decisions.length; start += MAX_BATCH) {
      const part = decisions.length <= MAX_BATCH
        ? decisions
        : decisions.slice(start, start + MAX_BATCH);
      const operations = foldDecisions(part)
        .filter((operation) => this.#checkPlace(operation));
      try {
        this.#carryOut(operations, { left: MAX_REFUSALS });
      } catch (error) {
        this.#report(operations, describe(error));
      }
      if (decisions.length > MAX_BATCH) this.#guard?.look();
    }
  }

  list(jail: string): readonly FoundBan[] {
    return this.#need().list(jail);
  }

  remainingOf(ban: Ban): number | undefined {
    try {
      return this.#need().remainingOf(ban);
    } catch {
      return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#guard?.close();
    this.#guard = undefined;
    const table = this.#table;
    if (table !== undefined) {
      try {
        const failure = table.tearDown();
        if (failure !== undefined) this.#reportClose(explainFailure(failure));
      } catch (error) {
        this.#reportClose(describe(error));
      }
    }
    this.#disconnect();
  }

  #connect(): JailTable {
    const name = this.#options.table ?? DEFAULT_TABLE;
    try {
      const { libc } = this.#options;
      const socket = this.#socket = openNetlink(libc, NETLINK_NETFILTER);
      const table = this.#table = new JailTable(socket, name);
      this.#guard = this.#createGuard(table, socket.port);
      return table;
    } catch (error) {
      this.#disconnect();
      throw toActionError(error, "open");
    }
  }

  #createGuard(table: JailTable, port: number): DriftGuard {
    const { libc, logger, onLost, onProblem } = this.#options;
    return new DriftGuard({
      libc,
      logger,
      table: table.name,
      port,
      repair: (drift) => repairTable(drift, { table, onLost }),
      onFailure: (error) =>
        onProblem({
          action: this.name,
          phase: "repair",
          message: describe(error),
        }),
    });
  }

  #disconnect(): void {
    void this.#guard?.close();
    this.#guard = undefined;
    this.#socket?.close();
    this.#socket = undefined;
    this.#table = undefined;
  }

  #need(): JailTable {
    if (this.#table !== undefined) return this.#table;
    throw new Error('Cannot use driver "nftables": not open');
  }

  #checkPlace(operation: Operation): boolean {
    const isPlaced = this.#need().hasPlaceFor(operation.decision.ban);
    if (!isPlaced) this.#report([operation], "The jail has no set for it");
    return isPlaced;
  }

  /** Tries all at once; where that is refused finds out what is to blame, so that the rest gets in. */
  #carryOut(operations: readonly Operation[], refusals: Budget): void {
    if (operations.length === 0) return;
    const table = this.#need();
    let failures = table.change(operations, this.#now());
    if (hasErrno(failures, ERRNO.ENOENT) && table.findDamage() !== undefined) {
      // A repair that has to wait brings these operations with it: it puts in what is to be in force by then.
      if (this.#guard?.mend() !== true) return;
      failures = table.change(operations, this.#now());
    }
    const [failure] = failures;
    if (failure === undefined) return;
    const isHopeless = classifyErrno(failure.errno) !== "refused" ||
      --refusals.left <= 0;
    if (operations.length === 1 || isHopeless) {
      this.#report(operations, explainFailure(failure));
      return;
    }
    const middle = operations.length >> 1;
    this.#carryOut(operations.slice(0, middle), refusals);
    this.#carryOut(operations.slice(middle), refusals);
  }

  #report(operations: readonly Operation[], message: string): void {
    for (const { decision: { kind, ban } } of operations) {
      this.#options.onProblem({
        action: this.name,
        phase: kind,
        jail: ban.jail,
        host: formatNetwork(ban),
        message,
      });
    }
  }

  #reportClose(message: string): void {
    const phase: ActProblem["phase"] = "close";
    this.#options.onProblem({ action: this.name, phase, message });
  }
}

/** Counts down over all pieces of a batch. */
interface Budget {
  left: number;
}

function planJail(jail: ActJail): JailPlan {
  return { name: jail.name, plan: planFirewall(jail) };
}

/** Plans are plain data whose keys always come in the same order. */
function isSame(plan: JailPlan, other: JailPlan | undefined): boolean {
  return JSON.stringify(plan.plan) === JSON.stringify(other?.plan);
}

function hasErrno(failures: readonly NetlinkFailure[], errno: number): boolean {
  return failures.some((failure) => failure.errno === errno);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
