/**
 * One jail's patterns, bound to the scan that it shares with others.
 *
 * @module
 */

import { type CompiledPattern, compilePattern } from "./compile.ts";
import type { EngineKind, EngineMatch } from "./engine.ts";
import type { LiteralScan, LiteralTable } from "./literal_scan.ts";
import type { MatchJail } from "./types.ts";

/** How to bind a jail. */
export interface JailFilterOptions {
  readonly table: LiteralTable;
  /** Default true; false makes every line meet every pattern. */
  readonly prefilter: boolean;
  readonly engine: EngineKind | undefined;
}

interface BoundPattern extends CompiledPattern {
  /** Indexes of its literals; empty where it meets every line. */
  readonly literalIndexes: readonly number[];
}

/** A jail's patterns in order. */
export class JailFilter {
  readonly jail: MatchJail;
  /** Whether some pattern meets every line. */
  readonly meetsEveryLine: boolean;
  /** Index of the pattern that hit last. */
  hitPattern = -1;
  readonly #fail: readonly BoundPattern[];
  readonly #ignore: readonly CompiledPattern[];

  /** @throws {FilterError} when a pattern cannot be used */
  constructor(jail: MatchJail, options: JailFilterOptions) {
    const { engine } = options;
    this.jail = jail;
    this.#fail = jail.failPatterns.map((pattern) =>
      bind(compilePattern(pattern, { engine }), options)
    );
    this.#ignore = jail.ignorePatterns.map((pattern) =>
      compilePattern(pattern, { role: "ignore", engine })
    );
    this.meetsEveryLine = this.#fail.some(({ literalIndexes }) =>
      literalIndexes.length === 0
    );
  }

  /** @returns whether some pattern is to be run on the line that ends at `end`, the next of the scan */
  isCandidate(scan: LiteralScan, end: number): boolean {
    if (this.meetsEveryLine) return true;
    for (const { literalIndexes } of this.#fail) {
      if (scan.hasBefore(end, literalIndexes)) return true;
    }
    return false;
  }

  /** Runs the patterns whose literal is in the line, and those without; the first hit wins. */
  findFailure(
    text: string,
    scan: LiteralScan,
    end: number,
  ): EngineMatch | undefined {
    for (let index = 0; index < this.#fail.length; index++) {
      const bound = this.#fail[index];
      if (bound === undefined) continue;
      const { literalIndexes, engine } = bound;
      const isMet = literalIndexes.length === 0 ||
        scan.hasBefore(end, literalIndexes);
      const match = isMet ? engine.exec(text) : null;
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

function bind(
  compiled: CompiledPattern,
  { table, prefilter }: JailFilterOptions,
): BoundPattern {
  const { literals } = compiled;
  const literalIndexes = prefilter && "literals" in literals
    ? literals.literals.map((literal) => table.add(literal))
    : [];
  return { ...compiled, literalIndexes };
}
