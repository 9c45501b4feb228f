/**
 * A prefix pattern that leaves all the rest of the line to the others: only its head has to be run.
 *
 * @module
 */

import { createEngine } from "./engine.ts";
import type { Engine, EngineKind, EngineMatch } from "./engine_types.ts";
import { expandTags } from "./fail2ban_tags.ts";
import { parsePattern } from "./parse_pattern.ts";
import type { UseDns } from "../config/types.ts";

/** Group of a prefix pattern that catches what it leaves to the others. */
export const CONTENT = "content";

/** What such patterns end with: most do. */
const TAIL = /<F-CONTENT>\.[*+]<\/F-CONTENT>\$$/;

/** Flags could make the tail something else. */
const FLAGS = /\(\?[aiLmsux]/;

/** How the pattern was compiled. */
export interface HeadOptions {
  /** The engine of the whole pattern: for texts that are no single line, and where nothing is left. */
  readonly whole: Engine;
  readonly useDns: UseDns | undefined;
  /** Forces an engine. */
  readonly kind: EngineKind | undefined;
}

/**
 * Makes the engine of a prefix pattern.
 *
 * Behind a head that matched, `.*$` always matches, up to the newline that ends the text: the first head that is found is
 * the whole pattern's, and trying the rest character for character takes longer than all else.
 *
 * @param pattern of one line, with its tags
 * @returns the same hits sooner; `whole` where the pattern ends otherwise
 */
export function createHeadEngine(
  pattern: string,
  { whole, useDns, kind }: HeadOptions,
): Engine {
  if (!TAIL.test(pattern) || FLAGS.test(pattern)) return whole;
  const text = expandTags(pattern.replace(TAIL, ""), useDns);
  const isRow = parsePattern(text).root.kind !== "branches";
  const head = createEngine(text, kind);
  const groups = [...head.groups, CONTENT];
  return isRow && groups.join() === whole.groups.join()
    ? new HeadEngine(head, whole)
    : whole;
}

class HeadEngine implements Engine {
  readonly #head: Engine;
  readonly #whole: Engine;

  constructor(head: Engine, whole: Engine) {
    this.#head = head;
    this.#whole = whole;
  }

  get kind(): EngineKind {
    return this.#head.kind;
  }

  get source(): string {
    return this.#whole.source;
  }

  get groups(): readonly string[] {
    return this.#whole.groups;
  }

  get overruns(): number {
    return this.#head.overruns + this.#whole.overruns;
  }

  exec(text: string): EngineMatch | null {
    const end = text.length - 1;
    if (text.indexOf("\n") !== end) return this.#whole.exec(text);
    const match = this.#head.exec(text);
    if (match === null) return null;
    const from = match.end;
    return from < end
      ? new HeadMatch(match, { text, from, end, at: this.groups.length - 1 })
      : this.#whole.exec(text);
  }
}

/** What the head left. */
interface Rest {
  readonly text: string;
  readonly from: number;
  readonly end: number;
  /** Place of its group. */
  readonly at: number;
}

class HeadMatch implements EngineMatch {
  readonly #match: EngineMatch;
  readonly #rest: Rest;

  constructor(match: EngineMatch, rest: Rest) {
    this.#match = match;
    this.#rest = rest;
  }

  get start(): number {
    return this.#match.start;
  }

  get end(): number {
    return this.#rest.end;
  }

  get restAt(): number {
    return this.#rest.from;
  }

  get hostEnd(): number {
    return this.#match.hostEnd;
  }

  get hasDottedPort(): boolean {
    return this.#match.hasDottedPort;
  }

  get host(): string | undefined {
    return this.#match.host;
  }

  group(name: string): string | undefined {
    return name === CONTENT ? this.#content : this.#match.group(name);
  }

  groupAt(index: number): string | undefined {
    return index === this.#rest.at ? this.#content : this.#match.groupAt(index);
  }

  get #content(): string {
    const { text, from, end } = this.#rest;
    return text.slice(from, end);
  }
}
