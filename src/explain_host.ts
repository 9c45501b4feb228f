/**
 * All that is known of one host, put together: what `explain` shows.
 *
 * @module
 */

import type { Config, JailConfig } from "./config/types.ts";
import { toBanRecord, toIsoTime } from "./control/records.ts";
import type {
  CountedLine,
  FirewallRecord,
  HostInJail,
  HostReport,
  PastBan,
} from "./control/types.ts";
import type { Dispatcher } from "./act/dispatcher.ts";
import type { Evidence, EvidenceLine } from "./evidence.ts";
import { explainInJail } from "./match/explain_in_jail.ts";
import type { TrackerRecords } from "./track/records.ts";
import type { Ban, HostStanding, StoredBan } from "./track/types.ts";
import {
  formatNetwork,
  isInNetwork,
  type Network,
  parseNetwork,
} from "./util/address.ts";

/** Who knows something. */
export interface HostSources {
  readonly config: Config;
  readonly records: TrackerRecords;
  readonly evidence: Evidence;
  readonly dispatcher: Dispatcher;
  /** The last bans of a host, the newest first. */
  readonly historyOf: (host: Network, most: number) => readonly StoredBan[];
  readonly nowSeconds: number;
}

/** Bans in a history at most. */
const MOST_PAST = 20;

/** @returns how a host, or a network, stands with each jail */
export function explainHost(host: Network, sources: HostSources): HostReport {
  const { records, nowSeconds } = sources;
  const jails = records.standings(host, nowSeconds).flatMap((standing) => {
    const jail = sources.config.jails.find(({ name }) =>
      name === standing.jail
    );
    return jail === undefined
      ? []
      : [explainInOne({ host, jail, standing }, sources)];
  });
  return { host: formatNetwork(host), jails };
}

/** A host and a jail. */
interface Case {
  readonly host: Network;
  readonly jail: JailConfig;
  readonly standing: HostStanding;
}

function explainInOne(at: Case, sources: HostSources): HostInJail {
  const { jail, standing } = at;
  const { ban, ignoredBy, countedAs, recentFailures } = standing;
  return {
    jail: jail.name,
    mode: jail.mode,
    countedAs: formatNetwork(countedAs),
    ban: ban === undefined ? null : toBanRecord(ban, sources.nowSeconds),
    firewall: ban === undefined ? null : askFirewall(ban, sources.dispatcher),
    ignoredBy: ignoredBy === undefined ? null : formatNetwork(ignoredBy),
    failures: {
      recent: recentFailures,
      maxRetry: jail.maxRetry,
      missing: Math.max(0, jail.maxRetry - recentFailures),
      findTimeSeconds: jail.findTimeSeconds,
    },
    bans: standing.bans,
    lines: sources.evidence.linesOf(jail.name, countedAs)
      .map((line) => toCountedLine(line, at)),
    history: listHistory(at, sources),
  };
}

function askFirewall(ban: Ban, dispatcher: Dispatcher): FirewallRecord {
  const action = dispatcher.driverOf(ban.jail) ?? "none";
  const seconds = dispatcher.remainingOf?.(ban);
  return {
    action,
    isThere: seconds === undefined ? null : seconds > 0,
    remainingSeconds: seconds === undefined || !Number.isFinite(seconds)
      ? null
      : Math.round(seconds),
  };
}

/** The jail is asked about the line once more: that tells what its groups caught, and whether it is that line at all. */
function toCountedLine(
  { timeSeconds, source, text, pattern: index }: EvidenceLine,
  { jail, standing: { countedAs } }: Case,
): CountedLine {
  const known = {
    time: toIsoTime(timeSeconds),
    source: source ?? null,
    pattern: jail.failPatterns[index] ?? null,
  };
  if (text === undefined) return { ...known, line: null, groups: {} };
  if (jail.bansOf !== undefined) {
    return { ...known, line: text, pattern: null, groups: {} };
  }
  const { pattern, groups, host } = explainInJail(jail, text, {
    nowSeconds: timeSeconds,
  });
  // A log that was cut and written anew has another line in that place.
  if (host !== undefined && !isWithin(host, countedAs)) {
    return { ...known, line: null, groups: {} };
  }
  return {
    ...known,
    line: text,
    pattern: pattern === undefined
      ? known.pattern
      : jail.failPatterns[pattern] ?? null,
    groups,
  };
}

function isWithin(host: string, network: Network): boolean {
  const parsed = parseNetwork(host);
  return parsed !== undefined && isInNetwork(parsed.words, network);
}

/** Of the host itself and of the network by which it is counted and banned. */
function listHistory(
  { host, jail, standing }: Case,
  { historyOf, nowSeconds }: HostSources,
): PastBan[] {
  const { countedAs, ban } = standing;
  const asked = new Map(
    [host, countedAs, ...ban === undefined ? [] : [ban]]
      .map((network) => [formatNetwork(network), network]),
  );
  return [...asked.values()]
    .flatMap((network) => historyOf(network, MOST_PAST))
    .filter((past) => past.jail === jail.name)
    .sort((a, b) => b.startSeconds - a.startSeconds)
    .slice(0, MOST_PAST)
    .map((past) => {
      const { host, start, end, count, failures } = toBanRecord({
        ...past,
        ...past.host,
        host: formatNetwork(past.host),
      }, nowSeconds);
      const isInForce = past.endSeconds > nowSeconds;
      return { host, start, end, count, failures, isInForce };
    });
}
