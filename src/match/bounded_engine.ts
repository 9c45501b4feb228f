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
 * @throws {FilterError} when the pattern's repeats come to too much
 */
export function createBounded(
  parsed: ParsedPattern,
  budget?: number,
): BoundedEngine {
  return new BoundedEngine(parsed, budget);
}

/** Also tells what its last search took. */
export class BoundedEngine implements Engine {
  readonly kind = "bounded";
  readonly groups: readonly string[];
  readonly machine: Machine;
  #overruns = 0;
  #rejector: Rejector | undefined;
  readonly #parsed: ParsedPattern;
  readonly #needed: LiteralSet;

  constructor(parsed: ParsedPattern, budget: number | undefined) {
    this.groups = parsed.groups;
    this.machine = new Machine(compileProgram(parsed), budget);
    this.#parsed = parsed;
    const literals = extractLiterals(parsed.root);
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
    return isHit ? new BoundedMatch(text, this.machine, this.#parsed) : null;
  }
}

/** Texts are cut out when they are asked for. */
class BoundedMatch implements EngineMatch {
  readonly #text: string;
  readonly #slots: readonly number[];
  readonly #parsed: ParsedPattern;

  /** @param slots of the search that hit, which the next one overwrites */
  constructor(text: string, { slots }: Machine, parsed: ParsedPattern) {
    this.#text = text;
    this.#slots = toNumbers(slots);
    this.#parsed = parsed;
  }

  get start(): number {
    return this.#slots[0] ?? 0;
  }

  get end(): number {
    return this.#slots[1] ?? 0;
  }

  get hostEnd(): number {
    const name = this.#hostGroup();
    return name === undefined ? -1 : this.#endOf(name);
  }

  get hasDottedPort(): boolean {
    return this.#parsed.hasDottedPort;
  }

  get host(): string | undefined {
    const name = this.#hostGroup();
    return name && this.group(name);
  }

  group(name: string): string | undefined {
    const end = this.#endOf(name);
    const number = this.#parsed.numbers.get(name) ?? 0;
    return end < 0 ? undefined : this.#text.slice(this.#slots[2 * number], end);
  }

  groupAt(index: number): string | undefined {
    return this.group(this.#parsed.groups[index] ?? "");
  }

  #hostGroup(): string | undefined {
    return HOST_GROUPS.find((name) => this.#endOf(name) >= 0);
  }

  /** @returns the place behind what the group caught, -1 where it took no part */
  #endOf(name: string): number {
    const number = this.#parsed.numbers.get(name);
    return number === undefined ? -1 : this.#slots[2 * number + 1] ?? -1;
  }
}

/** A typed array takes ten times as long to be made. */
function toNumbers(slots: Int32Array): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < slots.length; at++) numbers.push(slots[at] ?? -1);
  return numbers;
}
