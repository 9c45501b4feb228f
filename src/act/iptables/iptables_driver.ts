/**
 * The driver that bans by iptables, with ipset or without, through processes that live on: no process is started for a ban.
 *
 * It remembers who should be in the kernel. What it is told is carried out a moment later, all that has come in by then in
 * one batch; of several decisions on a host the last one counts. Every ten seconds it looks whether the kernel still holds
 * all that, and repairs what others have changed.
 *
 * @module
 */

import {
  iptablesTools,
  type IptablesVariant,
} from "../../config/firewall_tools.ts";
import type { Decision } from "../../track/types.ts";
import { formatNetwork } from "../../util/address.ts";
import type { Logger } from "../../util/log.ts";
import { HostSets } from "../ipset/host_sets.ts";
import { planChain } from "../plan.ts";
import {
  ActionError,
  type ActJail,
  type ActProblem,
  type Driver,
  type FoundBan,
  type ProblemSink,
} from "../types.ts";
import {
  type ChainJail,
  createChainJail,
  FAMILIES,
  familyOfBan,
  noteHost,
} from "./chain_jail.ts";
import { type ChangeSink, FamilyRules } from "./family_rules.ts";
import { findRuleBans, findSetBans } from "./first_look.ts";

const DEFAULT_CHECK_MS = 10_000;

/** What the driver works with. */
export interface IptablesDriverOptions {
  /** Hears of set-up, and of repairs. */
  readonly logger: Logger;
  /** Receives each decision that was refused. */
  readonly onProblem: ProblemSink;
  /** Between two looks at the kernel; default 10 s. */
  readonly checkMs?: number;
  /** The clock that bans' ends are told by, seconds since 1970; default the system's. */
  readonly now?: () => number;
}

/** A driver that can be waited for. */
export interface IptablesDriver extends Driver {
  /** Resolves once all that it was told is in the kernel, or was refused. */
  idle(): Promise<void>;
  /** Looks at the kernel, as it does from time to time anyway. */
  check(): Promise<void>;
}

/** Starts nothing yet; `open` does. */
export function createIptablesDriver(
  options: IptablesDriverOptions,
): IptablesDriver {
  return new Iptables(options);
}

class Iptables implements IptablesDriver {
  readonly name = "iptables";
  readonly #options: IptablesDriverOptions;
  readonly #now: () => number;
  readonly #onProblem: ChangeSink;
  #jails: ReadonlyMap<string, ChainJail> = new Map();
  #families: readonly FamilyRules[] = [];
  #variant: IptablesVariant | undefined;
  #sets: HostSets | undefined;
  /** A look at everything that is due. */
  #due: ActProblem["phase"] | undefined;
  #running: Promise<void> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: IptablesDriverOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => Date.now() / 1000);
    this.#onProblem = (phase, message, { jail, host }) =>
      options.onProblem({
        action: jail?.plan.kind === "set" ? "ipset" : this.name,
        phase,
        ...(jail === undefined ? {} : { jail: jail.name }),
        ...(host === undefined ? {} : { host }),
        message,
      });
  }

  open(jails: readonly ActJail[]): readonly FoundBan[] {
    const planned = this.#plan(jails, "open");
    const nowSeconds = this.#now();
    const found = this.#look([...planned.values()], nowSeconds);
    const kept = new Set(
      jails.filter((jail) => jail.rebanOnRestart).map(({ name }) => name),
    );
    const taken = found.filter(({ jail }) => kept.has(jail));
    for (const ban of taken) {
      const jail = planned.get(ban.jail);
      const family = familyOfBan(ban);
      if (jail === undefined || family === undefined) continue;
      const end = nowSeconds + ban.remainingSeconds;
      jail.hosts[family].set(formatNetwork(ban), end);
    }
    this.#jails = planned;
    this.#want("open");
    this.#timer = setInterval(
      () => this.#want("ban"),
      this.#options.checkMs ?? DEFAULT_CHECK_MS,
    );
    return taken;
  }

  reload(jails: readonly ActJail[]): void {
    const planned = this.#plan(jails, "reload");
    for (const [name, jail] of planned) {
      const before = this.#jails.get(name);
      for (const family of FAMILIES) {
        for (const [host, end] of before?.hosts[family] ?? []) {
          jail.hosts[family].set(host, end);
        }
        for (const host of before?.touched[family] ?? []) {
          jail.touched[family].add(host);
        }
      }
    }
    this.#jails = planned;
    this.#want("reload");
  }

  apply(decisions: readonly Decision[]): void {
    for (const { kind, ban } of decisions) {
      const jail = this.#jails.get(ban.jail);
      const family = familyOfBan(ban);
      if (jail === undefined || family === undefined) {
        this.#options.onProblem({
          action: this.name,
          phase: kind,
          jail: ban.jail,
          host: formatNetwork(ban),
          message: jail === undefined
            ? "The jail is not known"
            : "A network of all addresses cannot be banned",
        });
      } else if (!this.#families.some((rules) => rules.family === family)) {
        this.#onProblem(kind, `There is no iptables for IPv${family}`, {
          jail,
          host: formatNetwork(ban),
        });
      } else noteHost(jail, ban, kind === "unban" ? undefined : ban.endSeconds);
    }
    this.#start();
  }

  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  check(): Promise<void> {
    this.#want("ban");
    return this.idle();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#due = undefined;
    await this.idle();
    await Promise.all(this.#families.map((rules) => rules.close()));
    await this.#sets?.sweep([], "close");
    await this.#sets?.close();
    this.#families = [];
    this.#sets = undefined;
    this.#jails = new Map();
  }

  #plan(
    jails: readonly ActJail[],
    phase: ActProblem["phase"],
  ): Map<string, ChainJail> {
    const planned = new Map(
      jails.map((
        jail,
      ) => [jail.name, createChainJail(jail.name, planChain(jail))]),
    );
    for (const { name, plan } of planned.values()) {
      const variant = phase === "open" ? undefined : this.#variant;
      const [first] = planned.values();
      const expected = variant ?? first?.plan.variant;
      if (plan.variant === expected) continue;
      throw new ActionError(
        `Cannot use iptables in jail "${name}": variant "${plan.variant}", expected "${expected}" as before`,
        { action: this.name, phase, reason: "refused" },
      );
    }
    return planned;
  }

  /** IPv4 must be there; machines without IPv6 are common. */
  #look(jails: readonly ChainJail[], nowSeconds: number): FoundBan[] {
    this.#variant = jails[0]?.plan.variant ?? "auto";
    const found: FoundBan[] = [];
    const families: FamilyRules[] = [];
    for (const family of FAMILIES) {
      const tools = iptablesTools(this.#variant, family);
      try {
        found.push(...findRuleBans(jails, { family, tools, nowSeconds }));
      } catch (error) {
        if (family === 4) throw error;
        this.#options.logger.warn("Go on without IPv6", {
          reason: error instanceof Error ? error.message : String(error),
        });
        continue;
      }
      const { logger } = this.#options;
      const onProblem = this.#onProblem;
      families.push(new FamilyRules({ family, tools, logger, onProblem }));
    }
    found.push(...findSetBans(jails));
    this.#families = families;
    return found;
  }

  #want(phase: ActProblem["phase"]): void {
    // What was asked for comes before what is looked after.
    if (this.#due === undefined || phase !== "ban") this.#due = phase;
    this.#start();
  }

  #start(): void {
    this.#running ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // What comes in together is carried out together.
    await Promise.resolve();
    try {
      while (this.#due !== undefined || this.#isTouched()) await this.#step();
    } catch (error) {
      // What is left undone is tried again with the next decision, or the next look.
      const message = error instanceof Error ? error.message : String(error);
      this.#onProblem("ban", message, {});
    } finally {
      this.#running = undefined;
    }
  }

  async #step(): Promise<void> {
    const jails = [...this.#jails.values()];
    const phase = this.#due;
    if (phase !== undefined) {
      this.#due = undefined;
      await this.#arrange(jails, phase);
    }
    await this.#sets?.update(jails);
    await Promise.all(this.#families.map((rules) => rules.update(jails)));
  }

  /** Sets come before the rules that look into them, and go after them. */
  async #arrange(
    jails: readonly ChainJail[],
    phase: ActProblem["phase"],
  ): Promise<void> {
    if (jails.some(({ plan }) => plan.kind === "set")) {
      const { logger } = this.#options;
      const onProblem = this.#onProblem;
      this.#sets ??= new HostSets({ logger, onProblem, now: this.#now });
    }
    await this.#sets?.arrange(jails, phase);
    await Promise.all(
      this.#families.map((rules) => rules.arrange(jails, phase)),
    );
    if (phase !== "ban") await this.#sets?.sweep(jails, phase);
  }

  #isTouched(): boolean {
    for (const { touched } of this.#jails.values()) {
      if (touched[4].size > 0 || touched[6].size > 0) return true;
    }
    return false;
  }
}
