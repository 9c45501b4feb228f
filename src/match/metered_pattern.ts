/**
 * A pattern as a jail runs it: where it can match, and with its costs counted.
 *
 * @module
 */

import type { ByteSource, CompiledPattern } from "./compile.ts";
import { ByteEngine } from "./bytes/byte_engine.ts";
import type { BytePattern, ByteRoom } from "./bytes/byte_room.ts";
import type { Engine, EngineMatch } from "./engine_types.ts";
import { ANY } from "./opener.ts";
import type { Subject } from "./subject.ts";
import type { PatternUsage, UsageRole } from "./types.ts";

/** One run of so many is timed: asking the clock three times takes 400 ns, more than most runs. */
const SAMPLE_EVERY = 128;

/** Not the first run, which compiles the expression. */
const SAMPLE_AT = 2;

/** Characters at a text's beginning that are looked at before anything is searched for, which takes ten times as long. */
const OPENING_LENGTH = 4;

/** What it takes to run a pattern. */
export type RunnablePattern = Pick<
  CompiledPattern,
  "pattern" | "engine" | "bytes" | "certain" | "opening"
>;

/** What a jail tells of its pattern. */
export interface MeteredOptions {
  readonly jail: string;
  readonly role: UsageRole;
  /** Met by the lines that it is run on. */
  readonly slot: number;
  /** Leaves texts alone that lack what every match holds. */
  readonly prefilter: boolean;
  /** Where it may run on bytes; absent: nowhere. */
  readonly room?: ByteRoom | undefined;
}

/** Counts lines and hits, and times every 128th run, and those of others who say so. */
export class MeteredPattern {
  /** See `MeteredOptions`. */
  readonly slot: number;
  /** Of all that it is run on and matches; `ANY` where that can begin with anything. */
  readonly firstUnit: number;
  readonly #compiled: RunnablePattern;
  readonly #options: MeteredOptions;
  readonly #engine: Engine;
  readonly #bytes: ByteEngine | undefined;
  readonly #certain: readonly string[];
  readonly #opening: string;
  /** Those that `exec` was asked for, which all are but those of a line program. */
  #runs = 0;
  #candidates = 0;
  #hits = 0;
  #samples = 0;
  #sampledMilliseconds = 0;

  constructor(compiled: RunnablePattern, options: MeteredOptions) {
    this.slot = options.slot;
    this.#compiled = compiled;
    this.#engine = compiled.engine;
    this.#options = options;
    this.#bytes = options.room && compiled.bytes &&
      new ByteEngine(compiled.bytes, options.room);
    this.#certain = options.prefilter ? compiled.certain : [];
    this.#opening = options.prefilter
      ? compiled.opening.slice(0, OPENING_LENGTH)
      : "";
    this.firstUnit = this.#opening === "" ? ANY : this.#opening.charCodeAt(0);
  }

  /** Names of its groups. */
  get groups(): readonly string[] {
    return this.#engine.groups;
  }

  /** What is searched on bytes. */
  get source(): ByteSource {
    return this.#compiled.bytes;
  }

  /** What runs on bytes; undefined as long as nothing does. */
  get written(): BytePattern | undefined {
    return this.#bytes?.pattern;
  }

  /** Counts runs of others who ran it. */
  addRuns(candidates: number, hits: number): void {
    this.#candidates += candidates;
    this.#hits += hits;
  }

  /** @returns false where what it would be run on begins otherwise than all that it matches, or lacks what that holds */
  mayMatch(subject: Subject): boolean {
    const { firstUnit } = this;
    if (firstUnit !== ANY && subject.firstUnit !== firstUnit) return false;
    if (this.#bytes?.takes(subject)) return true;
    const { text } = subject;
    return text.startsWith(this.#opening) && this.mayBeIn(text);
  }

  /** @returns false where the text lacks what every match holds: the line or, if dates may stand anywhere, what is left of it */
  mayBeIn(text: string): boolean {
    for (const part of this.#certain) if (!text.includes(part)) return false;
    return true;
  }

  /**
   * @param subject a line without its date
   * @param isTimed whether it is timed in any case
   */
  exec(subject: Subject, isTimed = false): EngineMatch | null {
    const isSampled = ++this.#runs % SAMPLE_EVERY === SAMPLE_AT || isTimed;
    this.#candidates++;
    const match = isSampled ? this.#time(subject) : this.#run(subject);
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

  #run(subject: Subject): EngineMatch | null {
    const match = this.#bytes?.exec(subject);
    return match === undefined ? this.#engine.exec(subject.text) : match;
  }

  #time(subject: Subject): EngineMatch | null {
    const before = performance.now();
    const start = performance.now();
    const match = this.#run(subject);
    // Without what the clock itself takes.
    const took = performance.now() - start - (start - before);
    this.#sampledMilliseconds += Math.max(0, took);
    this.#samples++;
    return match;
  }
}
