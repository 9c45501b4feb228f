/**
 * Patterns as V8 runs them.
 *
 * Groups have numbers there, not names: an object of names for each hit takes 45 ns of 250.
 *
 * @module
 */

import type { EngineMatch } from "./engine_types.ts";
import { FilterError } from "./filter_error.ts";
import type { ParsedPattern } from "./parsed_pattern.ts";
import { HOST_GROUPS } from "./tags.ts";
import { printPattern } from "./translate.ts";

/** A pattern that V8 compiled. */
export interface V8Pattern {
  /** With names of the groups; from it literals are taken. */
  readonly source: string;
  exec(text: string): EngineMatch | null;
}

/** Where a hit holds what. */
interface Places {
  readonly hosts: readonly number[];
  readonly numbers: ReadonlyMap<string, number>;
  readonly tailGroup: number;
  readonly newlineGroups: readonly number[];
  readonly hasDottedPort: boolean;
}

/**
 * Compiles a pattern.
 *
 * @param isNested writes out short counts, for V8's linear engine
 * @throws {FilterError} in V8's words
 */
export function compileV8(
  parsed: ParsedPattern,
  isNested: boolean,
): V8Pattern {
  const numbered = printPattern(parsed, { isNested, isNumbered: true });
  const expression = compile(parsed.pattern, numbered.source);
  const numbers = new Map(
    [...parsed.numbers].map((
      [name, number],
    ) => [name, numbered.numbers[number] ?? 0]),
  );
  const hosts = HOST_GROUPS.map((name) => numbers.get(name))
    .filter((number) => number !== undefined);
  const places = { ...numbered, numbers, hosts };
  return {
    source: printPattern(parsed, { isNested }).source,
    exec(text) {
      const hit = expression.exec(text);
      return hit === null ? null : new V8Match(hit, places);
    },
  };
}

class V8Match implements EngineMatch {
  readonly start: number;
  readonly end: number;
  readonly hostEnd: number;
  readonly hasDottedPort: boolean;
  readonly host: string | undefined;
  readonly #hit: RegExpExecArray;
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(hit: RegExpExecArray, places: Places) {
    const { tailGroup, newlineGroups, hasDottedPort, hosts, numbers } = places;
    this.#hit = hit;
    this.#numbers = numbers;
    this.start = hit.index;
    const behind = hit.index + hit[0].length;
    const tail = tailGroup === 0 ? undefined : hit[tailGroup];
    this.hostEnd = tail === undefined ? -1 : behind - tail.length;
    let end = behind;
    for (const group of newlineGroups) if (hit[group] !== undefined) end--;
    this.end = end;
    this.hasDottedPort = hasDottedPort;
    let host: string | undefined;
    for (let i = 0; host === undefined && i < hosts.length; i++) {
      host = hit[hosts[i] ?? 0];
    }
    this.host = host;
  }

  group(name: string): string | undefined {
    const number = this.#numbers.get(name);
    return number === undefined ? undefined : this.#hit[number];
  }
}

function compile(pattern: string, source: string): RegExp {
  try {
    return new RegExp(source);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new FilterError(pattern, 0, message);
  }
}
