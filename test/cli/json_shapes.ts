/**
 * The shapes of what commands print with `--json`, as docs/commands.md tells them.
 *
 * @module
 */

import * as z from "zod/mini";
import { ANSWERS } from "../../src/control/answers.ts";

const TEXT = z.string();
const COUNT = z.number().check(z.nonnegative());
const TIME = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/));

const PROBLEM = z.strictObject({
  message: TEXT,
  file: TEXT,
  line: z.optional(COUNT),
  column: z.optional(COUNT),
  source: z.optional(TEXT),
  length: z.optional(COUNT),
  severity: z.optional(z.enum(["error", "warning", "note"])),
  jail: z.optional(TEXT),
  action: z.optional(TEXT),
});

const CHECK = z.strictObject({
  ok: z.boolean(),
  files: z.array(TEXT),
  problems: z.array(PROBLEM),
  sources: z.array(
    z.strictObject({ jail: TEXT, from: TEXT, reads: TEXT, reason: TEXT }),
  ),
  patterns: z.optional(z.array(z.strictObject({
    jail: TEXT,
    role: z.enum(["prefix", "fail", "ignore", "match"]),
    pattern: TEXT,
    engine: TEXT,
    bound: TEXT,
    literals: z.array(z.strictObject({ text: TEXT, ignoresCase: z.boolean() })),
    declined: z.optional(TEXT),
    lint: z.optional(TEXT),
  }))),
});

const DRY_RUN = z.strictObject({
  isComplete: z.boolean(),
  lines: COUNT,
  failures: COUNT,
  ignored: COUNT,
  overlongLines: COUNT,
  bans: z.array(z.strictObject({
    host: TEXT,
    jail: TEXT,
    time: TIME,
    seconds: z.nullable(COUNT),
    count: COUNT,
    pattern: z.strictObject({
      index: COUNT,
      text: TEXT,
      file: z.optional(TEXT),
      line: z.optional(COUNT),
    }),
    log: TEXT,
  })),
  logs: z.array(z.strictObject({
    name: TEXT,
    isComplete: z.boolean(),
    lines: COUNT,
    failures: COUNT,
    bans: COUNT,
    error: z.optional(TEXT),
  })),
});

const LOG_TEST = z.strictObject({
  log: TEXT,
  lines: COUNT,
  matched: COUNT,
  ignored: COUNT,
  missed: COUNT,
  undated: COUNT,
  unbannable: COUNT,
  overlongLines: COUNT,
  seconds: COUNT,
  patterns: z.array(z.strictObject({
    role: z.enum(["prefix", "fail", "ignore"]),
    pattern: TEXT,
    engine: TEXT,
    literals: z.array(TEXT),
    candidates: COUNT,
    hits: COUNT,
    overBudget: COUNT,
  })),
  hosts: z.array(z.strictObject({ host: TEXT, failures: COUNT })),
  missedLines: z.array(TEXT),
  matchedLines: z.array(
    z.strictObject({ line: TEXT, host: TEXT, pattern: COUNT }),
  ),
  ignoredLines: z.array(TEXT),
});

const LINE_TEST = z.strictObject({
  outcome: z.enum(["failure", "ignored", "no match", "no host"]),
  host: z.nullable(TEXT),
  user: z.nullable(TEXT),
  reason: z.nullable(TEXT),
  date: z.nullable(
    z.strictObject({ text: TEXT, format: TEXT, seconds: z.number() }),
  ),
  text: TEXT,
  engine: z.nullable(TEXT),
  pattern: z.nullable(COUNT),
  patternText: z.nullable(TEXT),
  literal: z.nullable(TEXT),
  groups: z.record(TEXT, TEXT),
  near: z.array(
    z.strictObject({ pattern: COUNT, patternText: TEXT, literal: TEXT }),
  ),
});

/** Of a file of one's own that cannot be used little is known. */
const ACTION = z.strictObject({
  id: TEXT,
  kind: z.optional(z.enum(["plan", "handler"])),
  version: z.optional(TEXT),
  describe: z.optional(TEXT),
  options: z.optional(z.record(TEXT, z.looseObject({}))),
  permissions: z.optional(z.looseObject({})),
  path: z.optional(TEXT),
  problem: z.optional(TEXT),
});

const CHANGE = z.strictObject({
  name: TEXT,
  fidelity: z.enum(["exact", "adapted", "lost"]),
  notes: z.array(z.looseObject({ what: TEXT })),
});

const IMPORT = z.strictObject({
  source: TEXT,
  jails: z.array(CHANGE),
  filters: z.array(CHANGE),
  daemon: z.array(CHANGE),
  disabled: z.array(TEXT),
  problems: z.array(z.looseObject({ message: TEXT })),
  files: z.array(TEXT),
  bans: z.optional(z.looseObject({ path: TEXT })),
});

const DB_CHECK = z.strictObject({
  path: TEXT,
  version: z.optional(COUNT),
  rows: z.record(TEXT, COUNT),
  problems: z.array(z.looseObject({ table: TEXT, what: TEXT })),
});

const STATE_LINE = z.looseObject({ kind: TEXT });

const FILTERS = z.array(
  z.strictObject({
    name: TEXT,
    modes: z.array(TEXT),
    ports: z.array(TEXT),
    description: TEXT,
  }),
);

const SELF_CHECK = z.strictObject({
  ok: z.boolean(),
  findings: z.array(z.strictObject({
    state: z.enum(["ok", "note", "missing"]),
    subject: TEXT,
    text: TEXT,
    remedy: z.optional(TEXT),
  })),
});

/** One command line for each shape; `{…}` stands for a path. */
export const SHAPES: readonly (readonly [
  words: readonly string[],
  shape: z.ZodMiniType,
])[] = [
  [["version"], z.strictObject({ fail2deno: TEXT, deno: TEXT, v8: TEXT })],
  [["check", "--explain"], CHECK],
  [["check"], CHECK],
  [["self-check"], SELF_CHECK],
  [["list-filters"], FILTERS],
  [
    ["gen-config", "sshd"],
    z.strictObject({ filter: TEXT, mode: TEXT, toml: TEXT }),
  ],
  [["status"], ANSWERS.DaemonStatus],
  [
    ["status", "sshd"],
    z.intersection(
      z.looseObject({ bans: ANSWERS.BanRecords }),
      z.looseObject({ name: TEXT, sources: z.array(z.unknown()) }),
    ),
  ],
  [["status", "--patterns"], ANSWERS.PatternRecords],
  [["status", "--actions"], ANSWERS.ActionRecords],
  [["list-bans"], ANSWERS.BanRecords],
  [["explain", "203.0.113.9"], ANSWERS.HostReport],
  [["stats"], ANSWERS.DaemonStats],
  [["permissions"], ANSWERS.PermissionRecords],
  [["ban", "203.0.113.7", "sshd"], ANSWERS.BanOutcomes],
  [["unban", "203.0.113.7"], ANSWERS.UnbanOutcome],
  [["reload"], ANSWERS.ReloadOutcome],
  [["test-filter", "sshd", "{log}"], LOG_TEST],
  [["test-filter", "sshd", "a line"], LINE_TEST],
  [["test-filter", "-j", "sshd", "{log}"], LOG_TEST],
  [["dry-run", "{log}"], DRY_RUN],
  [["import", "{fail2ban}", "--dry-run"], IMPORT],
  [["action", "list"], z.array(ACTION)],
  [
    ["action", "check", "{action}"],
    z.union([
      z.strictObject({ file: TEXT, action: z.looseObject({ id: TEXT }) }),
      z.strictObject({ file: TEXT, problems: z.array(TEXT) }),
    ]),
  ],
  [["db", "check"], DB_CHECK],
];

/** A line of `db export`, and of `db import`'s input. */
export const EXPORTED: z.ZodMiniType = STATE_LINE;

/** Of `db vacuum` and `db import`, which need the daemon stopped. */
export const STOPPED_SHAPES: typeof SHAPES = [
  [
    ["db", "vacuum"],
    z.strictObject({ path: TEXT, before: COUNT, after: COUNT }),
  ],
  [
    ["db", "import", "{export}"],
    z.intersection(
      z.looseObject({ leftOut: COUNT }),
      z.record(
        TEXT,
        z.union([COUNT, z.strictObject({ read: COUNT, taken: COUNT })]),
      ),
    ),
  ],
];
