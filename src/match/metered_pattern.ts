/**
 * A pattern as a jail runs it: where it can match, and with its costs counted.
 *
 * @module
 */

import type { CompiledPattern } from "./compile.ts";
import type { EngineMatch } from "./engine_types.ts";
import type { PatternUsage, UsageRole } from "./types.ts";

/** One run of so many is timed: the clock takes 40 ns, half of what a short pattern does. */
const SAMPLE_EVERY = 64;

/** Not the first run, which compiles the expression. */
const SAMPLE_AT = 2;

/** What it takes to run a pattern. */
export type RunnablePattern = Pick<
  CompiledPattern,
  "pattern" | "engine" | "certain"
>;

/** What a jail tells of its pattern. */
export interface MeteredOptions {
  readonly jail: string;
  readonly role: UsageRole;
  /** Met by the lines that it is run on. */
  readonly slot: number;
  /** Leaves texts alone that lack what every match holds. */
  readonly prefilter: boolean;
}

/** Counts lines and hits, and times every 64th run. */
export class MeteredPattern {
  /** See `MeteredOptions`. */
  readonly slot: number;
  readonly #compiled: RunnablePattern;
  readonly #options: MeteredOptions;
  readonly #certain: readonly string[];
  #candidates = 0;
  #hits = 0;
  #samples = 0;
  #sampledMilliseconds = 0;

  constructor(compiled: RunnablePattern, options: MeteredOptions) {
    this.slot = options.slot;
    this.#compiled = compiled;
    this.#options = options;
    this.#certain = options.prefilter ? compiled.certain : [];
  }

  /** @param text a line without its date, ended by a newline */
  exec(text: string): EngineMatch | null {
    const isSampled = ++this.#candidates % SAMPLE_EVERY === SAMPLE_AT;
    const match = isSampled ? this.#time(text) : this.#run(text);
    if (match !== null) this.#hits++;
    return match;
  }

  /** @returns what it took until now */
  describe(): PatternUsage {
    const { jail, role } = this.#options;
    const { pattern, engine } = this.#compiled;
    const mean = this.#sampledMilliseconds / Math.max(1, this.#samples);
    return {
      jail,
      role,
      pattern,
      engine: engine.kind,
      candidates: this.#candidates,
      hits: this.#hits,
      overBudget: engine.overruns,
      seconds: mean * this.#candidates / 1000,
    };
  }

  #run(text: string): EngineMatch | null {
    for (const part of this.#certain) if (!text.includes(part)) return null;
    return this.#compiled.engine.exec(text);
  }

  #time(text: string): EngineMatch | null {
    const start = performance.now();
    const match = this.#run(text);
    this.#sampledMilliseconds += performance.now() - start;
    this.#samples++;
    return match;
  }
}
