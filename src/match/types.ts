/**
 * What the match stage makes of a chunk: failures.
 *
 * @module
 */

import type { Chunk } from "../source/types.ts";
import type {
  DateFormat,
  JsonLines,
  LogStart,
  UseDns,
} from "../config/types.ts";
import type { Network } from "../util/address.ts";
import type { CaughtGroups } from "./group_places.ts";
import type { EngineKind } from "./engine_types.ts";

/**
 * A line that a jail's filter took for a failure. One object is used again for each: keep nothing of it past the call.
 *
 *     { jail: "sshd", host: "192.0.2.7", words: [0, 0, 0xffff, 0xc0000207], prefix: 128, timeSeconds: 1763665683,
 *       pattern: 0, user: "root", line: "Nov 20 19:08:03 box sshd[1]: Failed password for root from 192.0.2.7" }
 */
export interface Failure {
  readonly jail: string;
  /** Canonical text of the host, with its prefix where it is a network. */
  readonly host: string;
  /** The host as four words, v4-mapped for IPv4. */
  readonly words: Uint32Array;
  /** 128 for a single host. */
  readonly prefix: number;
  /** Seconds since 1970, by the log's own clock as far as it can be trusted. */
  readonly timeSeconds: number;
  /** Index of the pattern that hit. */
  readonly pattern: number;
  /** What `<F-USER>` or a group named `user` caught. */
  readonly user: string | undefined;
  /** The whole line; attacker's text. */
  readonly line: string;
  /** Bytes before the line in its file; -1 or absent where it stands in none. */
  readonly offset?: number;
  /** Bytes of the line, with what ends it. */
  readonly byteLength?: number;
  /** What the groups caught, prefix pattern and earlier lines of the connection included; absent for a jail of our own syntax. */
  readonly groups?: Readonly<CaughtGroups> | undefined;
  /** All lines that tell of the failure, the last one included; absent where it is `line` alone. */
  readonly lines?: readonly string[] | undefined;
  /** Users that the connection tried, where several lines tell of it. */
  readonly users?: readonly string[] | undefined;
  /** The name that was resolved to the host. */
  readonly resolvedFrom?: string | undefined;
  /** True where `host` is no address but a name or another id, and `words` say nothing: only with `emitsRawIds`. */
  readonly isRawId?: boolean;
}

/** Receives failures in the order of the lines. */
export type FailureSink = (failure: Failure) => void;

/** The part of a jail that matching needs. */
export interface MatchJail {
  readonly name: string;
  readonly dateFormat: DateFormat;
  readonly failPatterns: readonly string[];
  readonly ignorePatterns: readonly string[];
  readonly findTimeSeconds: number;
  /** From where on lines count that were there when the log was met; default as far as the find time reaches. */
  readonly start?: LogStart | undefined;
  /** Proxies whose word is taken on whom they got a request from. */
  readonly trustedProxies?: readonly Network[] | undefined;
  /** How its lines are read, where they are JSON. */
  readonly json?: JsonLines | undefined;
  /**
   * `fail2ban`: patterns, tags and ids exactly as there. Default `own`: hosts are whole, valid addresses. The keys below
   * exist only there, and imply it but for dates, as does `<F-MLFID>` in a pattern; `datePattern` is for dates.
   */
  readonly syntax?: "own" | "fail2ban" | undefined;
  /** Runs first: a line without it is dropped, what its group `content` caught is all that fail patterns see. */
  readonly prefixPattern?: string | undefined;
  /** Lines that are searched together; default 1. */
  readonly maxLines?: number | undefined;
  /** What is done about host names; default `warn`. */
  readonly useDns?: UseDns | undefined;
  /** Date pattern in fail2ban's language, instead of `dateFormat`. */
  readonly datePattern?: string | undefined;
  /** Zone of stamps without one, `UTC+0200`; default the machine's. */
  readonly logTimeZone?: string | undefined;
}

/** All jails of one source, in one scan. */
export interface Matcher {
  /** A reader may read into it: a chunk that lies there is not copied. Always the same memory. */
  readonly input: Uint8Array<ArrayBuffer>;
  /**
   * Goes over to a log: what its lines told before is known again. Without it all chunks are of one log.
   *
   * @param log stands for it as long as it is read
   */
  enter(log: WeakKey): void;
  /**
   * @param chunk whole lines
   * @param nowSeconds the wall clock, against which the lines' stamps are judged
   * @param emit called for each failure, before `match` returns
   */
  match(chunk: Chunk, nowSeconds: number, emit: FailureSink): void;
  readonly counts: MatchCounts;
  /** @returns what each pattern took until now, in the order of jails and patterns */
  describePatterns(): readonly PatternUsage[];
}

/** What a pattern is for. */
export type UsageRole = "prefix" | "fail" | "ignore";

/** What a pattern took. */
export interface PatternUsage {
  readonly jail: string;
  readonly role: UsageRole;
  readonly pattern: string;
  readonly engine: EngineKind;
  /** Lines that it was run on. */
  readonly candidates: number;
  /** Those that it matched. */
  readonly hits: number;
  /** Lines that were given up, since it took too many steps. */
  readonly overBudget: number;
  /** About how long it ran: the mean of the runs that were timed, one of some hundred or thousand, times the runs. */
  readonly seconds: number;
}

/** Running totals. */
export interface MatchCounts {
  lines: number;
  /** Lines that held a literal of some pattern, or met a pattern without one. */
  candidates: number;
  failures: number;
  /** Lines that an ignore pattern took back. */
  ignored: number;
  /** Failures dropped because their stamp was older than find time. */
  tooOld: number;
  /** Failures whose line had no date that could be read. */
  undated: number;
  /** Failures whose id is no address and cannot be banned: names not to be resolved, ids of a filter's own, `999.1.1.1`. */
  unbannable: number;
  /** Lines that a jail wanted to read as JSON, and that are none. */
  notJson: number;
}
