/**
 * The engine of our own, for what neither V8 in linear time nor RE2 knows.
 *
 * @module
 */

import { compileProgram } from "./bounded/compile_program.ts";
import { Machine } from "./bounded/machine.ts";
import { Rejector } from "./bounded/rejector.ts";
import type { Engine, EngineMatch } from "./engine_types.ts";
import { holdsAny, type LiteralSet } from "./literal_sets.ts";
import { extractLiterals } from "./literals.ts";
import type { ParsedPattern } from "./parsed_pattern.ts";
import { HOST_GROUPS } from "./tags.ts";

/** In texts of so many characters it pays to know first that there is nothing to find. */
const LONG_TEXT = 100;

/**
 * Makes an engine that has Python's rules, Unicode and all, and a budget of steps for each search.
 *
 * @param source JavaScript's source of the same pattern, for its literals
 * @throws {FilterError} when the pattern's repeats come to too much
 */
export function createBounded(
  parsed: ParsedPattern,
  source: string,
  budget?: number,
): BoundedEngine {
  return new BoundedEngine(parsed, source, budget);
}

/** Also tells what its last search took. */
export class BoundedEngine implements Engine {
  readonly kind = "bounded";
  readonly source: string;
  readonly groups: readonly string[];
  readonly machine: Machine;
  #overruns = 0;
  #rejector: Rejector | undefined;
  readonly #parsed: ParsedPattern;
  readonly #needed: LiteralSet;

  constructor(
    parsed: ParsedPattern,
    source: string,
    budget: number | undefined,
  ) {
    this.source = source;
    this.groups = parsed.groups;
    this.machine = new Machine(compileProgram(parsed), budget);
    this.#parsed = parsed;
    const literals = extractLiterals(source);
    this.#needed = "literals" in literals ? literals.literals : [];
  }

  get overruns(): number {
    return this.#overruns;
  }

  /** @param from first place where a hit may begin */
  exec(text: string, from = 0): EngineMatch | null {
    if (this.#needed.length > 0 && !holdsAny(text, this.#needed)) return null;
    if (text.length >= LONG_TEXT && from === 0) {
      this.#rejector ??= new Rejector(this.#parsed);
      if (!this.#rejector.mayMatch(text)) return null;
    }
    const isHit = this.machine.search(text, from);
    if (this.machine.isOverBudget) this.#overruns++;
    return isHit ? this.#matchOf(text) : null;
  }

  #matchOf(text: string): EngineMatch {
    const { slots } = this.machine;
    const { numbers, hasDottedPort } = this.#parsed;
    const groups = new Map<string, string | undefined>();
    for (const [name, number] of numbers) {
      const end = slots[2 * number + 1] ?? -1;
      groups.set(
        name,
        end < 0 ? undefined : text.slice(slots[2 * number], end),
      );
    }
    const host = HOST_GROUPS.find((name) => groups.get(name) !== undefined);
    const hostNumber = host === undefined ? 0 : numbers.get(host) ?? 0;
    return {
      start: slots[0] ?? 0,
      end: slots[1] ?? 0,
      hostEnd: hostNumber === 0 ? -1 : slots[2 * hostNumber + 1] ?? -1,
      hasDottedPort,
      host: host && groups.get(host),
      group: (name) => groups.get(name),
    };
  }
}
