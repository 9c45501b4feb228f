/**
 * Matchers, each shared by all logs that have the same jails: a matcher holds 170 KB and more, whatever it is run on.
 *
 * @module
 */

import { createMatcher } from "../match/matcher.ts";
import { matchingKey } from "../match/matching_key.ts";
import { createRecency } from "../match/recency.ts";
import { withSuccesses } from "../match/success_jail.ts";
import type { Matcher, PatternUsage } from "../match/types.ts";
import { isSameList } from "../util/is_same_list.ts";
import type { NameSink, ScanJail } from "./types.ts";

/** What a pool works with. */
export interface MatcherPoolOptions {
  /** Asked and told by all matchers. */
  readonly sink: NameSink;
  /** The wall clock in seconds. */
  readonly now: () => number;
}

/** The matcher of some jails, for any number of logs. */
export interface SharedMatcher {
  readonly jails: readonly ScanJail[];
  readonly matcher: Matcher;
  /** Says whether a line of an old log is young enough to be looked at; undefined where it bears no date. */
  readonly isRecent: (line: Uint8Array) => boolean | undefined;
}

interface Entry extends SharedMatcher {
  /** The jails' matching parts as text. */
  readonly key: string;
  users: number;
}

/** Matchers of one thread. */
export class MatcherPool {
  readonly #options: MatcherPoolOptions;
  readonly #entries = new Map<string, Entry>();

  /** Holds none yet. */
  constructor(options: MatcherPoolOptions) {
    this.#options = options;
  }

  /**
   * Lends the matcher of these jails. Every matcher that was lent is to be given back.
   *
   * @throws {FilterError} when a pattern cannot be used
   */
  take(jails: readonly ScanJail[]): SharedMatcher {
    const entry = this.#find(jails) ?? this.#add(jails);
    entry.users++;
    return entry;
  }

  /** Takes a matcher back; the last one who had it forgets it for all. */
  giveBack(shared: SharedMatcher): void {
    const entry = [...this.#entries.values()].find((each) => each === shared);
    if (entry === undefined || --entry.users > 0) return;
    this.#entries.delete(entry.key);
  }

  /** @returns what each pattern took in all logs, in the order of jails and patterns */
  describePatterns(): readonly PatternUsage[] {
    return [...this.#entries.values()].flatMap(({ matcher }) =>
      matcher.describePatterns()
    );
  }

  /** Most logs have the very jails of another one; to compare their patterns takes a thousand times as long. */
  #find(jails: readonly ScanJail[]): Entry | undefined {
    for (const entry of this.#entries.values()) {
      if (isSameList(entry.jails, jails)) return entry;
    }
    return this.#entries.get(keyOf(jails));
  }

  #add(jails: readonly ScanJail[]): Entry {
    const { sink, now } = this.#options;
    const matcher = createMatcher(withSuccesses(jails), {
      names: {
        resolve: sink.resolve,
        emit: (failure) => sink.onLateFailure(failure),
        onResolved: (report) => sink.onResolved(report),
      },
      onUnbannable: (jail, id) => sink.onUnbannable(jail, id),
      onClock: (report) => sink.onClock(report),
    });
    const key = keyOf(jails);
    const isRecent = createRecency(jails, now);
    const entry = { key, jails, matcher, isRecent, users: 0 };
    this.#entries.set(key, entry);
    return entry;
  }
}

function keyOf(jails: readonly ScanJail[]): string {
  return matchingKey(withSuccesses(jails));
}
