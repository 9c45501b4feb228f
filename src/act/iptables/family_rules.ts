/**
 * The rules of one address family in the kernel, and the processes that change and read them.
 *
 * @module
 */

import type { IptablesTools } from "../../config/firewall_tools.ts";
import { escapeText } from "../../util/escape.ts";
import type { Logger } from "../../util/log.ts";
import { readProgram } from "../../util/read_program.ts";
import type { ActProblem } from "../types.ts";
import { type AddressFamily, type ChainJail } from "./chain_jail.ts";
import { RestoreProcess } from "./restore_process.ts";
import {
  type Change,
  changeAll,
  changeHosts,
  type ChangeSet,
  type KernelHosts,
} from "./rule_changes.ts";
import { parseSavedRules, type SavedRules } from "./saved_rules.ts";

const SAVE_DEADLINE_MS = 30_000;
/** Batches that may be refused in a row: each costs a look at all rules, or the restart of a process. */
const MAX_REFUSALS = 64;
/** Times in a row that the process may be ended by somebody else. */
const MAX_KILLS = 3;

/** Tells of a change that was refused. @param host absent: of the jail as a whole */
export type ChangeSink = (
  phase: ActProblem["phase"],
  message: string,
  about: { readonly jail?: ChainJail; readonly host?: string },
) => void;

/** What a batch was refused for. */
interface Culprit extends Partial<Change> {
  /** Nothing is: another process has to be started, once the rules have been looked at. */
  readonly isKilled?: true;
}

/** What the rules of a family need. */
export interface FamilyOptions {
  readonly family: AddressFamily;
  readonly tools: IptablesTools;
  readonly logger: Logger;
  readonly onProblem: ChangeSink;
}

/** See the module. One call at a time. */
export class FamilyRules {
  /** Of the addresses. */
  readonly family: AddressFamily;
  readonly #options: FamilyOptions;
  readonly #process: RestoreProcess;
  #kernel: ReadonlyMap<string, KernelHosts> = new Map();
  /** `JAIL CHAIN` of parents that were missing the last time. */
  #missing: ReadonlySet<string> = new Set();
  #kills = 0;
  /** The last one that was about more than one host. */
  #complaint = "";

  /** Starts nothing yet. */
  constructor(options: FamilyOptions) {
    this.family = options.family;
    this.#options = options;
    this.#process = new RestoreProcess(options.tools.restore);
  }

  /**
   * Looks at all rules, and changes what is not as it should be, in one step.
   *
   * @param phase `ban`: nobody asked for a change, so whatever has to be changed was changed from outside
   * @returns the jails whose rules are in place now
   */
  async arrange(
    jails: readonly ChainJail[],
    phase: ActProblem["phase"],
  ): Promise<readonly ChainJail[]> {
    let isRepair = phase === "ban";
    const owned = new Set(jails.map(({ plan }) => plan.chain));
    let left = jails;
    for (let refusals = 0; refusals < MAX_REFUSALS; refusals++) {
      const saved = await this.#read(phase);
      if (saved === undefined) return [];
      const { changes, after } = this.#changeAll(saved, left, { owned, phase });
      if (changes.length > 0 && isRepair) {
        isRepair = false;
        this.#options.logger.warn(
          "Set up chains again: they were changed from outside",
          { family: this.family, rules: changes.length },
        );
      }
      const culprit = await this.#run(changes, phase);
      if (culprit === undefined) {
        this.#kernel = after;
        if (left.length === jails.length) this.#complaint = "";
        return left;
      }
      if (culprit.isKilled === true) continue;
      if (culprit.jail === undefined) return [];
      if (culprit.host !== undefined) {
        culprit.jail.hosts[this.family].delete(culprit.host);
      } else left = left.filter((jail) => jail !== culprit.jail);
    }
    return [];
  }

  /** Tells the kernel of all touched hosts. Those of jails whose rules cannot be put right are left to the next look. */
  async update(jails: readonly ChainJail[]): Promise<void> {
    let left = jails;
    for (let refusals = 0; refusals < MAX_REFUSALS; refusals++) {
      const { changes, after, told } = this.#changeTouched(left);
      const isFirst = refusals === 0;
      const culprit = await this.#run(changes, isFirst ? undefined : "ban");
      if (culprit === undefined) {
        this.#kernel = after;
        for (const settle of told) settle();
        this.#giveUp(jails.filter((jail) => !left.includes(jail)));
        return;
      }
      // Most likely the rules are no longer as we left them.
      if (isFirst || culprit.isKilled === true) {
        left = await this.arrange(jails, "ban");
      } else if (culprit.jail === undefined || culprit.host === undefined) {
        break;
      } else {
        culprit.jail.hosts[this.family].delete(culprit.host);
        culprit.jail.touched[this.family].delete(culprit.host);
      }
    }
    this.#giveUp(jails);
  }

  /** Removes all that is ours, and ends the process. */
  async close(): Promise<void> {
    await this.arrange([], "close");
    await this.#process.close();
  }

  #changeAll(
    saved: SavedRules,
    jails: readonly ChainJail[],
    { owned, phase }: {
      readonly owned: ReadonlySet<string>;
      readonly phase: ActProblem["phase"];
    },
  ): ChangeSet {
    const missing = new Set<string>();
    const changes = changeAll(saved, jails, {
      family: this.family,
      owned,
      left: phase === "ban" ? this.#kernel : new Map(),
      onNoParent: (jail, parent) => {
        const key = `${jail.name} ${parent}`;
        missing.add(key);
        if (this.#missing.has(key)) return;
        this.#options.logger.warn("Wait for chain: it is not there", {
          jail: jail.name,
          chain: parent,
          family: this.family,
        });
      },
    });
    this.#missing = missing;
    return changes;
  }

  #changeTouched(jails: readonly ChainJail[]) {
    const { family } = this;
    const changes: Change[] = [];
    const after = new Map(this.#kernel);
    const told: (() => void)[] = [];
    for (const jail of jails) {
      const touched = [...jail.touched[family]];
      if (jail.plan.kind === "set" || touched.length === 0) continue;
      const { chain } = jail.plan;
      const present = after.get(chain) ?? new Map();
      const result = changeHosts(jail, { family, present, touched });
      changes.push(...result.changes);
      after.set(chain, result.hosts);
      const wanted = touched.map((host) => jail.hosts[family].get(host));
      told.push(() =>
        touched.forEach((host, index) => {
          // It may have been decided on again in the meantime.
          if (jail.hosts[family].get(host) !== wanted[index]) return;
          jail.touched[family].delete(host);
        })
      );
    }
    return { changes, after, told };
  }

  /** They stay wanted, and are no news any more. */
  #giveUp(jails: readonly ChainJail[]): void {
    const kernel = new Map(this.#kernel);
    for (const { plan, touched } of jails) {
      if (plan.kind === "set") continue;
      touched[this.family].clear();
      kernel.delete(plan.chain);
    }
    this.#kernel = kernel;
  }

  /**
   * Carries changes out.
   *
   * @param phase absent: a refusal is not told of
   * @returns what is to blame; `undefined` when all is done
   */
  async #run(
    changes: readonly Change[],
    phase: ActProblem["phase"] | undefined,
  ): Promise<Culprit | undefined> {
    if (changes.length === 0) return undefined;
    const failure = await this.#process.run(changes.map(({ text }) => text));
    if (failure === undefined) {
      this.#kills = 0;
      return undefined;
    }
    if (failure.isKilled === true && ++this.#kills <= MAX_KILLS) {
      this.#options.logger.warn("Start iptables again: it was ended", {
        family: this.family,
        reason: failure.message,
      });
      return { isKilled: true };
    }
    this.#kills = 0;
    const culprit = failure.line === undefined ? {} : changes[failure.line];
    if (phase !== undefined) this.#complain(phase, failure.message, culprit);
    return culprit ?? {};
  }

  async #read(phase: ActProblem["phase"]): Promise<SavedRules | undefined> {
    try {
      const { isOk, prints, errors } = await readProgram(
        this.#options.tools.save,
        [],
        SAVE_DEADLINE_MS,
      );
      if (isOk) return parseSavedRules(prints);
      this.#complain(phase, errors);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#complain(phase, message);
    }
    return undefined;
  }

  /** What goes on being wrong is said once, though it is tried again at every look. */
  #complain(
    phase: ActProblem["phase"],
    message: string,
    about: Partial<Change> = {},
  ): void {
    const complaint = `${about.jail?.name} ${message.replaceAll(/\d+/g, "")}`;
    if (about.host === undefined) {
      if (complaint === this.#complaint) return;
      this.#complaint = complaint;
    }
    this.#options.onProblem(phase, escapeText(message), about);
  }
}
