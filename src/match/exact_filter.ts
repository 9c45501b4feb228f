/**
 * A jail's patterns as fail2ban runs them: prefix pattern, ignore patterns in their order, several lines, connections.
 *
 * @module
 */

import { type CaughtGroups, fillGroups, GroupReader } from "./caught_groups.ts";
import { compilePattern } from "./compile.ts";
import { ConnectionCache, type ConnectionState } from "./connection_cache.ts";
import type { Engine } from "./engine.ts";
import { expandTags, ID_GROUPS } from "./fail2ban_tags.ts";
import { FilterError } from "./filter_error.ts";
import { bindLiterals, type JailFilterOptions } from "./jail_filter.ts";
import { joinLines, type SeenLine, splitAtMatch } from "./line_buffer.ts";
import type { LineHits } from "./line_hits.ts";
import { EVERY_LINE } from "./literal_table.ts";
import { pickBetter } from "./literal_sets.ts";
import type { RequiredLiterals } from "./literals.ts";
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

interface ExactPattern {
  readonly engine: Engine;
  readonly reader: GroupReader;
  readonly literals: RequiredLiterals;
}

interface BoundPattern extends ExactPattern {
  /** Met by lines that hold one of its literals or of the prefix pattern's, or by every line. */
  readonly slot: number;
}

/** What a prefix pattern made of a line. */
interface Searched {
  readonly text: string;
  readonly groups: CaughtGroups | undefined;
}

/** One jail's patterns, with the memory that they need. */
export class ExactFilter {
  readonly jail: MatchJail;
  /** Met by lines that have to be processed. */
  readonly slot: number;
  /** Lines that an ignore pattern took back. */
  ignored = 0;
  readonly #prefix: ExactPattern | undefined;
  readonly #fail: readonly BoundPattern[];
  readonly #ignore: readonly Engine[];
  readonly #ignoresEarly: boolean;
  readonly #maxLines: number;
  readonly #connections = new ConnectionCache();
  #buffer: readonly SeenLine[] = [];

  /** @throws {FilterError} when a pattern cannot be used */
  constructor(jail: MatchJail, options: JailFilterOptions) {
    this.jail = jail;
    this.#maxLines = jail.maxLines ?? 1;
    const compile = createCompiler(jail, options);
    this.#prefix = jail.prefixPattern === undefined
      ? undefined
      : compile(jail.prefixPattern);
    const fail = jail.failPatterns.map(compile);
    requireIds(jail, this.#prefix, fail);
    const slots = bindLiterals(
      fail.map(({ literals }) => combineLiterals(literals, this.#prefix)),
      { ...options, prefilter: options.prefilter && isFilterable(jail) },
    );
    this.slot = slots.jail;
    this.#fail = fail.map((pattern, index) => ({
      ...pattern,
      slot: slots.patterns[index] ?? EVERY_LINE,
    }));
    this.#ignore = jail.ignorePatterns.map((pattern) =>
      compile(pattern).engine
    );
    this.#ignoresEarly = this.#ignore.length > 0 &&
      this.#ignore.length < this.#fail.length - 2;
  }

  /** Runs the patterns on a line; the first fail pattern that hits decides. */
  process(line: ExactLine, hits: LineHits): ExactHit | undefined {
    const lines = this.#remember(line);
    const text = this.#maxLines > 1 ? joinLines(lines) : line.text;
    if (this.#ignoresEarly && this.#isIgnored(text)) return undefined;
    const searched = this.#cutPrefix(text);
    if (searched === undefined) return undefined;
    for (let index = 0; index < this.#fail.length; index++) {
      const pattern = this.#fail[index];
      if (pattern === undefined || !hits.has(pattern.slot)) continue;
      const match = pattern.engine.exec(searched.text);
      if (match === null) continue;
      const { matched, unmatched } = splitAtMatch(lines, match, searched.text);
      const judged = this.#maxLines > 1 ? joinLines(matched) : searched.text;
      const isIgnored = this.#isIgnored(judged);
      if (!isIgnored && !line.isTimed) continue;
      this.#buffer = unmatched;
      if (isIgnored) return undefined;
      const groups = fillGroups(pattern.reader.read(match), searched.groups);
      const { nowSeconds } = line;
      return this.#merge(index, groups, { matched, nowSeconds });
    }
    return undefined;
  }

  /** Several lines are searched together only where the filter asks for it. */
  #remember({ text, whole }: ExactLine): readonly SeenLine[] {
    const line = { text: text.slice(0, -1), whole };
    this.#buffer = this.#maxLines > 1
      ? [...this.#buffer, line].slice(-this.#maxLines)
      : [line];
    return this.#buffer;
  }

  #isIgnored(text: string): boolean {
    if (!this.#ignore.some((engine) => engine.exec(text) !== null)) {
      return false;
    }
    this.ignored++;
    return true;
  }

  /** @returns undefined where there is a prefix pattern and it does not match */
  #cutPrefix(text: string): Searched | undefined {
    if (this.#prefix === undefined) return { text, groups: undefined };
    const match = this.#prefix.engine.exec(text);
    if (match === null) return undefined;
    const groups = this.#prefix.reader.read(match);
    const { content } = groups;
    groups.content = undefined;
    if (content === undefined || content === "") return { text, groups };
    this.#buffer = [{ text: content, whole: content }];
    return { text: `${content}\n`, groups };
  }

  #merge(
    pattern: number,
    groups: CaughtGroups,
    { matched, nowSeconds }: {
      readonly matched: readonly SeenLine[];
      readonly nowSeconds: number;
    },
  ): ExactHit | undefined {
    const lines = matched.map(({ whole }) => whole);
    const { mlfid } = groups;
    if (mlfid === undefined) {
      return groups.nofail
        ? undefined
        : { pattern, groups, lines, users: undefined, connection: undefined };
    }
    const state = this.#connections.merge(mlfid, { groups, lines, nowSeconds });
    if (state.groups.nofail) return undefined;
    return {
      pattern,
      groups: state.groups,
      lines: state.lines ?? [],
      users: state.users && [...state.users],
      connection: state,
    };
  }
}

type Compiler = (pattern: string) => ExactPattern;

function createCompiler(
  { maxLines = 1, useDns }: MatchJail,
  { engine: kind }: JailFilterOptions,
): Compiler {
  const multiLine = maxLines > 1;
  return (pattern) => {
    const { engine, literals } = compilePattern(
      expandTags(pattern, useDns),
      { role: "ignore", engine: kind, multiLine },
    );
    return { engine, reader: new GroupReader(engine.groups), literals };
  };
}

/** What a fail pattern sees is a part of what the prefix pattern saw, so the literals of either will do. */
function combineLiterals(
  own: RequiredLiterals,
  prefix: ExactPattern | undefined,
): RequiredLiterals {
  if (prefix === undefined || "declined" in prefix.literals) return own;
  if ("declined" in own) return prefix.literals;
  const better = pickBetter(own.literals, prefix.literals.literals);
  return { literals: better ?? own.literals };
}

/** Whether a line tells by itself that nothing comes of it. */
function isFilterable({ maxLines = 1, datePattern }: MatchJail): boolean {
  return maxLines === 1 && cutsWholeWords(datePattern);
}

/** A failure is somebody's: the pattern or the prefix pattern must be able to say whose. */
function requireIds(
  jail: MatchJail,
  prefix: ExactPattern | undefined,
  fail: readonly ExactPattern[],
): void {
  const tells = ({ engine }: ExactPattern) =>
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

/**
 * Whether a date pattern leaves no word of a line in two: literals of patterns are split for dates that begin and end with a
 * word character and stand apart. Where a pattern of the user's own may do otherwise, every line is looked at.
 */
function cutsWholeWords(datePattern: string | undefined): boolean {
  if (datePattern === undefined) return true;
  return datePattern.split("\n").every((line) =>
    /^\{(?:\^LN-BEG|DEFAULT|NONE)\}$/.test(line) ||
    /^\^?%(?![kl])[A-Za-z](?:[^({|]|\(\?:)*%(?:Ex)?[A-Za-z]$/.test(line) &&
      !line.includes("**")
  );
}
