/**
 * The driver that bans by an administrator's commands.
 *
 * @module
 */

import type { Ban, Decision } from "../track/types.ts";
import { familyOf, formatNetwork } from "../util/address.ts";
import { escapeText } from "../util/escape.ts";
import type { Logger } from "../util/log.ts";
import type { CommandPlan } from "./contract.ts";
import { planCommands } from "./plan.ts";
import { runCommand } from "../util/run_command.ts";
import type {
  ActJail,
  ActProblem,
  Driver,
  FoundBan,
  ProblemSink,
} from "./types.ts";

const DEFAULT_SHELL = "/bin/sh";
const DEFAULT_DEADLINE_MS = 60_000;
const DEFAULT_MAX_QUEUED = 10_000;
const OUTPUT_LIMIT = 2048;
const PLACEHOLDERS = /<(IP|JAIL)>/g;

/** What the driver works with. */
export interface ScriptDriverOptions {
  /** Hears of each command that was run, at debug. */
  readonly logger: Logger;
  /** Receives commands that failed or could not be run. */
  readonly onProblem: ProblemSink;
  /** Absolute path; default /bin/sh. */
  readonly shell?: string;
  /** How long a command may take; default 60 s. */
  readonly deadlineMs?: number;
  /** Commands that wait in one jail at most; default 10,000. */
  readonly maxQueued?: number;
}

/** One command at a time in each jail; the jails side by side. */
export function createScriptDriver(options: ScriptDriverOptions): Driver {
  return new Script(options);
}

class Script implements Driver {
  readonly name = "script";
  readonly #options: ScriptDriverOptions;
  readonly #queues = new Map<string, Queue>();

  constructor(options: ScriptDriverOptions) {
    this.#options = options;
  }

  open(jails: readonly ActJail[]): readonly FoundBan[] {
    this.reload(jails);
    return [];
  }

  reload(jails: readonly ActJail[]): void {
    const plans = new Map(jails.map((jail) => [jail.name, planCommands(jail)]));
    for (const [name, queue] of this.#queues) {
      if (!plans.has(name)) queue.unbanAll();
    }
    for (const [name, plan] of plans) {
      const queue = this.#queues.get(name);
      if (queue !== undefined) queue.plan = plan;
      else this.#queues.set(name, new Queue(name, plan, this.#options));
    }
  }

  apply(decisions: readonly Decision[]): void {
    for (const { kind, ban } of decisions) {
      const queue = this.#queues.get(ban.jail);
      if (queue === undefined) {
        this.#options.onProblem({
          action: this.name,
          phase: kind,
          jail: ban.jail,
          host: formatNetwork(ban),
          message: "The jail is not known",
        });
      } else if (kind === "unban") queue.unban(ban);
      else queue.ban(ban);
    }
  }

  /** As fail2ban does, nobody stays banned when the daemon has gone. */
  async close(): Promise<void> {
    const queues = [...this.#queues.values()];
    for (const queue of queues) queue.unbanAll();
    await Promise.all(queues.map((queue) => queue.idle()));
    this.#queues.clear();
  }
}

/** A command that waits. */
interface Task {
  readonly phase: "ban" | "unban";
  readonly host: string;
  readonly family: 4 | 6;
  /** What undoes it, and what it is when it is an unban: the commands that were in force when the host was banned. */
  readonly plan: CommandPlan;
}

/** The commands of one jail. */
class Queue {
  /** In force for bans from now on. */
  plan: CommandPlan;
  readonly #jail: string;
  readonly #options: ScriptDriverOptions;
  /** By host: at most one waits for each, since a ban and its unban undo each other. */
  readonly #waiting = new Map<string, Task>();
  /** By host: what was run for it, whatever came of it. */
  readonly #banned = new Map<string, Task>();
  #running: Promise<void> | undefined;

  constructor(jail: string, plan: CommandPlan, options: ScriptDriverOptions) {
    this.#jail = jail;
    this.plan = plan;
    this.#options = options;
  }

  ban(ban: Ban): void {
    const host = formatNetwork(ban);
    if (this.#waiting.get(host)?.phase === "unban") this.#waiting.delete(host);
    else if (!this.#banned.has(host)) {
      const family = familyOf(ban.words);
      this.#enqueue({ phase: "ban", host, family, plan: this.plan });
    }
  }

  unban(ban: Ban): void {
    this.#unbanHost(formatNetwork(ban));
  }

  unbanAll(): void {
    const hosts = [...this.#waiting.keys(), ...this.#banned.keys()];
    for (const host of hosts) this.#unbanHost(host);
  }

  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  #unbanHost(host: string): void {
    const banned = this.#banned.get(host);
    if (this.#waiting.get(host)?.phase === "ban") this.#waiting.delete(host);
    else if (banned !== undefined) {
      this.#enqueue({ ...banned, phase: "unban" });
    }
  }

  #enqueue(task: Task): void {
    const limit = this.#options.maxQueued ?? DEFAULT_MAX_QUEUED;
    // Bans come from outside and are bounded here; unbans are bounded by the bans that were run.
    if (task.phase === "ban" && this.#waiting.size >= limit) {
      this.#report(task, `Not run: ${limit} commands are waiting already`);
      return;
    }
    if (!this.#waiting.has(task.host)) this.#waiting.set(task.host, task);
    this.#running ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // Decisions that come together are looked at together, so that those that undo each other are never run.
    await Promise.resolve();
    for (const [host, task] of this.#waiting) {
      this.#waiting.delete(host);
      if (task.phase === "ban") this.#banned.set(host, task);
      else this.#banned.delete(host);
      await this.#run(task);
    }
    this.#running = undefined;
  }

  async #run(task: Task): Promise<void> {
    const template = task.phase === "ban" ? task.plan.ban : task.plan.unban;
    if (template === "") return;
    const values = { IP: task.host, JAIL: this.#jail };
    const outcome = await runCommand(fillIn(template, values), {
      shell: this.#options.shell ?? DEFAULT_SHELL,
      env: { ...values, FAMILY: task.family === 4 ? "inet4" : "inet6" },
      deadlineMs: this.#options.deadlineMs ?? DEFAULT_DEADLINE_MS,
      outputLimit: OUTPUT_LIMIT,
    });
    if (outcome.status === "ok") {
      this.#options.logger.debug("Ran command", {
        jail: this.#jail,
        host: task.host,
        phase: task.phase,
      });
      return;
    }
    const output = escapeText(outcome.output.trim());
    const words = `Command ${outcome.status}: ${outcome.message}`;
    this.#report(task, output === "" ? words : `${words}: ${output}`);
  }

  #report(task: Task, message: string): void {
    const phase: ActProblem["phase"] = task.phase;
    const { host } = task;
    this.#options.onProblem({
      action: "script",
      phase,
      jail: this.#jail,
      host,
      message,
    });
  }
}

/** In one pass, so that a value is never looked into; both are of an alphabet that means nothing to a shell. */
function fillIn(
  template: string,
  values: { readonly IP: string; readonly JAIL: string },
): string {
  return template.replaceAll(
    PLACEHOLDERS,
    (_, name: string) => name === "IP" ? values.IP : values.JAIL,
  );
}
