/**
 * Runs handler actions in sandbox processes: one for all built-in actions, one for each file of the administrator's.
 *
 * @module
 */

import type { Logger } from "../../util/log.ts";
import type { OwnProgram } from "../../util/own_program.ts";
import { BackOff } from "./back_off.ts";
import { MalformedError, readFeed, readOutcome } from "./outcome.ts";
import { processKey, readPluginCode } from "./plugin_code.ts";
import { ProcessSlot } from "./process_slot.ts";
import { NOBODY, SandboxProcess } from "./sandbox_process.ts";
import { TroubleLog } from "./trouble_log.ts";
import {
  type ActionInstance,
  type CallOutcome,
  type HandlerCall,
  HandlerError,
  type HandlerHost,
} from "./types.ts";

/** What a host works with. */
export interface HandlerHostOptions {
  readonly logger: Logger;
  /** This program, as `findOwnProgram` tells; needs `run` for its path for as long as the host lives. */
  readonly program: OwnProgram;
  /** The daemon's user, beside root the only one whose files are used; see `Deno.uid`. */
  readonly ownUid: number | null;
  /** `UID:GID` that a sandbox becomes where this is root; default: nobody. */
  readonly ids?: string;
  /** Milliseconds of any clock that runs on; default performance.now. */
  readonly nowMs?: () => number;
  /** From 0 to 1; default Math.random. */
  readonly random?: () => number;
}

/** @returns a host without actions; nothing is started yet */
export function createHandlerHost(options: HandlerHostOptions): HandlerHost {
  return new Host(options);
}

class Host implements HandlerHost {
  readonly #options: HandlerHostOptions;
  readonly #nowMs: () => number;
  readonly #troubles: TroubleLog;
  readonly #slots = new Map<string, ProcessSlot>();
  #actions: ReadonlyMap<string, ActionInstance> = new Map();
  #isLandlockTold = false;

  constructor(options: HandlerHostOptions) {
    this.#options = options;
    const nowMs = options.nowMs ?? (() => performance.now());
    this.#nowMs = nowMs;
    this.#troubles = new TroubleLog(options.logger, () => nowMs() / 1000);
  }

  setActions(actions: readonly ActionInstance[]): void {
    const next = new Map(actions.map((action) => [action.name, action]));
    for (const [name, old] of this.#actions) {
      if (this.#isSame(old, next.get(name))) continue;
      this.#slots.get(processKey(old.plugin))?.drop(name);
      this.#troubles.forget(name);
    }
    this.#actions = next;
    const needed = new Set(actions.map(({ plugin }) => processKey(plugin)));
    for (const [key, slot] of this.#slots) {
      if (!needed.has(key)) slot.retire();
    }
  }

  async call(call: HandlerCall): Promise<CallOutcome> {
    const { action, method, batch, deadlineMs } = call;
    const instance = this.#actions.get(action);
    if (instance === undefined) throw unknown(action);
    const { memory, nowSeconds } = call;
    try {
      const said = await this.#slotOf(instance).call(instance, {
        worker: action,
        method,
        batch,
        context: { options: instance.options, memory, nowSeconds },
        deadlineMs,
      });
      return method === "feed" ? readFeed(said) : readOutcome(said, batch);
    } catch (error) {
      const failure = toHandlerError(error, action);
      this.#troubles.report(failure);
      throw failure;
    }
  }

  async close(): Promise<void> {
    this.#actions = new Map();
    await Promise.all([...this.#slots.values()].map((slot) => slot.close()));
    this.#slots.clear();
  }

  /** Whether a worker goes on: options come with each call, so they do not count; the text of a file does. */
  #isSame(old: ActionInstance, next: ActionInstance | undefined): boolean {
    if (next === undefined || !isEqual(old.net, next.net)) return false;
    if (!isEqual(old.plugin, next.plugin)) return false;
    const code = this.#slots.get(processKey(old.plugin))?.codeOf(old.name);
    if (code === undefined) return true;
    try {
      return isEqual(code, this.#readCode(next));
    } catch {
      // The next call tells why the file cannot be used.
      return false;
    }
  }

  #slotOf({ plugin }: ActionInstance): ProcessSlot {
    const key = processKey(plugin);
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const slot = new ProcessSlot({
      backOff: new BackOff(this.#options.random),
      readCode: (instance) => this.#readCode(instance),
      start: () => this.#start(),
      onDeath: (why, restMs) => this.#troubles.reportDeath(key, why, restMs),
      nowMs: this.#nowMs,
    });
    this.#slots.set(key, slot);
    return slot;
  }

  #readCode({ plugin }: ActionInstance) {
    return readPluginCode(plugin, this.#options.ownUid);
  }

  #start(): SandboxProcess {
    const { program, ids = NOBODY } = this.#options;
    return new SandboxProcess({
      program,
      ids,
      onSaid: (action, text) => this.#troubles.reportSaid(action, text),
      onReady: (landlock) => this.#tellLandlock(landlock),
    });
  }

  #tellLandlock(version: number): void {
    if (this.#isLandlockTold) return;
    this.#isLandlockTold = true;
    this.#options.logger.debug(
      version > 0
        ? "Sandbox is held by Landlock"
        : "Sandbox is not held by Landlock: this kernel does not offer it",
      { version },
    );
  }
}

function unknown(action: string): HandlerError {
  return new HandlerError(
    `Cannot use action "${action}": it is not configured any more`,
    { action, reason: "died" },
  );
}

function toHandlerError(error: unknown, action: string): HandlerError {
  if (error instanceof HandlerError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new HandlerError(
    error instanceof MalformedError
      ? `Cannot use answer of action "${action}": ${reason}`
      : `Cannot use action "${action}": ${reason}`,
    { action, reason: "malformed", cause: error },
  );
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
