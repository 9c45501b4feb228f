/**
 * Answers what people ask of the daemon, from the stages' own state.
 *
 * @module
 */

import type { ActionStatus } from "../act/delivery/types.ts";
import type { Dispatcher } from "../act/dispatcher.ts";
import {
  heldPermissions,
  type PermissionEntry,
} from "../config/permissions.ts";
import type { Config, JailConfig } from "../config/types.ts";
import type { Failure, PatternUsage } from "../match/types.ts";
import type { SourceStatus } from "../source/types.ts";
import type { JailTracker } from "../track/tracker.ts";
import type { JailCounts } from "../track/types.ts";
import { formatNetwork, type Network, parseNetwork } from "../util/address.ts";
import type { NameCounts } from "../util/name_resolver.ts";
import { escapeText } from "../util/escape.ts";
import { VERSION } from "../version.ts";
import { requireJail } from "./require_jail.ts";
import { toActionRecord, toBanRecord, toJailStatus } from "./records.ts";
import {
  type ActionRecords,
  type BanOutcome,
  type BanRequest,
  ControlError,
  type DaemonControl,
  type DaemonStats,
  type HostReport,
  type JailChange,
  type JailStatus,
  type ReloadOutcome,
  type UnbanRequest,
} from "./types.ts";

/** Where the desk looks, and what it can have done. */
export interface DeskOptions {
  readonly tracker: JailTracker;
  readonly dispatcher: Pick<Dispatcher, "driverOf" | "tallies">;
  /** Bans that the tracker holds at most. */
  readonly maxBans: number;
  /** How handler actions stand. */
  readonly actions: () => readonly ActionStatus[];
  /** The configuration in force. */
  readonly config: () => Config;
  /** The entries that were kept and given up at start. */
  readonly permissions: () => readonly PermissionEntry[];
  /** The logs of a jail. */
  readonly sources: (jail: JailConfig) => readonly SourceStatus[];
  readonly totals: () => DaemonTotals;
  /** One for each pattern of a jail. */
  readonly patterns: () => readonly PatternUsage[];
  /** Carries out what the tracker decided. */
  readonly flush: () => void;
  /** All that is known of a host. */
  readonly explain: (host: Network) => Promise<HostReport>;
  readonly reload: () => Promise<ReloadOutcome>;
  /** Changes a jail that there is. */
  readonly adjust: (jail: string, change: JailChange) => Promise<void>;
  /** Counts a failure that no line told of. */
  readonly takeFailure: (failure: Failure) => void;
  readonly reopenLog: () => Promise<boolean>;
}

/** Counts that only the daemon has. */
export interface DaemonTotals {
  readonly uptimeSeconds: number;
  readonly lines: number;
  readonly bytes: number;
  readonly candidates: number;
  readonly unbans: number;
  readonly problems: number;
  readonly longestPauseMs: number;
  readonly longestCommitMs: number;
  readonly names: Readonly<NameCounts>;
  readonly unanswered: number;
}

/** @returns the control API over these parts */
export function createDesk(options: DeskOptions): DaemonControl {
  const { tracker, flush } = options;
  const jails = () => options.config().jails.filter((jail) => jail.enabled);
  const find = (name: string) => jails().find((jail) => jail.name === name);
  return {
    status: () => ({
      version: VERSION,
      pid: Deno.pid,
      mode: options.config().global.mode,
      uptimeSeconds: options.totals().uptimeSeconds,
      jails: jails().map((jail) => describeJail(jail, options)),
    }),
    jail(name): JailStatus | undefined {
      const jail = find(name);
      return jail === undefined ? undefined : describeJail(jail, options);
    },
    bans(jail) {
      const now = nowSeconds();
      return tracker.bans(jail).map((ban) => toBanRecord(ban, now));
    },
    stats: () => sumUp(jails(), options),
    host: async (address) => await options.explain(readNetwork(address)),
    patterns: (jail) =>
      options.patterns()
        .filter((pattern) => jail === undefined || pattern.jail === jail),
    actions: (jail) => listActions(options, jail),
    permissions: () =>
      heldPermissions(options.permissions()).map(({ kind, value, reason }) => ({
        kind,
        value,
        reason: reason ?? "lies under a kept entry",
      })),
    ban(request) {
      requireJail(request.jail, jails());
      const outcomes = banAll(request, tracker);
      flush();
      return outcomes;
    },
    unban(request) {
      if (request.jail !== undefined) requireJail(request.jail, jails());
      const unbanned = unbanAll(request, tracker);
      flush();
      return { unbanned };
    },
    reload: options.reload,
    activeBans: (jail) => tracker.bans(jail),
    configuration: options.config,
    jailsBanning: (host) => tracker.find(readNetwork(host)),
    async adjust(jail, change) {
      requireJail(jail, jails());
      await options.adjust(jail, change);
    },
    attempt(jail, host) {
      requireJail(jail, jails());
      options.takeFailure(failureOf(jail, readNetwork(host)));
      flush();
    },
    reopenLog: options.reopenLog,
  };
}

function failureOf(jail: string, network: Network): Failure {
  const host = formatNetwork(network);
  return {
    ...network,
    jail,
    host,
    timeSeconds: nowSeconds(),
    pattern: 0,
    user: undefined,
    line: `[${jail}] Attempt of ${host}`,
  };
}

function describeJail(config: JailConfig, options: DeskOptions): JailStatus {
  return toJailStatus({
    config,
    action: options.dispatcher.driverOf(config.name) ?? "none",
    sources: options.sources(config),
    counts: options.tracker.counts(config.name, nowSeconds()),
  });
}

/** @param jail absent: all */
function listActions(
  { actions, dispatcher }: DeskOptions,
  jail: string | undefined,
): ActionRecords {
  const driver = jail === undefined ? undefined : dispatcher.driverOf(jail);
  return {
    drivers: dispatcher.tallies().filter(({ name }) =>
      jail === undefined || name === driver
    ),
    actions: actions().filter(({ jails }) =>
      jail === undefined || jails.includes(jail)
    ).map(toActionRecord),
  };
}

function banAll(request: BanRequest, tracker: JailTracker): BanOutcome[] {
  const { jail, seconds } = request;
  const networks = request.hosts.map(readNetwork);
  return networks.map((network, index) => ({
    host: request.hosts[index] ?? "",
    jail,
    outcome: tracker.ban({
      jail,
      network,
      nowSeconds: nowSeconds(),
      ...(seconds === undefined ? {} : { seconds: seconds ?? Infinity }),
    }),
  }));
}

function unbanAll(request: UnbanRequest, tracker: JailTracker): number {
  const jail = request.jail === undefined ? {} : { jail: request.jail };
  if (request.hosts === undefined) return tracker.unban(jail);
  return request.hosts.map(readNetwork).reduce(
    (count, network) => count + tracker.unban({ ...jail, network }),
    0,
  );
}

function sumUp(
  jails: readonly JailConfig[],
  options: DeskOptions,
): DaemonStats {
  const counts = jails.map((jail) =>
    [jail.name, options.tracker.counts(jail.name, nowSeconds())] as const
  );
  const total = (read: (counts: JailCounts) => number) =>
    counts.reduce((sum, [, each]) => sum + read(each), 0);
  return {
    ...options.totals(),
    memoryBytes: Deno.memoryUsage().rss,
    failures: total((each) => each.totalFailed),
    bans: total((each) => each.totalBanned),
    activeBans: total((each) => each.currentlyBanned),
    maxBans: options.maxBans,
    displaced: total((each) => each.displaced),
    jails: Object.fromEntries(counts.map(([name, each]) => [
      name,
      { failures: each.totalFailed, bans: each.totalBanned },
    ])),
  };
}

function readNetwork(text: string): Network {
  const network = parseNetwork(text);
  if (network !== undefined) return network;
  throw new ControlError(
    400,
    `Cannot read "${escapeText(text, 64)}": no IP address or network`,
  );
}

function nowSeconds(): number {
  return Date.now() / 1000;
}
