/**
 * One jail's patterns, bound to the scan that it shares with others.
 *
 * @module
 */

import { type CompiledPattern, compilePattern } from "./compile.ts";
import type { EngineKind, EngineMatch } from "./engine.ts";
import type { LineHits } from "./line_hits.ts";
import { EVERY_LINE, type LiteralTable } from "./literal_table.ts";
import type { RequiredLiterals } from "./literals.ts";
import type { MatchJail } from "./types.ts";

/** How to bind a jail. */
export interface JailFilterOptions {
  readonly table: LiteralTable;
  /** Default true; false makes every line meet every pattern. */
  readonly prefilter: boolean;
  readonly engine: EngineKind | undefined;
}

interface BoundPattern extends CompiledPattern {
  /** Met by lines that hold one of its literals, or by every line. */
  readonly slot: number;
}

/** A jail's patterns in order. */
export class JailFilter {
  readonly jail: MatchJail;
  /** Met by lines on which some pattern is to be run. */
  readonly slot: number;
  /** Index of the pattern that hit last. */
  hitPattern = -1;
  readonly #fail: readonly BoundPattern[];
  readonly #ignore: readonly CompiledPattern[];

  /** @throws {FilterError} when a pattern cannot be used */
  constructor(jail: MatchJail, options: JailFilterOptions) {
    const { engine } = options;
    this.jail = jail;
    const compiled = jail.failPatterns.map((pattern) =>
      compilePattern(pattern, { engine })
    );
    this.#ignore = jail.ignorePatterns.map((pattern) =>
      compilePattern(pattern, { role: "ignore", engine })
    );
    const slots = bindLiterals(
      compiled.map(({ literals }) => literals),
      options,
    );
    this.slot = slots.jail;
    this.#fail = compiled.map((pattern, index) => ({
      ...pattern,
      slot: slots.patterns[index] ?? EVERY_LINE,
    }));
  }

  /** Runs the patterns whose literal is in the line, and those without; the first hit wins. */
  findFailure(text: string, hits: LineHits): EngineMatch | undefined {
    for (let index = 0; index < this.#fail.length; index++) {
      const pattern = this.#fail[index];
      if (pattern === undefined || !hits.has(pattern.slot)) continue;
      const match = pattern.engine.exec(text);
      if (match === null) continue;
      this.hitPattern = index;
      return match;
    }
    return undefined;
  }

  /** @returns whether an ignore pattern takes the line back */
  isIgnored(text: string): boolean {
    return this.#ignore.some(({ engine }) => engine.exec(text) !== null);
  }
}

/** Slots of a jail and its patterns. */
export interface BoundSlots {
  readonly jail: number;
  readonly patterns: readonly number[];
}

/** @returns a slot for each pattern, met by its literals, and one for the jail, met by all of them */
export function bindLiterals(
  patterns: readonly RequiredLiterals[],
  { table, prefilter }: JailFilterOptions,
): BoundSlots {
  const isFiltered = prefilter &&
    patterns.every((literals) => "literals" in literals);
  const jail = isFiltered ? table.createSlot() : EVERY_LINE;
  const bound = patterns.map((literals) => {
    if (!prefilter || "declined" in literals) return EVERY_LINE;
    const slot = table.createSlot();
    table.bind(literals.literals, isFiltered ? [slot, jail] : [slot]);
    return slot;
  });
  return { jail, patterns: bound };
}
