/**
 * The shapes of all answers, for the description of the API and for tests that hold the server to it. The daemon itself does
 * not load them: it is bound by the same types.
 *
 * @module
 */

import * as z from "zod/mini";
import type { ControlEvent } from "./events.ts";
import type {
  ActionRecord,
  ActionRecords,
  BanOutcome,
  BanRecord,
  CommandOutcome,
  CommandValue,
  CountedLine,
  DaemonStats,
  DaemonStatus,
  FirewallRecord,
  HostInJail,
  HostReport,
  JailStatus,
  PastBan,
  PatternRecord,
  PermissionRecord,
  ReloadOutcome,
  Totals,
  UnbanOutcome,
} from "./types.ts";

/** A shape that accepts nothing but `T`. */
type Shape<T> = z.ZodMiniType<T>;

const TEXT = z.string();
const COUNT = z.number().check(z.nonnegative());
const TIME = z.string().check(z.regex(/^[+-]?\d{4,6}-\d\d-\d\dT[\d:.]+Z$/));
const TEXTS = z.array(TEXT);
const MODE = z.enum(["enforce", "simulate"]);

const TOTALS: Shape<Totals> = z.strictObject({ current: COUNT, total: COUNT });

const SOURCE = z.strictObject({
  path: TEXT,
  state: z.enum(["watching", "waiting", "failed", "stopped"]),
  reason: z.optional(TEXT),
  bytesRead: COUNT,
  overlongLines: COUNT,
  rotations: COUNT,
  notJson: z.optional(COUNT),
});

const JAIL_STATUS = z.strictObject({
  name: TEXT,
  mode: MODE,
  action: TEXT,
  sources: z.array(SOURCE),
  maxRetry: COUNT,
  findTimeSeconds: COUNT,
  banTimeSeconds: z.nullable(COUNT),
  failed: TOTALS,
  banned: TOTALS,
  ignored: COUNT,
  displaced: COUNT,
  forgotten: COUNT,
});

const DAEMON_STATUS = z.strictObject({
  version: TEXT,
  pid: COUNT,
  mode: MODE,
  uptimeSeconds: COUNT,
  jails: z.array(JAIL_STATUS),
});

const BAN_RECORD: Shape<BanRecord> = z.strictObject({
  host: TEXT,
  jail: TEXT,
  start: TIME,
  end: z.nullable(TIME),
  remainingSeconds: z.nullable(COUNT),
  count: COUNT,
  failures: COUNT,
});

const FIREWALL: Shape<FirewallRecord> = z.strictObject({
  action: TEXT,
  isThere: z.nullable(z.boolean()),
  remainingSeconds: z.nullable(COUNT),
});

const COUNTED_LINE: Shape<CountedLine> = z.strictObject({
  time: TIME,
  source: z.nullable(TEXT),
  line: z.nullable(TEXT),
  pattern: z.nullable(TEXT),
  groups: z.record(TEXT, TEXT),
});

const PAST_BAN: Shape<PastBan> = z.strictObject({
  host: TEXT,
  start: TIME,
  end: z.nullable(TIME),
  count: COUNT,
  failures: COUNT,
  isInForce: z.boolean(),
});

const HOST_IN_JAIL: Shape<HostInJail> = z.strictObject({
  jail: TEXT,
  mode: MODE,
  countedAs: TEXT,
  ban: z.nullable(BAN_RECORD),
  firewall: z.nullable(FIREWALL),
  ignoredBy: z.nullable(TEXT),
  failures: z.strictObject({
    recent: COUNT,
    maxRetry: COUNT,
    missing: COUNT,
    findTimeSeconds: COUNT,
  }),
  bans: COUNT,
  lines: z.array(COUNTED_LINE),
  history: z.array(PAST_BAN),
});

const HOST_REPORT: Shape<HostReport> = z.strictObject({
  host: TEXT,
  jails: z.array(HOST_IN_JAIL),
});

const STATS: Shape<DaemonStats> = z.strictObject({
  uptimeSeconds: COUNT,
  memoryBytes: COUNT,
  lines: COUNT,
  bytes: COUNT,
  candidates: COUNT,
  failures: COUNT,
  bans: COUNT,
  unbans: COUNT,
  activeBans: COUNT,
  maxBans: COUNT,
  displaced: COUNT,
  problems: COUNT,
  longestPauseMs: COUNT,
  longestCommitMs: COUNT,
  names: z.strictObject({
    asked: COUNT,
    failed: COUNT,
    refused: COUNT,
    surplus: COUNT,
  }),
  unanswered: COUNT,
  jails: z.record(TEXT, z.strictObject({ failures: COUNT, bans: COUNT })),
});

const PATTERN: Shape<PatternRecord> = z.strictObject({
  jail: TEXT,
  role: z.enum(["prefix", "fail", "ignore"]),
  pattern: TEXT,
  engine: z.enum(["linear", "re2", "bounded", "backtracking"]),
  candidates: COUNT,
  hits: COUNT,
  overBudget: COUNT,
  seconds: COUNT,
});

const ACTION: Shape<ActionRecord> = z.strictObject({
  name: TEXT,
  plugin: TEXT,
  jails: TEXTS,
  feed: z.optional(z.strictObject({
    jails: TEXTS,
    hosts: z.nullable(COUNT),
    time: z.nullable(TIME),
    next: TIME,
  })),
  state: z.enum([
    ...["idle", "gathering", "calling", "waiting"] as const,
    ...["resting", "leaving", "unusable"] as const,
  ]),
  delivered: COUNT,
  retried: COUNT,
  refused: COUNT,
  dropped: COUNT,
  queued: COUNT,
  calls: COUNT,
  until: z.nullable(TIME),
  lastError: z.nullable(z.strictObject({ message: TEXT, time: TIME })),
});

/** Of any depth, so its values are named once. */
const VALUE: Shape<CommandValue> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.number(),
    TEXT,
    z.array(VALUE),
    z.strictObject({ tuple: z.array(VALUE) }),
    z.strictObject({ dict: z.array(z.tuple([TEXT, VALUE])) }),
  ])
);

const COMMAND: Shape<CommandOutcome> = z.union([
  z.strictObject({ value: VALUE }),
  z.strictObject({ refusal: z.strictObject({ name: TEXT, message: TEXT }) }),
]);

const ACTIONS: Shape<ActionRecords> = z.strictObject({
  drivers: z.array(z.strictObject({
    name: TEXT,
    bans: COUNT,
    unbans: COUNT,
    failures: COUNT,
  })),
  actions: z.array(ACTION),
});

const PERMISSION: Shape<PermissionRecord> = z.strictObject({
  kind: TEXT,
  value: TEXT,
  reason: TEXT,
});

const BAN_OUTCOME: Shape<BanOutcome> = z.strictObject({
  host: TEXT,
  jail: TEXT,
  outcome: z.enum(["banned", "extended", "already banned", "ignored"]),
});

const UNBAN_OUTCOME: Shape<UnbanOutcome> = z.strictObject({ unbanned: COUNT });

const RELOAD_OUTCOME: Shape<ReloadOutcome> = z.strictObject({
  added: TEXTS,
  removed: TEXTS,
  changed: TEXTS,
  unchanged: TEXTS,
  warnings: TEXTS,
});

const EVENT: Shape<ControlEvent> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("failure"),
    time: TIME,
    jail: TEXT,
    host: TEXT,
    verdict: z.enum(["counted", "banned", "already banned", "ignored"]),
    user: z.nullable(TEXT),
  }),
  z.strictObject({
    kind: z.enum(["ban", "extend"]),
    time: TIME,
    jail: TEXT,
    host: TEXT,
    end: z.nullable(TIME),
    count: COUNT,
    failures: COUNT,
  }),
  z.strictObject({
    kind: z.literal("unban"),
    time: TIME,
    jail: TEXT,
    host: TEXT,
    reason: z.enum([
      ...["expired", "manual", "reload"] as const,
      ...["ignored", "subnet", "room"] as const,
    ]),
  }),
  z.strictObject({
    kind: z.literal("warning"),
    time: TIME,
    level: z.enum(["warn", "error"]),
    message: TEXT,
    fields: z.record(TEXT, z.union([TEXT, z.number(), z.boolean()])),
  }),
  z.strictObject({ kind: z.literal("lost"), time: TIME, events: COUNT }),
]);

/** By the name that a route gives its answer. */
export const ANSWERS = {
  DaemonStatus: DAEMON_STATUS as Shape<DaemonStatus>,
  JailStatus: JAIL_STATUS as Shape<JailStatus>,
  HostReport: HOST_REPORT,
  BanRecords: z.array(BAN_RECORD),
  DaemonStats: STATS,
  PatternRecords: z.array(PATTERN),
  ActionRecords: ACTIONS,
  PermissionRecords: z.array(PERMISSION),
  BanOutcomes: z.array(BAN_OUTCOME),
  UnbanOutcome: UNBAN_OUTCOME,
  ReloadOutcome: RELOAD_OUTCOME,
  CommandOutcome: COMMAND,
  CommandValue: VALUE,
  ControlEvent: EVENT,
  Refusal: z.strictObject({ error: TEXT }),
} as const;
