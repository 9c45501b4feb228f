/**
 * A jail whose filter is fail2ban's, from the line to the failure.
 *
 * @module
 */

import { MOST_ROWS, NOTHING } from "./bytes/line_program.ts";
import { GROUP } from "./group_places.ts";
import { ClientHost } from "./client_host.ts";
import {
  ExactFilter,
  type ExactFilterOptions,
  type ExactHit,
  type ExactLine,
} from "./exact_filter.ts";
import { ExactFailure } from "./exact_failure.ts";
import { readFailureId, readNetwork } from "./failure_id.ts";
import type { LineHits } from "./line_hits.ts";
import { type LinePass, textOf, timeIfKnown } from "./line_pass.ts";
import type { NameCache } from "./name_cache.ts";
import type { PassCutter } from "./shared_cutter.ts";
import type { Subject } from "./subject.ts";
import type { FailureSink, MatchCounts, MatchJail } from "./types.ts";

/** What becomes of ids that are no addresses. */
export interface ExactJailOptions extends ExactFilterOptions {
  readonly cutter: PassCutter;
  readonly counts: MatchCounts;
  /** Resolves names, and takes the failures of those that were unknown; absent: names are unbannable. */
  readonly names: LateNames | undefined;
  /** Hands ids on as they are, names too. */
  readonly emitsRawIds: boolean;
  /** Told of the first id of the jail that cannot be banned. */
  readonly onUnbannable: ((jail: string, id: string) => void) | undefined;
}

/** Where names are resolved, and where their failures go. */
export interface LateNames {
  readonly cache: NameCache;
  readonly emit: FailureSink;
  readonly onResolved?: ResolvedSink;
}

/** Told, for each failure of a jail that warns of names, what the name came to. */
export type ResolvedSink = (resolved: {
  readonly jail: string;
  readonly name: string;
  readonly addresses: readonly string[];
}) => void;

/** The line at hand; one object for all. */
class LineAtHand implements ExactLine {
  readonly subject: Subject;
  nowSeconds = 0;
  isTimed = false;
  stamp = 0;
  pass: LinePass | undefined;

  constructor(subject: Subject) {
    this.subject = subject;
  }

  get whole(): string {
    return this.pass === undefined ? "" : textOf(this.pass);
  }
}

/** Processes the lines of one jail. */
export class ExactJail {
  readonly filter: ExactFilter;
  readonly #options: ExactJailOptions;
  readonly #line: LineAtHand;
  readonly #failure: ExactFailure;
  readonly #isRaw: boolean;
  readonly #client: ClientHost | undefined;
  #hasToldUnbannable = false;
  /** When the line counts that was cut last. */
  #stampSeconds = NaN;

  /** @throws {FilterError} when a pattern cannot be used */
  constructor(jail: MatchJail, options: ExactJailOptions) {
    this.filter = new ExactFilter(jail, options);
    this.#options = options;
    this.#line = new LineAtHand(options.cutter);
    this.#isRaw = options.emitsRawIds || jail.useDns === "raw";
    this.#client = jail.trustedProxies && new ClientHost(jail.trustedProxies);
    this.#failure = new ExactFailure(jail.name, this.filter.groups);
  }

  /** @param pass stands at a line that has to be processed */
  matchLine(pass: LinePass, hits: LineHits): void {
    const { filter } = this;
    const { stamps } = this.#options.cutter;
    const line = this.#line;
    line.nowSeconds = pass.nowSeconds;
    // One for all lines of a chunk, and young: to store it takes longer than to compare it.
    if (line.pass !== pass) line.pass = pass;
    const index = filter.decideLine(pass, hits, stamps);
    if (index === NOTHING) return;
    if (index < 0) return this.#matchCut(pass, hits, index);
    const hit = filter.catch(line, pass, index);
    // Its stamp is that of the last line that went the long way, and was in time.
    if (hit !== undefined) this.#judge(hit, pass, this.#stampSeconds);
  }

  /**
   * Goes over lines behind the one that the pass stands at, as far as is decided about them without a look at each.
   *
   * @param pass stands at a line that the jail met
   * @returns how many
   */
  matchLinesAhead(pass: LinePass): number {
    const { filter } = this;
    const { stamps } = this.#options.cutter;
    const line = this.#line;
    let lines = 0;
    for (let hits = MOST_ROWS; hits === MOST_ROWS; lines += filter.linesAhead) {
      hits = filter.decideLines(pass.isAscii, stamps);
      for (let row = 0; row < hits; row++) {
        const hit = filter.catchRow(line, pass, row);
        if (hit !== undefined) this.#judge(hit, pass, this.#stampSeconds);
      }
    }
    return lines;
  }

  /** @param decided what was said of the line as it is */
  #matchCut(pass: LinePass, hits: LineHits, decided: number): void {
    const { cutter, counts } = this.#options;
    const { filter } = this;
    cutter.cut(pass);
    // A line that is too old must not be remembered either, so its time is judged first.
    const timeSeconds = timeIfKnown(pass, filter.jail, cutter);
    const isTimed = !Number.isNaN(timeSeconds);
    if (!isTimed && cutter.isDated) return;
    this.#stampSeconds = timeSeconds;
    const ignored = filter.ignored;
    const line = this.#line;
    line.isTimed = isTimed;
    line.stamp = cutter.stamps.number;
    const hit = filter.process(line, hits, decided);
    counts.ignored += filter.ignored - ignored;
    if (hit === undefined) return;
    if (!cutter.isDated) counts.undated++;
    this.#judge(hit, pass, timeSeconds);
  }

  #judge(hit: ExactHit, pass: LinePass, timeSeconds: number): void {
    const failure = this.#failure;
    const kind = readFailureId(hit.caught, this.#isRaw, failure);
    if (kind === "none") return;
    if (kind === "unknown") {
      hit.told.isPending = true;
      return;
    }
    failure.timeSeconds = timeSeconds;
    failure.resolvedFrom = undefined;
    failure.isRawId = false;
    failure.setHit(hit);
    failure.setPass(pass);
    if (kind === "address") {
      this.#client?.find(failure.address, hit.caught.textAt(GROUP.forwarded));
      this.#emit(failure, pass.emit);
    } else if (kind === "name") this.#resolve(failure, pass);
    else if (this.#options.emitsRawIds) this.#emitRaw(failure, pass.emit);
    else this.#refuse(failure);
  }

  #emitRaw(failure: ExactFailure, sink: FailureSink): void {
    failure.address.words.fill(0);
    failure.isRawId = true;
    this.#emit(failure, sink);
  }

  #emit(failure: ExactFailure, sink: FailureSink): void {
    this.#options.counts.failures++;
    sink(failure);
  }

  #resolve(failure: ExactFailure, { nowSeconds, emit }: LinePass): void {
    const { names } = this.#options;
    const name = failure.host;
    if (readNetwork(name, failure.address)) {
      return this.#emitAll(failure, { addresses: [name] }, emit);
    }
    if (this.filter.jail.useDns === "no") return;
    if (names === undefined) return this.#refuse(failure);
    const known = names.cache.lookUp(name, nowSeconds);
    if (known !== undefined) {
      return this.#emitAll(failure, { name, addresses: known }, emit);
    }
    const kept = failure.keep();
    const isAsked = names.cache.ask(name, nowSeconds, (addresses) => {
      this.#emitAll(kept, { name, addresses }, names.emit);
    });
    if (!isAsked) this.#refuse(failure);
  }

  /** Each address of a name failed. */
  #emitAll(
    failure: ExactFailure,
    { name, addresses }: {
      readonly name?: string;
      readonly addresses: readonly string[];
    },
    sink: FailureSink,
  ): void {
    failure.resolvedFrom = name;
    failure.ownId = undefined;
    const { jail } = failure;
    if (name !== undefined && this.filter.jail.useDns !== "yes") {
      this.#options.names?.onResolved?.({ jail, name, addresses });
    }
    for (const address of addresses) {
      if (readNetwork(address, failure.address)) this.#emit(failure, sink);
    }
  }

  #refuse({ jail, host }: ExactFailure): void {
    this.#options.counts.unbannable++;
    if (this.#hasToldUnbannable) return;
    this.#hasToldUnbannable = true;
    this.#options.onUnbannable?.(jail, host);
  }
}
