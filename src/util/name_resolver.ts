/**
 * Finds the addresses of host names as the system does: hosts file, DNS and whatever else its name service switch names.
 *
 * `getent` is asked, in a process of its own, since Deno's lookups know DNS alone and need leave to connect to the network.
 * One name a process: of several, its output does not tell which addresses are whose (`canonical` is not what was asked).
 *
 *     192.0.2.7       STREAM canonical.example
 *     192.0.2.7       DGRAM
 *     192.0.2.7       RAW
 *     2001:db8::7     STREAM
 *
 * @module
 */

import { formatNetwork, type Network, parseNetwork } from "./address.ts";
import { runProgram } from "./run_program.ts";

/** The program that is run, at the one path for which there is a permission. */
export const GETENT = "/usr/bin/getent";

/** The name service knows no such name: the only other exit code that is an answer. */
const NOT_FOUND = 2;

const DEADLINE_MS = 5000;
const OUTPUT_LIMIT = 16_384;

/** Says that a name was not looked up, or only in part. */
export interface NameTrouble {
  /** As it was asked for; an attacker's text. */
  readonly name: string;
  /** In words. */
  readonly reason: string;
}

/** Bounds of a resolver, and whom it tells of trouble. */
export interface NameResolverOptions {
  readonly onTrouble: (trouble: NameTrouble) => void;
  /** Default `getent`, with its deadline of 5 s. */
  readonly run?: typeof runProgram;
  /** Names that are looked up at the same time; default 4. */
  readonly mostRunning?: number;
  /** Names that wait for their turn; default 256. */
  readonly mostQueued?: number;
  /** Addresses that one name may have; default 16. */
  readonly mostAddresses?: number;
}

/** Running totals of a resolver. */
export interface NameCounts {
  /** Names that were looked up. */
  asked: number;
  /** Lookups without an answer: time-outs, errors. */
  failed: number;
  /** Names that were not looked up: no host name, or too many before it. */
  refused: number;
  /** Addresses beyond the bound of their name. */
  surplus: number;
}

/** Looks names up, some at a time. */
export class NameResolver {
  readonly counts: NameCounts = { asked: 0, failed: 0, refused: 0, surplus: 0 };
  readonly #options: Required<NameResolverOptions>;
  readonly #queue: (() => void)[] = [];
  readonly #abort = new AbortController();
  #running = 0;

  constructor(options: NameResolverOptions) {
    this.#options = {
      run: runProgram,
      mostRunning: 4,
      mostQueued: 256,
      mostAddresses: 16,
      ...options,
    };
  }

  /** @returns canonical addresses of both families, each once; none where there is no such name. Never rejects */
  async resolve(name: string): Promise<readonly string[]> {
    if (!isHostName(name)) {
      this.counts.refused++;
      return [];
    }
    if (!await this.#takeTurn()) {
      this.counts.refused++;
      return this.#fail(name, "too many names wait already");
    }
    try {
      return await this.#ask(name);
    } finally {
      this.#running--;
      this.#queue.shift()?.();
    }
  }

  /** Ends what runs; whatever waits is answered with nothing. */
  close(): void {
    this.#abort.abort();
  }

  /** @returns false where the queue is full */
  async #takeTurn(): Promise<boolean> {
    if (this.#running >= this.#options.mostRunning) {
      if (this.#queue.length >= this.#options.mostQueued) return false;
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    }
    this.#running++;
    return true;
  }

  async #ask(name: string): Promise<readonly string[]> {
    const { signal } = this.#abort;
    if (signal.aborted) return [];
    this.counts.asked++;
    const { code, message, prints } = await this.#options.run(GETENT, {
      args: ["ahosts", "--", name],
      deadlineMs: DEADLINE_MS,
      outputLimit: OUTPUT_LIMIT,
      signal,
    });
    if (code === NOT_FOUND || signal.aborted) return [];
    if (code === 0) return this.#bound(name, readAddresses(prints));
    this.counts.failed++;
    return this.#fail(name, message);
  }

  #bound(name: string, addresses: readonly string[]): readonly string[] {
    const { mostAddresses } = this.#options;
    const surplus = addresses.length - mostAddresses;
    if (surplus <= 0) return addresses;
    this.counts.surplus += surplus;
    this.#fail(name, `${surplus} of its addresses are too many`);
    return addresses.slice(0, mostAddresses);
  }

  #fail(name: string, reason: string): readonly string[] {
    this.#options.onTrouble({ name, reason });
    return [];
  }
}

/**
 * Tells whether a text may be looked up. Stricter than the system, to which `127.1`, `0x7f.1` and `2130706433` are addresses,
 * and `-x` an option.
 */
export function isHostName(text: string): boolean {
  const labels = text.replace(/\.$/, "").split(".");
  return text.length <= 253 &&
    labels.every((label) => /^(?!-)[\w-]{1,63}(?<!-)$/.test(label)) &&
    !/^(?:\d+|0x[\da-f]*)$/i.test(labels.at(-1) ?? "");
}

function readAddresses(text: string): string[] {
  const networks = text.split("\n")
    .map((line) => /^(\S+)\s+(?:STREAM|DGRAM|RAW)\b/.exec(line)?.[1])
    .map((word) => word === undefined ? undefined : parseNetwork(word))
    .filter((network): network is Network => network?.prefix === 128);
  return [...new Set(networks.map(formatNetwork))];
}
