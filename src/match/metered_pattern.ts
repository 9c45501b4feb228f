/**
 * A pattern as a jail runs it: where it can match, and with its costs counted.
 *
 * @module
 */

import type { CompiledPattern } from "./compile.ts";
import type { Engine, EngineMatch } from "./engine_types.ts";
import type { PatternUsage, UsageRole } from "./types.ts";

/** One run of so many is timed: asking the clock three times takes 400 ns, as long as most runs. */
const SAMPLE_EVERY = 128;

/** Not the first run, which compiles the expression. */
const SAMPLE_AT = 2;

/** Characters at a text's beginning that are looked at before anything is searched for, which takes ten times as long. */
const OPENING_LENGTH = 4;

/** What it takes to run a pattern. */
export type RunnablePattern = Pick<
  CompiledPattern,
  "pattern" | "engine" | "certain" | "opening"
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

/** Counts lines and hits, and times every 128th run. */
export class MeteredPattern {
  /** See `MeteredOptions`. */
  readonly slot: number;
  readonly #compiled: RunnablePattern;
  readonly #options: MeteredOptions;
  readonly #engine: Engine;
  readonly #certain: readonly string[];
  readonly #opening: string;
  #candidates = 0;
  #hits = 0;
  #samples = 0;
  #sampledMilliseconds = 0;

  constructor(compiled: RunnablePattern, options: MeteredOptions) {
    this.slot = options.slot;
    this.#compiled = compiled;
    this.#engine = compiled.engine;
    this.#options = options;
    this.#certain = options.prefilter ? compiled.certain : [];
    this.#opening = options.prefilter
      ? compiled.opening.slice(0, OPENING_LENGTH)
      : "";
  }

  /** Names of its groups. */
  get groups(): readonly string[] {
    return this.#engine.groups;
  }

  /** @returns false where what it would be run on begins otherwise than all that it matches */
  mayBegin(text: string): boolean {
    return text.startsWith(this.#opening);
  }

  /** @returns false where the text lacks what every match holds: the line or, if dates may stand anywhere, what is left of it */
  mayMatch(text: string): boolean {
    for (const part of this.#certain) if (!text.includes(part)) return false;
    return true;
  }

  /** @param text a line without its date, ended by a newline */
  exec(text: string): EngineMatch | null {
    const isSampled = ++this.#candidates % SAMPLE_EVERY === SAMPLE_AT;
    const match = isSampled ? this.#time(text) : this.#engine.exec(text);
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

  #time(text: string): EngineMatch | null {
    const before = performance.now();
    const start = performance.now();
    const match = this.#engine.exec(text);
    // Without what the clock itself takes.
    const took = performance.now() - start - (start - before);
    this.#sampledMilliseconds += Math.max(0, took);
    this.#samples++;
    return match;
  }
}
