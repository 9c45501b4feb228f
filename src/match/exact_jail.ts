/**
 * A jail whose filter is fail2ban's, from the line to the failure.
 *
 * @module
 */

import { ClientHost } from "./client_host.ts";
import {
  ExactFilter,
  type ExactFilterOptions,
  type ExactHit,
} from "./exact_filter.ts";
import { type FailureId, readFailureId, readNetwork } from "./failure_id.ts";
import { createHost, printHost } from "./host.ts";
import type { LineHits } from "./line_hits.ts";
import {
  createFailure,
  type LinePass,
  type MutableFailure,
  offsetOf,
  timeIfKnown,
} from "./line_pass.ts";
import type { NameCache } from "./name_cache.ts";
import type { PassCutter } from "./shared_cutter.ts";
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

/** Processes the lines of one jail. */
export class ExactJail {
  readonly filter: ExactFilter;
  readonly #options: ExactJailOptions;
  readonly #id: FailureId = {
    host: createHost(),
    text: "",
  };
  readonly #failure: MutableFailure;
  readonly #isRaw: boolean;
  readonly #client: ClientHost | undefined;
  #hasToldUnbannable = false;

  /** @throws {FilterError} when a pattern cannot be used */
  constructor(jail: MatchJail, options: ExactJailOptions) {
    this.filter = new ExactFilter(jail, options);
    this.#options = options;
    this.#isRaw = options.emitsRawIds || jail.useDns === "raw";
    this.#client = jail.trustedProxies && new ClientHost(jail.trustedProxies);
    this.#failure = createFailure(this.#id.host.words);
  }

  /** @param pass stands at a line that has to be processed */
  matchLine(pass: LinePass, hits: LineHits): void {
    const { cutter, counts } = this.#options;
    const { filter } = this;
    cutter.cut(pass);
    // A line that is too old must not be remembered either, so its time is judged first.
    const timeSeconds = timeIfKnown(pass, filter.jail, cutter);
    const isTimed = !Number.isNaN(timeSeconds);
    if (!isTimed && cutter.isDated) return;
    const { text } = cutter;
    const whole = pass.text.slice(pass.span.from, pass.span.to);
    const { nowSeconds } = pass;
    const ignored = filter.ignored;
    const line = { text, whole, nowSeconds, isTimed };
    const hit = filter.process(line, hits);
    counts.ignored += filter.ignored - ignored;
    if (hit === undefined) return;
    if (!cutter.isDated) counts.undated++;
    this.#judge(hit, pass, { timeSeconds, whole });
  }

  #judge(
    hit: ExactHit,
    pass: LinePass,
    { timeSeconds, whole }: {
      readonly timeSeconds: number;
      readonly whole: string;
    },
  ): void {
    const kind = readFailureId(hit.groups, this.#isRaw, this.#id);
    if (kind === "none") return;
    if (kind === "unknown") {
      if (hit.connection !== undefined) hit.connection.isPending = true;
      return;
    }
    if (kind === "address") this.#findClient(hit);
    const failure = this.#failure;
    failure.jail = this.filter.jail.name;
    failure.host = this.#id.text;
    failure.prefix = this.#id.host.prefix;
    failure.timeSeconds = timeSeconds;
    failure.pattern = hit.pattern;
    failure.user = hit.groups.user;
    failure.line = whole;
    failure.offset = offsetOf(pass);
    failure.byteLength = pass.end - pass.start;
    failure.groups = hit.groups;
    failure.lines = hit.lines;
    failure.users = hit.users;
    failure.resolvedFrom = undefined;
    failure.isRawId = false;
    if (kind === "address") this.#emit(pass.emit);
    else if (kind === "name") this.#resolve(pass);
    else if (this.#options.emitsRawIds) this.#emitRaw(pass.emit);
    else this.#refuse();
  }

  #findClient({ groups }: ExactHit): void {
    if (this.#client === undefined) return;
    this.#client.find(this.#id.host, groups.forwarded);
    this.#id.text = printHost(this.#id.host);
  }

  #emitRaw(sink: FailureSink): void {
    this.#id.host.words.fill(0);
    this.#failure.isRawId = true;
    this.#emit(sink);
  }

  #emit(sink: FailureSink): void {
    this.#options.counts.failures++;
    sink(this.#failure);
  }

  #resolve({ nowSeconds, emit }: LinePass): void {
    const { names } = this.#options;
    const name = this.#failure.host;
    if (readNetwork(name, this.#id.host)) {
      return this.#emitAll([name], undefined, emit);
    }
    if (this.filter.jail.useDns === "no") return;
    if (names === undefined) return this.#refuse();
    const known = names.cache.lookUp(name, nowSeconds);
    if (known !== undefined) return this.#emitAll(known, name, emit);
    const { groups, lines, users, ...rest } = this.#failure;
    const kept = {
      ...rest,
      groups: { ...groups },
      lines: lines?.slice(),
      users: users?.slice(),
    };
    const isAsked = names.cache.ask(name, nowSeconds, (addresses) => {
      Object.assign(this.#failure, kept, { words: this.#id.host.words });
      this.#emitAll(addresses, name, names.emit);
    });
    if (!isAsked) this.#refuse();
  }

  /** Each address of a name failed. */
  #emitAll(
    addresses: readonly string[],
    name: string | undefined,
    sink: FailureSink,
  ): void {
    const failure = this.#failure;
    failure.resolvedFrom = name;
    if (name !== undefined && this.filter.jail.useDns !== "yes") {
      const jail = failure.jail;
      this.#options.names?.onResolved?.({ jail, name, addresses });
    }
    for (const address of addresses) {
      if (!readNetwork(address, this.#id.host)) continue;
      failure.host = printHost(this.#id.host);
      failure.prefix = this.#id.host.prefix;
      this.#emit(sink);
    }
  }

  #refuse(): void {
    this.#options.counts.unbannable++;
    if (this.#hasToldUnbannable) return;
    this.#hasToldUnbannable = true;
    this.#options.onUnbannable?.(this.filter.jail.name, this.#failure.host);
  }
}
