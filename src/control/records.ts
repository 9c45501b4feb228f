/**
 * From the stages' own objects to the control API's records.
 *
 * @module
 */

import type { ActionStatus, FeedStatus } from "../act/delivery/types.ts";
import type { JailConfig } from "../config/types.ts";
import type { SourceStatus } from "../source/types.ts";
import type { Ban, JailCounts } from "../track/types.ts";
import type {
  ActionRecord,
  BanRecord,
  FeedRecord,
  JailStatus,
} from "./types.ts";

/** @returns the ban with its times as text, and what is left of it at `nowSeconds` */
export function toBanRecord(ban: Ban, nowSeconds: number): BanRecord {
  const isForEver = ban.endSeconds === Infinity;
  return {
    host: ban.host,
    jail: ban.jail,
    start: toIsoTime(ban.startSeconds),
    end: isForEver ? null : toIsoTime(ban.endSeconds),
    remainingSeconds: isForEver
      ? null
      : Math.max(0, Math.round(ban.endSeconds - nowSeconds)),
    count: ban.count,
    failures: ban.failures,
  };
}

/** What a jail's status is made of. */
export interface JailParts {
  readonly config: JailConfig;
  /** The driver's name, or `simulate`. */
  readonly action: string;
  readonly sources: readonly SourceStatus[];
  readonly counts: JailCounts;
}

/** @returns the jail's status */
export function toJailStatus(parts: JailParts): JailStatus {
  const { config, counts } = parts;
  return {
    name: config.name,
    mode: config.mode,
    action: parts.action,
    sources: parts.sources,
    maxRetry: config.maxRetry,
    findTimeSeconds: config.findTimeSeconds,
    banTimeSeconds: finite(config.banTimeSeconds),
    failed: { current: counts.currentlyFailed, total: counts.totalFailed },
    banned: { current: counts.currentlyBanned, total: counts.totalBanned },
    ignored: counts.ignored,
    displaced: counts.displaced,
    forgotten: counts.forgotten,
  };
}

/** @returns how an action stands, with its times as text */
export function toActionRecord(
  { untilSeconds, lastError, feed, ...status }: ActionStatus,
): ActionRecord {
  return {
    ...status,
    ...(feed === undefined ? {} : { feed: toFeedRecord(feed) }),
    until: untilSeconds === undefined ? null : toIsoTime(untilSeconds),
    lastError: lastError === undefined ? null : {
      message: lastError.message,
      time: toIsoTime(lastError.atSeconds),
    },
  };
}

function toFeedRecord({ jails, last, nextSeconds }: FeedStatus): FeedRecord {
  return {
    jails,
    hosts: last === undefined ? null : last.hosts,
    time: last === undefined ? null : toIsoTime(last.atSeconds),
    next: toIsoTime(nextSeconds),
  };
}

function finite(seconds: number): number | null {
  return seconds === Infinity ? null : seconds;
}

/** @returns the time as ISO 8601 in UTC. Whole seconds: a stamp from a log has no more. Times beyond the calendar end with it. */
export function toIsoTime(seconds: number): string {
  const milliseconds = Math.min(Math.round(seconds) * 1000, 8.64e15);
  return new Date(milliseconds).toISOString().replace(".000Z", "Z");
}
