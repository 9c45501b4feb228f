/**
 * The sets of hosts in the kernel, and the processes that change and read them.
 *
 * One set of each family holds single hosts and networks alike; the kernel lets go of each by itself.
 *
 * @module
 */

import { IPSET } from "../../config/firewall_tools.ts";
import { escapeText } from "../../util/escape.ts";
import type { Logger } from "../../util/log.ts";
import { readProgram } from "../../util/read_program.ts";
import type { SetPlan } from "../contract.ts";
import {
  type AddressFamily,
  type ChainJail,
  FAMILIES,
} from "../iptables/chain_jail.ts";
import type { ChangeSink } from "../iptables/family_rules.ts";
import { OWN_PREFIX } from "../own_name.ts";
import type { ActProblem } from "../types.ts";
import { type CommandFailure, IpsetProcess } from "./ipset_process.ts";
import { parseSetList, type SavedSet } from "./saved_sets.ts";

/** The longest that ipset counts down; what lasts longer stays until the core says otherwise. */
const MAX_TIMEOUT_SECONDS = 2_147_483;
const LIST_DEADLINE_MS = 30_000;
/** Filled beside the one in use, then put in its place. No jail's name can hold a `~`, and a hash is behind none at the end. */
const SPARE = `${OWN_PREFIX}~`;

/** What the sets need. */
export interface HostSetsOptions {
  readonly logger: Logger;
  readonly onProblem: ChangeSink;
  /** Seconds since 1970, by the clock that bans' ends are told by. */
  readonly now: () => number;
}

/** A command, and what it is about. */
interface Order {
  readonly text: string;
  readonly jail: ChainJail;
  readonly host?: string;
}

/** See the module. One call at a time. */
export class HostSets {
  readonly #options: HostSetsOptions;
  readonly #process = new IpsetProcess(IPSET);

  /** Starts nothing yet. */
  constructor(options: HostSetsOptions) {
    this.#options = options;
  }

  /**
   * Looks at all sets, makes those that are missing, and fills those that hold less than they should.
   *
   * @param phase `ban`: nobody asked for a change, so whatever has to be changed was changed from outside
   */
  async arrange(
    jails: readonly ChainJail[],
    phase: ActProblem["phase"],
  ): Promise<void> {
    const saved = await this.#list(phase);
    if (saved === undefined) return;
    const lacking: string[] = [];
    for (const jail of jails) {
      for (const set of setsOf(jail)) {
        const is = saved.get(set.name);
        const isLacking = await this.#arrangeSet(jail, { set, is, phase });
        if (isLacking) lacking.push(set.name);
      }
    }
    if (phase !== "ban" || lacking.length === 0) return;
    this.#options.logger.warn(
      "Set up sets again: they were changed from outside",
      { sets: lacking.join(",") },
    );
  }

  /** Tells the kernel of all touched hosts. */
  async update(jails: readonly ChainJail[]): Promise<void> {
    const orders: Order[] = [];
    const told: (() => void)[] = [];
    for (const jail of jails) {
      for (const { name, family } of setsOf(jail)) {
        for (const host of jail.touched[family]) {
          const end = jail.hosts[family].get(host);
          orders.push(this.#order(jail, name, { host, end }));
          told.push(() => {
            if (jail.hosts[family].get(host) !== end) return;
            jail.touched[family].delete(host);
          });
        }
      }
    }
    if (orders.length === 0) return;
    const failures = await this.#process.run(orders.map(({ text }) => text));
    // Most likely a set is no longer there; what is refused after that is told of.
    if (failures.length > 0) {
      await this.arrange(jails, "ban");
      await this.#run(
        failures.flatMap(({ index }) => orders[index] ?? []),
        "ban",
      );
    }
    for (const settle of told) settle();
  }

  /** Removes all sets of ours that these jails do not use; no rule may refer to one by then. */
  async sweep(
    jails: readonly ChainJail[],
    phase: ActProblem["phase"],
  ): Promise<void> {
    const saved = await this.#list(phase);
    const used = new Set(jails.flatMap(setsOf).map(({ name }) => name));
    const names = [...saved?.keys() ?? []].filter((name) => !used.has(name));
    const failures = await this.#process.run(
      names.map((name) => `destroy ${name}`),
    );
    this.#report(failures, phase, () => ({}));
  }

  /** Ends the process. */
  close(): Promise<void> {
    return this.#process.close();
  }

  /** @returns whether it was missing, or held less than it should */
  async #arrangeSet(
    jail: ChainJail,
    { set, is, phase }: {
      readonly set: SetOf;
      /** In the kernel. */
      readonly is: SavedSet | undefined;
      readonly phase: ActProblem["phase"];
    },
  ): Promise<boolean> {
    const wanted = countHosts(jail, set, this.#options.now());
    const isOver = phase === "open" && is !== undefined && is.count > wanted;
    if (is !== undefined && (isOver || !isFit(is, set))) {
      const isOwnType = isOfType(is, set);
      await this.#replace(jail, { set, isOwnType, phase });
      return false;
    }
    const isLacking = is === undefined || is.count < wanted;
    if (!isLacking && phase === "ban") return false;
    await this.#run([
      create(jail, set, set.name),
      ...this.#fill(jail, set, set.name),
    ], phase);
    return isLacking;
  }

  /** Makes a set anew under the same name, without a moment in which it is empty if it was ours. */
  async #replace(
    jail: ChainJail,
    { set, isOwnType, phase }: {
      readonly set: SetOf;
      readonly isOwnType: boolean;
      readonly phase: ActProblem["phase"];
    },
  ): Promise<void> {
    if (!isOwnType) {
      // It cannot be swapped, and no rule of ours can refer to it.
      const failures = await this.#process.runEach([`destroy ${set.name}`]);
      this.#report(failures, phase, () => ({ jail }));
      await this.#run([
        create(jail, set, set.name),
        ...this.#fill(jail, set, set.name),
      ], phase);
      return;
    }
    const spare = `${SPARE}v${set.family}`;
    await this.#run([
      create(jail, set, spare),
      { text: `flush ${spare}`, jail },
      ...this.#fill(jail, set, spare),
    ], phase);
    const failures = await this.#process.runEach([
      `swap ${spare} ${set.name}`,
      `destroy ${spare}`,
    ]);
    this.#report(failures, phase, () => ({ jail }));
  }

  /** @returns orders that put all hosts of a jail in, but for those that are to be told of anyway */
  #fill(jail: ChainJail, { family }: SetOf, name: string): Order[] {
    const touched = jail.touched[family];
    return [...jail.hosts[family]].filter(([host]) => !touched.has(host))
      .map(([host, end]) => this.#order(jail, name, { host, end }));
  }

  #order(
    jail: ChainJail,
    set: string,
    { host, end }: { readonly host: string; readonly end: number | undefined },
  ): Order {
    if (end === undefined) return { text: `del ${set} ${host}`, jail, host };
    // What has all but ended must not become a ban without end.
    const seconds = Math.max(1, Math.ceil(end - this.#options.now()));
    const timeout = seconds > MAX_TIMEOUT_SECONDS ? 0 : seconds;
    return { text: `add ${set} ${host} timeout ${timeout}`, jail, host };
  }

  async #run(
    orders: readonly Order[],
    phase: ActProblem["phase"],
  ): Promise<void> {
    const failures = await this.#process.run(orders.map(({ text }) => text));
    for (const { index } of failures) forget(orders[index]);
    this.#report(failures, phase, (index) => orders[index] ?? {});
  }

  #report(
    failures: readonly CommandFailure[],
    phase: ActProblem["phase"],
    about: (index: number) => Partial<Order>,
  ): void {
    for (const { index, message } of failures) {
      this.#options.onProblem(phase, escapeText(message), about(index));
    }
  }

  async #list(
    phase: ActProblem["phase"],
  ): Promise<ReadonlyMap<string, SavedSet> | undefined> {
    try {
      const { isOk, prints, errors } = await readProgram(
        IPSET,
        ["list", "-terse"],
        LIST_DEADLINE_MS,
      );
      if (isOk) return parseSetList(prints);
      this.#options.onProblem(phase, escapeText(errors), {});
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#options.onProblem(phase, message, {});
    }
    return undefined;
  }
}

interface SetOf {
  readonly name: string;
  readonly family: AddressFamily;
  readonly plan: SetPlan;
}

function setsOf({ plan }: ChainJail): SetOf[] {
  if (plan.kind !== "set") return [];
  return plan.sets.map((set) => ({ ...set, plan }));
}

function create(jail: ChainJail, { family, plan }: SetOf, name: string): Order {
  const inet = family === 4 ? "inet" : "inet6";
  return {
    text:
      `create ${name} hash:net family ${inet} maxelem ${plan.maxElements} timeout 0`,
    jail,
  };
}

function isOfType({ type, header }: SavedSet, { family }: SetOf): boolean {
  const inet = family === 4 ? "inet" : "inet6";
  return type === "hash:net" && header.startsWith(`family ${inet} `);
}

function isFit(saved: SavedSet, set: SetOf): boolean {
  const words = ` ${saved.header} `;
  return isOfType(saved, set) &&
    words.includes(` maxelem ${set.plan.maxElements} `) &&
    / timeout \d+ /.test(words);
}

/** @returns how many hosts the kernel was told of and should still have */
function countHosts(
  { hosts, touched }: ChainJail,
  { family }: SetOf,
  nowSeconds: number,
): number {
  let count = 0;
  for (const [host, end] of hosts[family]) {
    if (end > nowSeconds && !touched[family].has(host)) count++;
  }
  return count;
}

/** What was refused is not tried again and again. */
function forget(order: Order | undefined): void {
  if (order?.host === undefined) return;
  for (const family of FAMILIES) order.jail.hosts[family].delete(order.host);
}
