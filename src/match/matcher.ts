/**
 * Finds failures in chunks of lines, for all jails of one source in one scan.
 *
 * @module
 */

import type { DateFormat } from "../config/types.ts";
import type { Chunk } from "../source/types.ts";
import type { LocalTime } from "./date/stamp_clock.ts";
import type { EngineKind, EngineMatch } from "./engine.ts";
import { caughtUser, createHost, printHost, readHost } from "./host.ts";
import { JailFilter, LiteralTable } from "./jail_filter.ts";
import { LineCutter } from "./line_cutter.ts";
import { LiteralScan, NOWHERE } from "./literal_scan.ts";
import { guessStamp, judgeStamp } from "./time_sanity.ts";
import type {
  Failure,
  FailureSink,
  MatchCounts,
  Matcher,
  MatchJail,
} from "./types.ts";

/** How to match. */
export interface MatcherOptions {
  /** Takes every stamp as it is, however old: for reading an archived log. Default false. */
  readonly trustsStamps?: boolean;
  /** Turns times without a zone into seconds; default the machine's zone. */
  readonly localTime?: LocalTime;
  /** Forces an engine; default: for each pattern the fastest whose time is bounded. */
  readonly engine?: EngineKind;
  /** Default true; false runs every pattern on every line: the naive way, to compare with. */
  readonly prefilter?: boolean;
}

/**
 * Makes the matcher of one source.
 *
 * @param jails all that read the source
 * @throws {FilterError} when a pattern cannot be used; `checkPattern` tells before
 */
export function createMatcher(
  jails: readonly MatchJail[],
  options: MatcherOptions = {},
): Matcher {
  return new ChunkMatcher(jails, options);
}

interface BoundJail {
  readonly filter: JailFilter;
  readonly cutter: LineCutter;
}

/** A line of the chunk's text; one object for all. */
interface MutableSpan {
  from: number;
  to: number;
}

/** What holds for all lines of a chunk. */
interface Pass {
  readonly text: string;
  readonly nowSeconds: number;
  readonly isCatchUp: boolean;
  readonly emit: FailureSink;
}

type MutableFailure = { -readonly [Key in keyof Failure]: Failure[Key] };

class ChunkMatcher implements Matcher {
  readonly counts: MatchCounts = {
    lines: 0,
    candidates: 0,
    failures: 0,
    ignored: 0,
    tooOld: 0,
    undated: 0,
  };
  readonly #jails: readonly BoundJail[];
  /** One a date format: jails that agree on it share its work. */
  readonly #cutters: readonly LineCutter[];
  readonly #scan: LiteralScan;
  readonly #meetsEveryLine: boolean;
  readonly #trustsStamps: boolean;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #span: MutableSpan = { from: 0, to: 0 };
  readonly #host = createHost();
  readonly #failure: MutableFailure;

  constructor(jails: readonly MatchJail[], options: MatcherOptions) {
    const { prefilter = true, engine, localTime } = options;
    const table = new LiteralTable();
    const cutters = new Map<DateFormat, LineCutter>();
    this.#jails = jails.map((jail) => {
      const cutter = cutters.get(jail.dateFormat) ??
        new LineCutter(jail.dateFormat, localTime);
      cutters.set(jail.dateFormat, cutter);
      return {
        filter: new JailFilter(jail, { table, prefilter, engine }),
        cutter,
      };
    });
    this.#cutters = [...cutters.values()];
    this.#scan = new LiteralScan(table.literals);
    this.#meetsEveryLine = this.#jails.some(({ filter }) =>
      filter.meetsEveryLine
    );
    this.#trustsStamps = options.trustsStamps ?? false;
    this.#failure = createFailure(this.#host.words);
  }

  match(chunk: Chunk, nowSeconds: number, emit: FailureSink): void {
    const text = this.#decoder.decode(chunk.bytes);
    const pass = { text, nowSeconds, emit, isCatchUp: chunk.isCatchUp };
    this.counts.lines += countLines(text);
    for (const cutter of this.#cutters) cutter.place = -1;
    this.#scan.begin(text);
    let at = 0;
    while (at < text.length) {
      const hit = this.#meetsEveryLine ? at : this.#scan.nearest();
      if (hit === NOWHERE) break;
      const newline = text.indexOf("\n", hit);
      const end = newline < 0 ? text.length : newline;
      this.#span.from = hit === at ? at : text.lastIndexOf("\n", hit) + 1;
      this.#span.to = withoutReturns(text, this.#span.from, end);
      this.#matchLine(pass);
      at = end + 1;
      this.#scan.skipTo(at);
    }
    this.#scan.end();
  }

  #matchLine(pass: Pass): void {
    this.counts.candidates++;
    for (const { filter, cutter } of this.#jails) {
      if (!filter.isCandidate(this.#scan, this.#span.to)) continue;
      if (cutter.place !== this.#span.from) {
        cutter.cut(pass.text, this.#span, pass.nowSeconds);
      }
      const match = filter.findFailure(
        cutter.text,
        this.#scan,
        this.#span.to,
      );
      if (match === undefined) continue;
      if (filter.isIgnored(cutter.text)) this.counts.ignored++;
      else if (readHost(cutter.text, match, this.#host)) {
        this.#emitFailure(pass, { filter, cutter }, match);
      }
    }
  }

  #emitFailure(
    pass: Pass,
    { filter, cutter }: BoundJail,
    match: EngineMatch,
  ): void {
    const timeSeconds = this.#timeOf(pass, filter, cutter);
    if (Number.isNaN(timeSeconds)) {
      this.counts.tooOld++;
      return;
    }
    this.counts.failures++;
    if (!cutter.isDated) this.counts.undated++;
    const failure = this.#failure;
    failure.jail = filter.jail.name;
    failure.host = printHost(this.#host);
    failure.prefix = this.#host.prefix;
    failure.timeSeconds = timeSeconds;
    failure.pattern = filter.hitPattern;
    failure.user = caughtUser(match);
    failure.line = pass.text.slice(this.#span.from, this.#span.to);
    pass.emit(failure);
  }

  #timeOf(
    { nowSeconds, isCatchUp }: Pass,
    { jail }: JailFilter,
    { isDated, lastSeconds }: LineCutter,
  ): number {
    if (this.#trustsStamps) {
      return Number.isNaN(lastSeconds) ? nowSeconds : lastSeconds;
    }
    if (!isDated) return guessStamp(lastSeconds, nowSeconds);
    const { findTimeSeconds } = jail;
    return judgeStamp(lastSeconds, { nowSeconds, isCatchUp, findTimeSeconds });
  }
}

function createFailure(words: Uint32Array): MutableFailure {
  return {
    jail: "",
    host: "",
    words,
    prefix: 128,
    timeSeconds: 0,
    pattern: 0,
    user: undefined,
    line: "",
  };
}

/** @returns `end` without the carriage returns before it */
function withoutReturns(text: string, from: number, end: number): number {
  while (end > from && text.charCodeAt(end - 1) === 13) end--;
  return end;
}

/** The last one may lack its newline. Searching takes 12 ns a line, a loop over the bytes 68 ns. */
function countLines(text: string): number {
  let count = 0;
  let at = 0;
  for (;;) {
    const newline = text.indexOf("\n", at);
    if (newline < 0) return at < text.length ? count + 1 : count;
    count++;
    at = newline + 1;
  }
}
