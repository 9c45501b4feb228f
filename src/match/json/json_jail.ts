/**
 * A jail whose lines are JSON, from the line to the failure.
 *
 * @module
 */

import type { BoundPatterns } from "../bind_patterns.ts";
import {
  needsExactDates,
  needsExactJail,
} from "../../config/needs_exact_jail.ts";
import type { JsonLines } from "../../config/types.ts";
import { ClientHost } from "../client_host.ts";
import type { LocalTime } from "../date/stamp_clock.ts";
import { zoneTime } from "../date/zone_time.ts";
import type { EngineMatch } from "../engine_types.ts";
import { ExactCutter } from "../exact_cutter.ts";
import { ExactJail, type ExactJailOptions } from "../exact_jail.ts";
import { caughtUser, createHost, printHost, readHost } from "../host.ts";
import { readHostField } from "../host_field.ts";
import { JailFilter } from "../jail_filter.ts";
import { LineCutter } from "../line_cutter.ts";
import type { LineHits } from "../line_hits.ts";
import {
  createFailure,
  type LinePass,
  offsetOf,
  takeText,
  textOf,
  timeIfKnown,
} from "../line_pass.ts";
import { EVERY_LINE } from "../literal_table.ts";
import type { MatchJail } from "../types.ts";
import { compileCondition, type CompiledCondition } from "./json_conditions.ts";
import { literalsOfCondition, spellInJson } from "./json_literals.ts";
import type { JsonReader } from "./json_reader.ts";
import { JsonTime } from "./json_time.ts";
import { MessageCutter } from "./message_cutter.ts";
import { valueAt } from "./value_at.ts";

/** How such a jail is bound. */
export interface JsonJailOptions extends Omit<ExactJailOptions, "cutter"> {
  /** Of all jails of the source. */
  readonly reader: JsonReader;
  readonly localTime: LocalTime | undefined;
}

/** A jail, its lines known to be JSON. */
export type JsonMatchJail = MatchJail & { readonly json: JsonLines };

/**
 * Processes the lines of one jail: reads the object, asks the conditions, and runs patterns on the message, by either way,
 * where the jail has any.
 */
export class JsonJail {
  readonly patterns: BoundPatterns;
  readonly #jail: JsonMatchJail;
  readonly #options: JsonJailOptions;
  readonly #conditions: readonly CompiledCondition[];
  /** All of them are met by a line that has to be read. */
  readonly #slots: readonly number[];
  readonly #time: JsonTime;
  readonly #cutter: MessageCutter;
  readonly #finder: JailFilter | ExactJail;
  readonly #client: ClientHost | undefined;
  readonly #host = createHost();
  readonly #failure = createFailure(this.#host.words);
  #hasToldUnbannable = false;

  /** @throws {FilterError} when a pattern cannot be used */
  constructor(jail: JsonMatchJail, options: JsonJailOptions) {
    const { json } = jail;
    const localTime = zoneTime(jail.logTimeZone, options.localTime);
    this.#jail = jail;
    this.#options = options;
    this.#conditions = json.conditions.map((condition) =>
      compileCondition(condition, options.engine)
    );
    this.#client = jail.trustedProxies && new ClientHost(jail.trustedProxies);
    this.#time = new JsonTime(json.time, localTime);
    const isExact = needsExactJail(jail);
    this.#cutter = new MessageCutter(
      () =>
        needsExactDates(jail)
          ? new ExactCutter({ ...jail, localTime })
          : new LineCutter(jail.dateFormat, localTime),
      json.message !== undefined,
    );
    const bound = { ...options, cutter: this.#cutter, spell: spellInJson };
    const finder = isExact
      ? new ExactJail(jail, bound)
      : new JailFilter(jail, bound);
    this.#finder = finder;
    this.patterns = finder instanceof ExactJail
      ? finder.filter.patterns
      : finder.patterns;
    this.#slots = [
      ...this.#bindConditions(),
      ...jail.failPatterns.length > 0 ? [this.patterns.slot] : [],
    ].filter((slot) => slot !== EVERY_LINE);
  }

  /** Whether there is no literal by which its lines are known. */
  get meetsEveryLine(): boolean {
    return this.#slots.length === 0;
  }

  /** Goes over to a log. */
  enter(log: WeakKey): void {
    this.#cutter.enter(log);
    if (this.#finder instanceof ExactJail) this.#finder.filter.enter(log);
  }

  /** Told behind the last line of each chunk. */
  endChunk(): void {
    if (this.#finder instanceof ExactJail) this.#finder.filter.endChunk();
  }

  /** @param pass stands at a line that has to be processed */
  matchLine(pass: LinePass, hits: LineHits): void {
    for (const slot of this.#slots) if (!hits.has(slot)) return;
    takeText(pass);
    const root = this.#options.reader.read(pass);
    if (root === undefined) return;
    for (const { holds } of this.#conditions) if (!holds(root)) return;
    const message = this.#messageOf(root, pass);
    if (message === undefined) return;
    const stamp = this.#time.read(root, pass.nowSeconds);
    this.#cutter.begin(Number.isNaN(stamp) ? pass.timeSeconds ?? NaN : stamp);
    const finder = this.#finder;
    if (finder instanceof ExactJail) finder.matchLine(message, hits);
    else this.#matchOwn(finder, { root, pass, message }, hits);
  }

  #bindConditions(): number[] {
    const { table, prefilter } = this.#options;
    if (!prefilter) return [];
    return this.#conditions.flatMap((condition) => {
      const literals = literalsOfCondition(condition);
      if ("declined" in literals) return [];
      const slot = table.createSlot();
      table.bind(literals.literals, [slot]);
      return [slot];
    });
  }

  /** @returns the pass at the message, at the line itself where no message is wanted; undefined where it is missing */
  #messageOf(root: unknown, pass: LinePass): LinePass | undefined {
    const { message: path } = this.#jail.json;
    if (path === undefined) return pass;
    const value = valueAt(root, path);
    if (typeof value !== "string") return undefined;
    // Logs of containers have the newline in the message.
    const text = value.replace(/[\r\n]+$/, "");
    const span = { from: 0, to: text.length };
    return { ...pass, text, span, place: -1, isTaken: true };
  }

  #matchOwn(
    filter: JailFilter,
    { root, pass, message }: {
      readonly root: unknown;
      readonly pass: LinePass;
      readonly message: LinePass;
    },
    hits: LineHits,
  ): void {
    const cutter = this.#cutter;
    let match: EngineMatch | undefined;
    if (this.#jail.failPatterns.length > 0) {
      match = filter.findFailure(message, hits, cutter);
      if (match === undefined) return;
    } else cutter.cut(message);
    if (filter.isIgnored(this.#cutter)) this.#options.counts.ignored++;
    else if (this.#readHost(root, match)) {
      const user = match && caughtUser(match, filter.userGroups);
      this.#emit(pass, this.#userOf(root) ?? user, filter.hitPattern);
    }
  }

  /** The client where proxies are trusted, else the peer. */
  #readHost(root: unknown, match: EngineMatch | undefined): boolean {
    const { forwarded } = this.#jail.json;
    const isRead = this.#readPeer(root, match);
    if (isRead && this.#client !== undefined) {
      const list = forwarded && valueAt(root, forwarded);
      this.#client.find(this.#host, list ?? match?.group("forwarded"));
    }
    return isRead;
  }

  #readPeer(root: unknown, match: EngineMatch | undefined): boolean {
    const { host: path } = this.#jail.json;
    if (path === undefined) {
      return match !== undefined &&
        readHost(this.#cutter.text, match, this.#host);
    }
    const value = valueAt(root, path);
    if (this.#client?.read(value, this.#host)) return true;
    if (typeof value !== "string") return false;
    if (readHostField(value, this.#host)) return true;
    // An empty field, or a dash, is nobody.
    if (value.length > 1) this.#refuse(value);
    return false;
  }

  #userOf(root: unknown): string | undefined {
    const { user: path } = this.#jail.json;
    const value = path && valueAt(root, path);
    // Access logs have a dash for nobody.
    return typeof value === "string" && value.length > 0 && value !== "-"
      ? value
      : undefined;
  }

  #emit(pass: LinePass, user: string | undefined, pattern: number): void {
    const { counts } = this.#options;
    const timeSeconds = timeIfKnown(pass, this.#jail, this.#cutter);
    if (Number.isNaN(timeSeconds)) {
      counts.tooOld++;
      return;
    }
    counts.failures++;
    if (!this.#cutter.isDated) counts.undated++;
    const failure = this.#failure;
    failure.jail = this.#jail.name;
    failure.host = printHost(this.#host);
    failure.prefix = this.#host.prefix;
    failure.timeSeconds = timeSeconds;
    failure.pattern = Math.max(0, pattern);
    failure.user = user;
    failure.line = textOf(pass);
    failure.offset = offsetOf(pass);
    failure.byteLength = pass.end - pass.start;
    pass.emit(failure);
  }

  #refuse(id: string): void {
    this.#options.counts.unbannable++;
    if (this.#hasToldUnbannable) return;
    this.#hasToldUnbannable = true;
    this.#options.onUnbannable?.(this.#jail.name, id);
  }
}
