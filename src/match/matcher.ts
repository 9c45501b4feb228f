/**
 * Finds failures in chunks of lines, for all jails of a source in one scan. Sources with the same jails can share a matcher.
 *
 * @module
 */

import type { Chunk } from "../source/types.ts";
import { ByteRoom, ROOM_BYTES } from "./bytes/byte_room.ts";
import { ChunkText } from "./chunk_text.ts";
import { type ClockReport, ClockWatch } from "./clock_watch.ts";
import type { LocalTime } from "./date/stamp_clock.ts";
import type { EngineKind, EngineMatch } from "./engine.ts";
import { zoneTime } from "./date/zone_time.ts";
import { ExactCutter } from "./exact_cutter.ts";
import { ExactJail, type ResolvedSink } from "./exact_jail.ts";
import { createHost, readHost } from "./host.ts";
import { JailFilter } from "./jail_filter.ts";
import { JsonJail, type JsonMatchJail } from "./json/json_jail.ts";
import { JsonReader } from "./json/json_reader.ts";
import { LINE_ROOM_BYTES } from "./line_bytes.ts";
import { LineCutter } from "./line_cutter.ts";
import { goTo, type LinePass, timeOfLine } from "./line_pass.ts";
import { needsExactDates, needsExactJail } from "../config/needs_exact_jail.ts";
import { LineHits } from "./line_hits.ts";
import { EVERY_LINE, LiteralTable } from "./literal_table.ts";
import { NameCache, type ResolveName } from "./name_cache.ts";
import { OwnFailure } from "./own_failure.ts";
import { PerLog } from "./per_log.ts";
import { Prefilter } from "./prefilter/prefilter.ts";
import { SharedCutter } from "./shared_cutter.ts";
import { STAMP_BYTES } from "./stamp_memo.ts";
import type {
  FailureSink,
  MatchCounts,
  Matcher,
  MatchJail,
  PatternUsage,
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
  /** Resolves the names that jails with `useDns` caught; absent: they are counted as unbannable. */
  readonly names?: {
    readonly resolve: ResolveName;
    /** Receives the failures of names that were not known yet, after `match` returned. */
    readonly emit: FailureSink;
    readonly onResolved?: ResolvedSink;
  };
  /** Hands ids that are no addresses on as they are (`isRawId`), names unresolved: to look at, not to ban. Default false. */
  readonly emitsRawIds?: boolean;
  /** Whether somebody looks at the earlier lines of a jail's connections; default true. */
  readonly takesText?: (jail: string) => boolean;
  /** Told where stamps of new lines and the wall clock go apart, again and again; absent: they are not compared. */
  readonly onClock?: (report: ClockReport) => void;
  /** Told once a jail of an id that cannot be banned. */
  readonly onUnbannable?: (jail: string, id: string) => void;
}

/**
 * Makes the matcher of one source, or of several that `enter` tells apart.
 *
 * @param jails all that read the source, or each of them
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
  readonly cutter: SharedCutter;
}

class ChunkMatcher implements Matcher {
  readonly counts: MatchCounts = {
    lines: 0,
    candidates: 0,
    failures: 0,
    ignored: 0,
    tooOld: 0,
    undated: 0,
    unbannable: 0,
    notJson: 0,
  };
  readonly #jails: readonly BoundJail[];
  readonly #exact: readonly ExactJail[];
  readonly #json: readonly JsonJail[];
  /** The jail, where there is no other one. */
  readonly #only: ExactJail | undefined;
  readonly #text = new ChunkText();
  /** One for each way to read dates: jails that agree on it share its work. */
  readonly #cutters = new Map<string, SharedCutter>();
  readonly #prefilter: Prefilter;
  readonly #hits: LineHits;
  readonly #meetsEveryLine: boolean;
  readonly #trustsStamps: boolean;
  readonly #clocks: PerLog<ClockWatch> | undefined;
  readonly #all: readonly MatchJail[];
  #line = 0;
  readonly #host = createHost();
  readonly #failure = new OwnFailure(this.#host);

  constructor(jails: readonly MatchJail[], options: MatcherOptions) {
    const { prefilter = true, engine, names } = options;
    const table = new LiteralTable();
    const room = engine === undefined && prefilter ? new ByteRoom() : undefined;
    const binding = { table, prefilter, engine, room };
    const text = jails.filter((jail) => !isJson(jail));
    const { localTime } = options;
    this.#jails = text.filter((jail) => !needsExactJail(jail)).map((jail) => ({
      filter: new JailFilter(jail, binding),
      cutter: this.#cutterOf(jail, localTime),
    }));
    const bound = {
      ...binding,
      counts: this.counts,
      names: names && { ...names, cache: new NameCache(names.resolve) },
      emitsRawIds: options.emitsRawIds ?? false,
      takesText: options.takesText ?? (() => true),
      onUnbannable: options.onUnbannable,
    };
    this.#exact = text.filter(needsExactJail).map((jail) =>
      new ExactJail(jail, { ...bound, cutter: this.#cutterOf(jail, localTime) })
    );
    const reader = new JsonReader(this.counts);
    this.#json = jails.filter(isJson).map((jail) =>
      new JsonJail(jail, { ...bound, reader, localTime })
    );
    const cutters = [...this.#cutters.values()];
    const lineBytes = LINE_ROOM_BYTES + STAMP_BYTES;
    this.#prefilter = new Prefilter(table.literals, {
      slots: table.listSlots(),
      slotCount: table.slotCount,
      spareBytes: ROOM_BYTES + cutters.length * lineBytes,
    });
    const { memory, place } = this.#prefilter.spare;
    if (jails.length === 1) [this.#only] = this.#exact;
    const nextLine = this.#only && this.#prefilter.nextLine;
    room?.open({ memory, place, length: ROOM_BYTES }, nextLine);
    cutters.forEach(({ bytes, stamps }, index) => {
      const at = place + ROOM_BYTES + index * lineBytes;
      bytes.open(memory, at);
      stamps.open(memory, at + LINE_ROOM_BYTES);
    });
    this.#hits = new LineHits(this.#prefilter.marks);
    this.#meetsEveryLine = [...this.#jails, ...this.#exact].some((
      { filter },
    ) => filter.patterns.slot === EVERY_LINE) ||
      this.#json.some(({ meetsEveryLine }) => meetsEveryLine);
    this.#all = jails;
    this.#clocks = watchClocks(options);
    this.#trustsStamps = options.trustsStamps ?? false;
  }

  get input(): Uint8Array<ArrayBuffer> {
    return this.#prefilter.input;
  }

  enter(log: WeakKey): void {
    for (const cutter of this.#cutters.values()) cutter.enter(log);
    for (const { filter } of this.#exact) filter.enter(log);
    for (const jail of this.#json) jail.enter(log);
    this.#clocks?.enter(log);
  }

  match(chunk: Chunk, nowSeconds: number, emit: FailureSink): void {
    const { bytes, isCatchUp, timeSeconds } = chunk;
    const clock = this.#clocks?.current;
    clock?.look(nowSeconds, this.#all);
    const pass: LinePass = {
      text: "",
      span: { from: 0, to: 0 },
      start: 0,
      lineEnd: 0,
      end: 0,
      line: 0,
      isTaken: false,
      chunk: this.#text,
      isAscii: false,
      place: -1,
      base: chunk.position === undefined || chunk.isRecoded === true
        ? -1
        : chunk.position.offset - bytes.length,
      nowSeconds,
      emit,
      clock,
      isCatchUp,
      timeSeconds,
      trustsStamps: this.#trustsStamps || chunk.isResumed === true,
      isFirstSight: chunk.isFirstSight === true,
    };
    this.#prefilter.begin(bytes);
    this.#text.open(bytes);
    if (this.#meetsEveryLine) this.#visitLines(pass);
    else this.#visitHits(pass);
    for (const cutter of this.#cutters.values()) cutter.endChunk(pass);
    for (const { filter } of this.#exact) filter.endChunk();
    for (const jail of this.#json) jail.endChunk();
    this.#text.close();
    this.counts.lines += this.#prefilter.lineCount;
  }

  describePatterns(): readonly PatternUsage[] {
    return [
      ...[...this.#jails, ...this.#exact].map(({ filter }) =>
        filter.patterns.all
      ),
      ...this.#json.map(({ patterns }) => patterns.all),
    ].flatMap((all) => all.map((pattern) => pattern.describe()));
  }

  /** Only the lines that hold a literal; others are never decoded. */
  #visitHits(pass: LinePass): void {
    const prefilter = this.#prefilter;
    while (prefilter.next()) {
      goTo(pass, prefilter.lineStart, prefilter.lineEnd);
      this.#matchLine(pass, prefilter.lineNumber);
      if (pass.place >= 0) this.#goAhead(pass);
    }
  }

  /** A jail that has the log for itself goes on by itself, as far as it can. */
  #goAhead(pass: LinePass): void {
    const lines = this.#only?.matchLinesAhead(pass) ?? 0;
    this.#line = pass.line;
    this.counts.candidates += lines;
  }

  /** Every line; jails that want literals still meet those alone that hold one. */
  #visitLines(pass: LinePass): void {
    const prefilter = this.#prefilter;
    pass.isTaken = true;
    let isHitAhead = prefilter.next();
    while (this.#text.next(pass)) {
      const isHit = isHitAhead && prefilter.lineStart === pass.start;
      this.#matchLine(pass, isHit ? prefilter.lineNumber : undefined);
      if (isHit) isHitAhead = prefilter.next();
    }
  }

  /** Jails that read dates in the same way share a cutter. */
  #cutterOf(jail: MatchJail, localTime: LocalTime | undefined): SharedCutter {
    const { dateFormat, datePattern, logTimeZone } = jail;
    const isExact = needsExactDates(jail);
    const key = isExact
      ? JSON.stringify([datePattern, logTimeZone])
      : `${dateFormat} ${logTimeZone ?? ""}`;
    const known = this.#cutters.get(key);
    if (known !== undefined) return known;
    const createCutter = () =>
      isExact
        ? new ExactCutter({ datePattern, logTimeZone, localTime })
        : new LineCutter(dateFormat, zoneTime(logTimeZone, localTime));
    const shared = new SharedCutter(createCutter, this.#text);
    this.#cutters.set(key, shared);
    return shared;
  }

  /** @param mark that the scan gave the slots of its literals; undefined where it holds none */
  #matchLine(pass: LinePass, mark: number | undefined): void {
    const hits = this.#hits;
    hits.begin(mark);
    pass.line = ++this.#line;
    pass.isAscii = this.#prefilter.isAscii;
    pass.place = this.#prefilter.placeOf(pass.start);
    this.counts.candidates++;
    for (const jail of this.#jails) {
      if (hits.has(jail.filter.patterns.slot)) this.#matchOwn(pass, jail);
    }
    for (const jail of this.#exact) {
      if (hits.has(jail.filter.patterns.slot)) jail.matchLine(pass, hits);
    }
    for (const jail of this.#json) jail.matchLine(pass, hits);
  }

  #matchOwn(pass: LinePass, jail: BoundJail): void {
    const { filter, cutter } = jail;
    const match = filter.findFailure(pass, this.#hits, cutter);
    if (match === undefined) return;
    if (filter.isIgnored(cutter)) this.counts.ignored++;
    else if (readHost(cutter.text, match, this.#host)) {
      filter.client?.find(this.#host, match.group("forwarded"));
      this.#emitFailure(pass, jail, match);
    }
  }

  #emitFailure(
    pass: LinePass,
    { filter, cutter }: BoundJail,
    match: EngineMatch,
  ): void {
    const timeSeconds = timeOfLine(pass, filter.jail, cutter);
    if (Number.isNaN(timeSeconds)) {
      this.counts.tooOld++;
      return;
    }
    this.counts.failures++;
    if (!cutter.isDated) this.counts.undated++;
    const failure = this.#failure;
    failure.jail = filter.jail.name;
    failure.pattern = filter.hitPattern;
    failure.timeSeconds = timeSeconds;
    failure.setMatch(match, filter.userGroups);
    failure.setPass(pass);
    pass.emit(failure);
  }
}

function watchClocks(
  { onClock: onReport, localTime }: MatcherOptions,
): PerLog<ClockWatch> | undefined {
  if (onReport === undefined) return undefined;
  const steadySeconds = () => performance.now() / 1000;
  return new PerLog(() =>
    new ClockWatch({ onReport, localTime, steadySeconds })
  );
}

function isJson(jail: MatchJail): jail is JsonMatchJail {
  return jail.json !== undefined;
}
