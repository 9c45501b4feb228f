/**
 * A prefix pattern that leaves all the rest of the line to the others: only its head has to be run.
 *
 * @module
 */

import { engineOf } from "./engine.ts";
import type { Engine, EngineKind, EngineMatch } from "./engine_types.ts";
import { expandTags } from "./fail2ban_tags.ts";
import type { ParsedPattern } from "./parsed_pattern.ts";
import { preparePattern } from "./prepare_pattern.ts";
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
 * @returns an engine with the same hits, sooner, and what it runs of the pattern; undefined where that ends otherwise
 */
export function createHeadEngine(
  pattern: string,
  { whole, useDns, kind }: HeadOptions,
): { readonly engine: Engine; readonly head: ParsedPattern } | undefined {
  if (!TAIL.test(pattern) || FLAGS.test(pattern)) return undefined;
  const text = expandTags(pattern.replace(TAIL, ""), useDns);
  const prepared = preparePattern(text, kind, {});
  const { parsed: head } = prepared;
  const isRow = head.root.kind !== "branches";
  const engine = engineOf(prepared);
  const groups = [...engine.groups, CONTENT];
  return isRow && groups.join() === whole.groups.join()
    ? { engine: new HeadEngine(engine, whole), head }
    : undefined;
}

class HeadEngine implements Engine {
  readonly kind: EngineKind;
  readonly groups: readonly string[];
  readonly #head: Engine;
  readonly #whole: Engine;

  constructor(head: Engine, whole: Engine) {
    this.kind = head.kind;
    this.groups = whole.groups;
    this.#head = head;
    this.#whole = whole;
  }

  get overruns(): number {
    return this.#head.overruns + this.#whole.overruns;
  }

  exec(text: string): EngineMatch | null {
    const end = text.length - 1;
    if (text.indexOf("\n") !== end) return this.#whole.exec(text);
    const match = this.#head.exec(text);
    if (match === null) return null;
    return match.end < end
      ? new HeadMatch(match, text, this.groups.length - 1)
      : this.#whole.exec(text);
  }
}

/** The hit of a head, and all behind it but the newline at the end. */
class HeadMatch implements EngineMatch {
  readonly start: number;
  readonly end: number;
  readonly restAt: number;
  readonly hasDottedPort: boolean;
  readonly #match: EngineMatch;
  readonly #text: string;
  readonly #contentAt: number;

  /** @param contentAt place of the group that catches the rest */
  constructor(match: EngineMatch, text: string, contentAt: number) {
    this.start = match.start;
    this.end = text.length - 1;
    this.restAt = match.end;
    this.hasDottedPort = match.hasDottedPort;
    this.#match = match;
    this.#text = text;
    this.#contentAt = contentAt;
  }

  get hostEnd(): number {
    return this.#match.hostEnd;
  }

  get host(): string | undefined {
    return this.#match.host;
  }

  group(name: string): string | undefined {
    return name === CONTENT ? this.#rest() : this.#match.group(name);
  }

  groupAt(index: number): string | undefined {
    return index === this.#contentAt
      ? this.#rest()
      : this.#match.groupAt(index);
  }

  #rest(): string {
    return this.#text.slice(this.restAt, this.end);
  }
}
