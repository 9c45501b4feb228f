/**
 * The place of one sandbox process: starts it when it is needed, and again, after a rest, when it died.
 *
 * @module
 */

import type { BackOff } from "./back_off.ts";
import { PluginFileError } from "./check_plugin_file.ts";
import type { ActionCode } from "./messages.ts";
import { SandboxProcess, type WorkerCall } from "./sandbox_process.ts";
import { type ActionInstance, HandlerError } from "./types.ts";

/** What a slot works with. */
export interface ProcessSlotOptions {
  readonly backOff: BackOff;
  /** Reads the action's code. @throws {PluginFileError} */
  readonly readCode: (instance: ActionInstance) => ActionCode;
  readonly start: () => SandboxProcess;
  /** Learns of a death that nobody here wanted. */
  readonly onDeath: (why: string, restMs: number) => void;
  /** Milliseconds of any clock that runs on. */
  readonly nowMs: () => number;
}

/** A process that nobody needs for so long is ended; it takes 80 MB. */
const IDLE_MS = 600_000;

/** One so old is ended when it has nothing to do: it knows name servers by the files that were there when it started. */
const OLD_MS = 3_600_000;

interface Life {
  readonly process: SandboxProcess;
  readonly bornMs: number;
  /** Of its workers, by the name of their instance. */
  readonly codes: Map<string, ActionCode>;
}

/** See the module. */
export class ProcessSlot {
  readonly #options: ProcessSlotOptions;
  readonly #endings = new Set<Promise<void>>();
  #life: Life | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ProcessSlotOptions) {
    this.#options = options;
  }

  /**
   * Calls an instance's worker, in a process that may have to be started.
   *
   * @throws {HandlerError} when nothing came of it
   */
  async call(instance: ActionInstance, call: WorkerCall): Promise<unknown> {
    const { process } = this.#prepare(instance);
    clearTimeout(this.#idle);
    try {
      return await process.call(call);
    } finally {
      this.#rest();
    }
  }

  /** Ends the worker of an instance that has changed; the next call makes another. */
  drop(instance: string): void {
    this.#life?.codes.delete(instance);
    this.#life?.process.closeWorker(instance);
  }

  /** @returns what the instance's worker was made from, if there is one */
  codeOf(instance: string): ActionCode | undefined {
    return this.#life?.codes.get(instance);
  }

  /** Ends the process, if there is one. The next call starts another. */
  retire(): void {
    clearTimeout(this.#idle);
    const life = this.#life;
    this.#life = undefined;
    life?.process.kill("died", "it is not needed any more");
  }

  /** Ends the process and waits for that. */
  async close(): Promise<void> {
    this.retire();
    await Promise.all(this.#endings);
  }

  #prepare(instance: ActionInstance): Life {
    const { name, net } = instance;
    if (this.#life?.process.hasWorker(name)) return this.#life;
    this.#checkRest(name);
    const code = this.#read(instance);
    const life = this.#life ?? this.#start(name);
    life.codes.set(name, code);
    life.process.openWorker({ worker: name, code, net });
    return life;
  }

  #checkRest(action: string): void {
    const { backOff, nowMs } = this.#options;
    const restMs = backOff.restMs(nowMs());
    if (restMs === 0 && this.#life?.process.isEnding !== true) return;
    const seconds = Math.max(1, Math.ceil(restMs / 1000));
    throw new HandlerError(
      `Cannot use action "${action}": its sandbox died, expected to start again in ${seconds} s`,
      { action, reason: "resting" },
    );
  }

  #read(instance: ActionInstance): ActionCode {
    try {
      return this.#options.readCode(instance);
    } catch (error) {
      if (!(error instanceof PluginFileError)) throw error;
      const { message } = error;
      throw new HandlerError(message, {
        action: instance.name,
        reason: "refused_file",
        cause: error,
      });
    }
  }

  #start(action: string): Life {
    const { start, nowMs } = this.#options;
    const bornMs = nowMs();
    try {
      const life = { process: start(), bornMs, codes: new Map() };
      this.#life = life;
      const ending = this.#watch(life);
      this.#endings.add(ending);
      ending.finally(() => this.#endings.delete(ending));
      return life;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#die(why, bornMs);
      throw new HandlerError(
        `Cannot use action "${action}": its sandbox does not start: ${why}`,
        { action, reason: "died", cause: error },
      );
    }
  }

  async #watch(life: Life): Promise<void> {
    const why = await life.process.ended;
    // It was ended on purpose, and another may be there by now.
    if (this.#life !== life) return;
    this.#life = undefined;
    clearTimeout(this.#idle);
    this.#die(why, life.bornMs);
  }

  #die(why: string, bornMs: number): void {
    const { backOff, nowMs, onDeath } = this.#options;
    onDeath(why, backOff.die({ nowMs: nowMs(), bornMs }));
  }

  /** After a call: ends what is old now, and what is idle later. */
  #rest(): void {
    const life = this.#life;
    clearTimeout(this.#idle);
    if (life === undefined || life.process.callCount > 0) return;
    if (this.#options.nowMs() - life.bornMs > OLD_MS) this.retire();
    else {
      this.#idle = setTimeout(() => this.retire(), IDLE_MS);
      Deno.unrefTimer(this.#idle);
    }
  }
}
