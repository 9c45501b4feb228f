/**
 * A jail's patterns as fail2ban runs them: prefix pattern, ignore patterns in their order, several lines, connections.
 *
 * @module
 */

import { type CaughtGroups, fillGroups, GroupReader } from "./caught_groups.ts";
import {
  type BindOptions,
  bindPatterns,
  type BoundPatterns,
} from "./bind_patterns.ts";
import type { CompiledPattern } from "./compile.ts";
import { compileExact } from "./compile_exact.ts";
import { ConnectionCache, type ConnectionState } from "./connection_cache.ts";
import { ID_GROUPS } from "./fail2ban_tags.ts";
import { FilterError } from "./filter_error.ts";
import { joinLines, type SeenLine, splitAtMatch } from "./line_buffer.ts";
import type { LineHits } from "./line_hits.ts";
import { literalsInJail } from "./literals_in_jail.ts";
import { PerLog } from "./per_log.ts";
import type { MatchJail } from "./types.ts";

/** A line. */
export interface ExactLine {
  /** Without its date, ended by a newline: what patterns see. */
  readonly text: string;
  /** As it was, without a newline. */
  readonly whole: string;
  /** The wall clock. */
  readonly nowSeconds: number;
  /** Whether it is known when the line was written; without that, it is no failure. */
  readonly isTimed: boolean;
}

/** A hit that is a failure, as far as the patterns can tell. */
export interface ExactHit {
  /** Index of the fail pattern. */
  readonly pattern: number;
  readonly groups: Readonly<CaughtGroups>;
  /** Lines that are reported with it, the last one included. */
  readonly lines: readonly string[];
  /** Users that the connection tried, where it is one. */
  readonly users: readonly string[] | undefined;
  /** To be set where the hit does not tell whose failure it is: a later line will. */
  readonly connection: ConnectionState | undefined;
}

/** How a filter is bound. */
export interface ExactFilterOptions extends BindOptions {
  /** Whether somebody looks at the lines of a failure. */
  readonly takesText: (jail: string) => boolean;
}

/** What a prefix pattern made of a line. */
interface Searched {
  readonly text: string;
  readonly groups: CaughtGroups | undefined;
}

/** What a log's lines told that later ones are read by. */
interface LineMemory {
  readonly connections: ConnectionCache;
  /** The last lines, where several are searched together. */
  buffer: readonly SeenLine[];
}

const NO_LINES: readonly SeenLine[] = [];
const NO_TEXTS: readonly string[] = [];

/** One jail's patterns, with the memory that they need. */
export class ExactFilter {
  readonly jail: MatchJail;
  readonly patterns: BoundPatterns;
  /** Lines that an ignore pattern took back. */
  ignored = 0;
  readonly #prefixReader: GroupReader;
  readonly #readers: readonly GroupReader[];
  readonly #ignoresEarly: boolean;
  readonly #maxLines: number;
  readonly #takesText: (jail: string) => boolean;
  readonly #memory = new PerLog<LineMemory>(() => ({
    connections: new ConnectionCache(),
    buffer: [],
  }));

  /** @throws {FilterError} when a pattern cannot be used */
  constructor(jail: MatchJail, options: ExactFilterOptions) {
    this.jail = jail;
    this.#takesText = options.takesText;
    this.#maxLines = jail.maxLines ?? 1;
    const compile = (pattern: string) =>
      compileExact(pattern, jail, options.engine);
    const prefix = jail.prefixPattern === undefined
      ? undefined
      : compile(jail.prefixPattern);
    const fail = jail.failPatterns.map(compile);
    const ignore = jail.ignorePatterns.map(compile);
    requireIds(jail, prefix, fail);
    const filterable = fail.map((pattern) => ({
      ...pattern,
      literals: literalsInJail(pattern, jail, prefix),
    }));
    const { name } = jail;
    this.patterns = bindPatterns(
      { jail: name, fail: filterable, ignore, prefix },
      options,
    );
    this.#prefixReader = new GroupReader(prefix?.engine.groups ?? []);
    this.#readers = fail.map(({ engine }) => new GroupReader(engine.groups));
    this.#ignoresEarly = ignore.length > 0 && ignore.length < fail.length - 2;
  }

  /** Goes over to a log. */
  enter(log: WeakKey): void {
    this.#memory.enter(log);
  }

  /** Runs the patterns on a line; the first fail pattern that hits decides. */
  process(line: ExactLine, hits: LineHits): ExactHit | undefined {
    const isOne = this.#maxLines === 1;
    const lines = isOne ? NO_LINES : this.#remember(line);
    const text = isOne ? line.text : joinLines(lines);
    if (this.#ignoresEarly && this.#isIgnored(text)) return undefined;
    const searched = this.#cutPrefix(text);
    if (searched === undefined) return undefined;
    const { fail } = this.patterns;
    for (let index = 0; index < fail.length; index++) {
      const pattern = fail[index];
      if (pattern === undefined || !hits.has(pattern.slot)) continue;
      if (!pattern.mayMatch(searched.text)) continue;
      const match = pattern.exec(searched.text);
      if (match === null) continue;
      const { matched, unmatched } = splitAtMatch(lines, {
        match,
        groups: pattern.groups,
        text: searched.text,
      });
      const judged = isOne ? searched.text : joinLines(matched);
      const isIgnored = this.#isIgnored(judged);
      if (!isIgnored && !line.isTimed) continue;
      if (!isOne) this.#memory.current.buffer = unmatched;
      if (isIgnored) return undefined;
      const caught = this.#readers[index]?.read(match) ?? {};
      const groups = fillGroups(caught, searched.groups);
      const told = isOne ? [line.whole] : matched.map(({ whole }) => whole);
      const { nowSeconds } = line;
      return this.#merge(index, groups, { lines: told, nowSeconds });
    }
    return undefined;
  }

  /** Several lines are searched together only where the filter asks for it. */
  #remember({ text, whole }: ExactLine): readonly SeenLine[] {
    const line = { text: text.slice(0, -1), whole };
    const memory = this.#memory.current;
    return memory.buffer = [...memory.buffer, line].slice(-this.#maxLines);
  }

  #isIgnored(text: string): boolean {
    const isIgnored = this.patterns.ignore.some((pattern) =>
      pattern.mayMatch(text) && pattern.exec(text) !== null
    );
    if (isIgnored) this.ignored++;
    return isIgnored;
  }

  /** @returns undefined where there is a prefix pattern and it does not match */
  #cutPrefix(text: string): Searched | undefined {
    const { prefix } = this.patterns;
    if (prefix === undefined) return { text, groups: undefined };
    const match = prefix.exec(text);
    if (match === null) return undefined;
    const groups = this.#prefixReader.read(match);
    const { content } = groups;
    groups.content = undefined;
    if (content === undefined || content === "") return { text, groups };
    if (this.#maxLines > 1) {
      this.#memory.current.buffer = [{ text: content, whole: content }];
    }
    // What was caught to the end of the line needs no copy.
    const end = text.length - 1;
    const isRest = match.end >= end && text.endsWith(content, end) &&
      text.endsWith("\n");
    return {
      text: isRest ? text.slice(end - content.length) : `${content}\n`,
      groups,
    };
  }

  #merge(
    pattern: number,
    groups: CaughtGroups,
    { lines, nowSeconds }: {
      readonly lines: readonly string[];
      readonly nowSeconds: number;
    },
  ): ExactHit | undefined {
    const { mlfid } = groups;
    if (mlfid === undefined) {
      return groups.nofail
        ? undefined
        : { pattern, groups, lines, users: undefined, connection: undefined };
    }
    const takesText = this.#takesText(this.jail.name);
    const state = this.#memory.current.connections.merge(mlfid, {
      groups,
      lines: takesText ? lines : NO_TEXTS,
      nowSeconds,
    });
    if (state.groups.nofail) return undefined;
    return {
      pattern,
      groups: state.groups,
      lines: takesText ? state.lines ?? [] : lines,
      users: state.users && [...state.users],
      connection: state,
    };
  }
}

/** A failure is somebody's: the pattern or the prefix pattern must be able to say whose. */
function requireIds(
  jail: MatchJail,
  prefix: CompiledPattern | undefined,
  fail: readonly CompiledPattern[],
): void {
  const tells = ({ engine }: CompiledPattern) =>
    ID_GROUPS.some((name) => engine.groups.includes(name));
  if (prefix !== undefined && tells(prefix)) return;
  const index = fail.findIndex((pattern) => !tells(pattern));
  if (index < 0) return;
  throw new FilterError(
    jail.failPatterns[index] ?? "",
    0,
    "no group catches the host, expected <HOST>",
  );
}
