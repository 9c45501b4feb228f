/**
 * A jail's patterns as fail2ban runs them: prefix pattern, ignore patterns in their order, several lines, connections.
 *
 * @module
 */

import { LineLane } from "./bytes/line_lane.ts";
import type { ProgramParts } from "./bytes/line_layout.ts";
import { ASK, NOTHING, type ProgramPattern } from "./bytes/line_program.ts";
import { Row } from "./bytes/line_result.ts";
import type { Caught } from "./caught.ts";
import { GroupReader, GroupTable } from "./caught_groups.ts";
import { type CaughtTexts, GROUP } from "./group_places.ts";
import {
  type BindOptions,
  bindPatterns,
  type BoundPatterns,
} from "./bind_patterns.ts";
import type { CompiledPattern } from "./compile.ts";
import { compileExact, compilePrefix } from "./compile_exact.ts";
import { ConnectionCache } from "./connection_cache.ts";
import type { EngineMatch } from "./engine_types.ts";
import { ID_GROUPS } from "./fail2ban_tags.ts";
import { FilterError } from "./filter_error.ts";
import { CONTENT } from "./head_engine.ts";
import { joinLines, type SeenLine, splitAtMatch } from "./line_buffer.ts";
import type { LineHits } from "./line_hits.ts";
import { literalsInJail } from "./literals_in_jail.ts";
import { goOn, type LinePass } from "./line_pass.ts";
import { PerLog } from "./per_log.ts";
import { Opener } from "./opener.ts";
import type { StampMemo } from "./stamp_memo.ts";
import { Remainder, type Subject, subjectOf } from "./subject.ts";
import type { MatchJail } from "./types.ts";

/** A line. */
export interface ExactLine {
  /** Without its date: what patterns see. */
  readonly subject: Subject;
  /** As it was, without a newline. */
  readonly whole: string;
  /** Number of the stamp that it begins with; 0 where that is not remembered. */
  readonly stamp: number;
  /** The wall clock. */
  readonly nowSeconds: number;
  /** Whether it is known when the line was written; without that, it is no failure. */
  readonly isTimed: boolean;
}

/** A hit that is a failure, as far as the patterns can tell; one object for all. */
export interface ExactHit {
  /** Index of the fail pattern. */
  readonly pattern: number;
  /** By its patterns and, where it is a connection's, by those of earlier lines; until the next line. */
  readonly caught: Caught;
  readonly told: Told;
}

/** What is known beside what was caught. */
export interface Told {
  /** Lines that are reported with the hit, the last one included; undefined for that one alone. */
  readonly lines: readonly string[] | undefined;
  /** Users that the connection tried, where it is one. */
  readonly users: readonly string[] | undefined;
  /** To be set where the hit does not tell whose failure it is: a later line of its connection will. */
  isPending: boolean;
}

/** How a filter is bound. */
export interface ExactFilterOptions extends BindOptions {
  /** Whether somebody looks at the lines of a failure. */
  readonly takesText: (jail: string) => boolean;
}

/** What a log's lines told that later ones are read by. */
interface LineMemory {
  readonly connections: ConnectionCache;
  /** The last lines, where several are searched together. */
  buffer: readonly SeenLine[];
}

const NO_LINES: readonly SeenLine[] = [];

/** Of a hit that is no connection's: whose it is it tells itself, or nobody. */
const NOTHING_TOLD: Told = {
  lines: undefined,
  users: undefined,
  isPending: false,
};

/** One jail's patterns, with the memory that they need. */
export class ExactFilter {
  readonly jail: MatchJail;
  readonly patterns: BoundPatterns;
  /** Lines that an ignore pattern took back. */
  ignored = 0;
  /** Places of the groups of all patterns. */
  readonly groups = new GroupTable();
  readonly #prefixReader: GroupReader;
  /** Place of what the prefix pattern leaves to the others; -1 where it leaves all. */
  readonly #contentAt: number;
  /** What the prefix pattern found in the line at hand. */
  #prefixMatch: EngineMatch | null = null;
  /** What it leaves to the others. */
  readonly #content = new Remainder();
  readonly #opener: Opener;
  readonly #ignoreOpener: Opener;
  readonly #readers: readonly GroupReader[];
  readonly #ignoresEarly: boolean;
  readonly #lane: LineLane;
  readonly #maxLines: number;
  readonly #takesText: (jail: string) => boolean;
  /** By the line at hand. */
  readonly #caught: Caught;
  readonly #hit: { -readonly [Key in keyof ExactHit]: ExactHit[Key] };
  readonly #memory = new PerLog<LineMemory>(() => ({
    connections: new ConnectionCache(() => this.groups.createCaught()),
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
      : compilePrefix(jail.prefixPattern, jail, options.engine);
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
    this.#opener = new Opener(this.patterns.fail);
    this.#ignoreOpener = new Opener(this.patterns.ignore);
    const prefixGroups = prefix?.engine.groups ?? [];
    this.#contentAt = prefixGroups.indexOf(CONTENT);
    this.#prefixReader = new GroupReader(prefixGroups, this.groups, CONTENT);
    this.#readers = fail.map(({ engine }) =>
      new GroupReader(engine.groups, this.groups)
    );
    const caught = this.#caught = this.groups.createCaught();
    this.#hit = { pattern: 0, caught, told: NOTHING_TOLD };
    this.#ignoresEarly = ignore.length > 0 && ignore.length < fail.length - 2;
    this.#lane = new LineLane(this.#toProgram(), options.room);
  }

  /** Goes over to a log. */
  enter(log: WeakKey): void {
    this.#memory.enter(log);
  }

  /** Told behind the last line of each chunk. */
  endChunk(): void {
    this.#memory.used?.connections.endChunk();
    this.#caught.forget();
    this.#lane.endChunk();
  }

  /** Runs the patterns on a line in the memory, before it is decoded and cut; see `LineLane`. */
  decideLine(pass: LinePass, hits: LineHits, stamps: StampMemo): number {
    return this.#lane.decideLine(pass, hits, stamps);
  }

  /** Runs the patterns on lines behind that one; see `LineLane`. @returns hits, to be caught by their rows */
  decideLines(isAscii: boolean, stamps: StampMemo): number {
    return this.#lane.decideLines(isAscii, stamps);
  }

  /** Lines that were gone over so. */
  get linesAhead(): number {
    return this.#lane.linesAhead;
  }

  /** Goes to the line of a hit, and takes what the pattern caught. @param pass stands at a line before it */
  catchRow(line: ExactLine, pass: LinePass, row: number): ExactHit | undefined {
    const result = this.#lane.goToRow(row);
    if (result === undefined) return undefined;
    const { words, at } = result;
    goOn(pass, words[at + Row.start] ?? 0, words[at + Row.end] ?? 0);
    return this.catch(line, pass, words[at + Row.index] ?? 0);
  }

  /** Takes what a pattern caught in a line that was decided about. @param pass stands at it */
  catch(
    line: ExactLine,
    { chunk, place, start }: LinePass,
    index: number,
  ): ExactHit | undefined {
    const { result } = this.#lane;
    if (result === undefined) return undefined;
    this.#caught.open(result, chunk, place - start);
    return this.#merge(index, line, undefined);
  }

  /**
   * Runs the patterns on a line that was cut; the first fail pattern that hits decides.
   *
   * @param decided what `decideLine` said, if it did not decide
   */
  process(
    line: ExactLine,
    hits: LineHits,
    decided: number,
  ): ExactHit | undefined {
    const { subject, stamp, isTimed } = line;
    if (decided === ASK || !isTimed) return this.#tryAll(line, hits);
    const index = this.#lane.decide(subject, hits, stamp);
    if (index === NOTHING) return undefined;
    const { result } = this.#lane;
    if (index < 0 || result === undefined) return this.#tryAll(line, hits);
    const { source, offset, from } = subject;
    this.#caught.open(result, source, from - offset);
    return this.#merge(index, line, undefined);
  }

  /** @returns undefined where several lines are searched together, or groups of all lines have to be put together */
  #toProgram(): ProgramParts<ProgramPattern> | undefined {
    const prefixReader = this.#prefixReader;
    if (this.#maxLines > 1 || !prefixReader.isPlain) return undefined;
    const { prefix, fail, ignore } = this.patterns;
    return {
      prefix: prefix &&
        { pattern: prefix, places: prefixReader.places, isPlain: true },
      fail: fail.map((pattern, index) => {
        const { places = [], isPlain = false } = this.#readers[index] ?? {};
        return { pattern, places, isPlain };
      }),
      ignore: ignore.map((pattern) => ({ pattern, places: [], isPlain: true })),
      opener: this.#opener,
      ignoreOpener: this.#ignoreOpener,
      ignoresEarly: this.#ignoresEarly,
      groupCount: this.groups.size,
    };
  }

  /** Runs one pattern after the other. */
  #tryAll(line: ExactLine, hits: LineHits): ExactHit | undefined {
    const isOne = this.#maxLines === 1;
    const lines = isOne ? NO_LINES : this.#remember(line);
    const subject = isOne ? line.subject : subjectOf(joinLines(lines));
    if (this.#ignoresEarly && this.#isIgnored(subject)) return undefined;
    const content = this.#cutPrefix(subject);
    if (content === undefined) return undefined;
    for (const index of this.#opener.candidates(content)) {
      const pattern = this.patterns.fail[index];
      if (pattern === undefined || !hits.has(pattern.slot)) continue;
      if (!pattern.mayMatch(content)) continue;
      const match = pattern.exec(content, this.#lane.isSampled);
      if (match === null) continue;
      const split = isOne ? undefined : splitAtMatch(lines, {
        match,
        groups: pattern.groups,
        text: content.text,
      });
      const isIgnored = this.#isIgnored(
        split === undefined ? content : subjectOf(joinLines(split.matched)),
      );
      if (!isIgnored && !line.isTimed) continue;
      if (split !== undefined) this.#memory.current.buffer = split.unmatched;
      if (isIgnored) return undefined;
      this.#caught.openTexts(this.#readTexts(index, match));
      return this.#merge(index, line, split?.matched);
    }
    return undefined;
  }

  /** Several lines are searched together only where the filter asks for it. */
  #remember({ subject, whole }: ExactLine): readonly SeenLine[] {
    const line = { text: subject.text.slice(0, -1), whole };
    const memory = this.#memory.current;
    return memory.buffer = [...memory.buffer, line].slice(-this.#maxLines);
  }

  #isIgnored(subject: Subject): boolean {
    const { ignore } = this.patterns;
    for (const index of this.#ignoreOpener.candidates(subject)) {
      const pattern = ignore[index];
      if (pattern === undefined || !pattern.mayMatch(subject)) continue;
      if (pattern.exec(subject, this.#lane.isSampled) === null) continue;
      this.ignored++;
      return true;
    }
    return false;
  }

  /** @returns what fail patterns are run on; undefined where there is a prefix pattern and it does not match */
  #cutPrefix(subject: Subject): Subject | undefined {
    const { prefix } = this.patterns;
    if (prefix === undefined) return subject;
    const match = this.#prefixMatch = prefix.exec(
      subject,
      this.#lane.isSampled,
    );
    if (match === null) return undefined;
    if (match.restAt === undefined) return this.#readContent(subject, match);
    this.#content.open(subject, match.restAt);
    return this.#content;
  }

  /** @returns what the prefix pattern's group caught, ended by a newline; the text itself where that is nothing */
  #readContent(subject: Subject, match: EngineMatch): Subject {
    const content = this.#contentAt < 0
      ? undefined
      : match.groupAt(this.#contentAt);
    if (content === undefined || content === "") return subject;
    if (this.#maxLines > 1) {
      this.#memory.current.buffer = [{ text: content, whole: content }];
    }
    this.#content.openText(`${content}\n`);
    return this.#content;
  }

  #readTexts(index: number, match: EngineMatch): CaughtTexts {
    const texts = this.#readers[index]?.read(match) ??
      this.groups.createTexts();
    if (this.#prefixMatch !== null) {
      this.#prefixReader.fill(texts, this.#prefixMatch);
    }
    return texts;
  }

  #merge(
    pattern: number,
    line: ExactLine,
    matched: readonly SeenLine[] | undefined,
  ): ExactHit | undefined {
    const takesText = this.#takesText(this.jail.name);
    const lines = takesText ? matched?.map(({ whole }) => whole) : undefined;
    const caught = this.#caught;
    if (!caught.has(GROUP.mlfid)) {
      if (caught.says(GROUP.nofail)) return undefined;
      const told = lines === undefined
        ? NOTHING_TOLD
        : { ...NOTHING_TOLD, lines };
      return this.#toHit(pattern, caught, told);
    }
    const connection = this.#memory.current.connections.merge(
      caught,
      takesText ? lines ?? [line.whole] : undefined,
      line.nowSeconds,
    );
    return connection && this.#toHit(pattern, connection.latest, connection);
  }

  #toHit(pattern: number, caught: Caught, told: Told): ExactHit {
    const hit = this.#hit;
    hit.pattern = pattern;
    hit.caught = caught;
    hit.told = told;
    return hit;
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
