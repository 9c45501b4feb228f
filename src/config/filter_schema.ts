/**
 * The keys of a filter's file, one by one.
 *
 * @module
 */

import * as z from "zod/mini";
import { choice, closed, parsed, whole } from "./fields.ts";
import { DATE_FORMATS } from "./jail_schema.ts";
import { LOG_PATH } from "./jail_values.ts";
import { JOURNAL_MATCH } from "./journal_schema.ts";
import { JSON_FIELDS } from "./json_schema.ts";
import { LOG_HEAD_NAMES } from "./log_heads.ts";
import type { FilterSyntax, UseDns } from "./types.ts";

/** Words of `syntax`. */
const SYNTAXES = ["own", "fail2ban"] as const satisfies FilterSyntax[];

/** Words of `use_dns`. */
const USE_DNS = ["yes", "warn", "no", "raw"] as const satisfies UseDns[];

/** What is asked of a filter that comes with the program, and may be excused with a reason (`scripts/filter_rules.ts`). */
export const FILTER_RULES = [
  "attacker",
  "date",
  "engine",
  "ipv6",
  "literal",
  "ports",
  "spoof",
] as const;

/** Name of such a rule. */
export type FilterRule = typeof FILTER_RULES[number];

const REASON = z.optional(z.string("a reason"));

const PATTERNS = z.array(z.string("a pattern"), "a list of patterns");
const LINE = z.string("a log line").check(z.minLength(1, "a log line"));
const TEXTS = z.array(z.string("a text"), "a list of texts");
const MODE_NAME = z.string("a mode's name");

const SAMPLE = {
  line: LINE,
  before: z.optional(z.array(LINE, "a list of log lines")),
  mode: z.optional(MODE_NAME),
};

const HIT = closed({
  ...SAMPLE,
  host: z.string("an address"),
  user: z.optional(z.string("a text")),
  attacker: z._default(TEXTS, []),
  escaped: z.optional(z.string("characters")),
});

const MODE = closed({
  description: z.optional(z.string("a text")),
  with: z._default(z.array(MODE_NAME, "a list of modes"), ["normal"]),
  fail: z._default(PATTERNS, []),
});

/** A filter's table. */
export const FILTER_SCHEMA = closed({
  description: z.string("a text"),
  /** Versions of the service whose log format it is written for. */
  seen: z._default(TEXTS, []),
  link: z.optional(z.string("a URL")),
  logs: z._default(LOG_PATH, []),
  journal: z._default(JOURNAL_MATCH, []),
  ports: z._default(z.array(z.string("a port"), "a list of ports"), []),
  protocol: z._default(TEXTS, []),
  date_format: z._default(choice(DATE_FORMATS), "auto"),
  date_pattern: z.optional(z.string("a pattern of dates, or one a line")),
  syntax: z.optional(choice(SYNTAXES)),
  use_dns: z.optional(choice(USE_DNS)),
  max_lines: z.optional(whole(1, 1000)),
  ...JSON_FIELDS,
  head: z.optional(choice(LOG_HEAD_NAMES)),
  program: z.optional(z.string("a pattern of the program's name")),
  prefix: z._default(z.string("the beginning of a pattern"), ""),
  prefix_pattern: z.optional(z.string("a pattern")),
  fail: z.optional(parsed<string[]>("a list of patterns", (value, refuse) => {
    const result = PATTERNS.safeParse(value);
    if (!result.success) return undefined;
    if (result.data.length === 0) refuse("it is empty");
    return result.data;
  })),
  ignore: z._default(PATTERNS, []),
  escaped: z._default(z.string("characters"), ""),
  allow: z._default(
    closed({
      attacker: REASON,
      date: REASON,
      engine: REASON,
      ipv6: REASON,
      literal: REASON,
      ports: REASON,
      spoof: REASON,
    }),
    {},
  ),
  mode: z._default(
    z.record(z.string(), MODE, "tables [mode.NAME]"),
    {},
  ),
  hit: z._default(z.array(HIT, "tables [[hit]]"), []),
  miss: z._default(z.array(closed(SAMPLE), "tables [[miss]]"), []),
});
