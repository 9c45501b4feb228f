/**
 * Tells what a line is for a jail, and why: the command `test-filter`.
 *
 * @module
 */

import { needsExactJail } from "../config/needs_exact_jail.ts";
import type { CaughtGroups } from "./group_places.ts";
import type { LocalTime } from "./date/stamp_clock.ts";
import { zoneTime } from "./date/zone_time.ts";
import { explainDate } from "./explain_date.ts";
import { explainLine, type Explanation } from "./explain_line.ts";
import { compileCondition, printCondition } from "./json/json_conditions.ts";
import { parseJsonLine } from "./json/json_reader.ts";
import type { JsonMatchJail } from "./json/json_jail.ts";
import { JsonTime } from "./json/json_time.ts";
import { valueAt } from "./json/value_at.ts";
import { createMatcher } from "./matcher.ts";
import { NO_POSITION } from "../source/types.ts";
import type { MatchJail } from "./types.ts";

/** By which clock. */
export interface JailExplainOptions {
  readonly nowSeconds: number;
  readonly localTime?: LocalTime;
}

/** What a line came to in a jail of its own. */
type Finding = Pick<
  Explanation,
  "outcome" | "pattern" | "groups" | "host" | "user"
>;

/**
 * Runs a jail on one line as the daemon would.
 *
 * @throws {FilterError} when a pattern cannot be used
 */
export function explainInJail(
  jail: MatchJail,
  line: string,
  options: JailExplainOptions,
): Explanation {
  if (hasJson(jail)) return explainJson(jail, line, options);
  const localTime = zoneTime(jail.logTimeZone, options.localTime);
  const { nowSeconds } = options;
  if (!needsExactJail(jail)) {
    return explainLine(jail.failPatterns, line, {
      ...jail,
      nowSeconds,
      localTime,
    });
  }
  const { dateFormat } = jail;
  const finding = find(jail, line, options);
  return {
    ...explainDate(line, { dateFormat, nowSeconds, localTime }),
    engine: undefined,
    ...finding,
    reason: finding.outcome === "failure"
      ? undefined
      : "no pattern matches, or none of them finds an address",
  };
}

function explainJson(
  jail: JsonMatchJail,
  line: string,
  options: JailExplainOptions,
): Explanation {
  const root = parseJsonLine(line, { from: 0, to: line.length });
  const message = jail.json.message ? valueAt(root, jail.json.message) : line;
  const finding = find(jail, line, options);
  return {
    date: dateIn(jail, root, options),
    text: typeof message === "string" ? message.trimEnd() : line,
    engine: undefined,
    ...finding,
    reason: finding.outcome === "failure"
      ? undefined
      : reasonInJson(jail, root),
  };
}

function hasJson(jail: MatchJail): jail is JsonMatchJail {
  return jail.json !== undefined;
}

function find(
  jail: MatchJail,
  line: string,
  { nowSeconds, localTime }: JailExplainOptions,
): Finding {
  const matcher = createMatcher([jail], {
    trustsStamps: true,
    ...(localTime === undefined ? {} : { localTime }),
  });
  const found: Finding[] = [];
  matcher.match(
    {
      source: "-",
      bytes: new TextEncoder().encode(`${line}\n`),
      position: NO_POSITION,
      isCatchUp: false,
    },
    nowSeconds,
    ({ pattern, groups, host, user }) =>
      found.push({
        ...{ outcome: "failure", pattern, host, user },
        groups: presentTexts(groups),
      }),
  );
  const { ignored, unbannable } = matcher.counts;
  const none = { pattern: undefined, groups: {}, host: undefined };
  const outcome = ignored > 0
    ? "ignored"
    : unbannable > 0
    ? "no host"
    : "no match";
  return found[0] ?? { outcome, ...none, user: undefined };
}

/** What the head of the line leaves to the patterns says nothing that they do not. */
function presentTexts(
  { content: _, ...groups }: Readonly<CaughtGroups> = {},
): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, text] of Object.entries(groups)) {
    if (text !== undefined) texts[name] = text;
  }
  return texts;
}

function dateIn(
  { json: { time }, logTimeZone }: JsonMatchJail,
  root: unknown,
  { nowSeconds, localTime }: JailExplainOptions,
): Explanation["date"] {
  const seconds = new JsonTime(time, zoneTime(logTimeZone, localTime))
    .read(root, nowSeconds);
  if (time === undefined || Number.isNaN(seconds)) return undefined;
  const text = String(valueAt(root, time));
  return { text, format: "json", seconds };
}

/** The first thing that is not as a failure has it. */
function reasonInJson(
  { json, failPatterns }: JsonMatchJail,
  root: unknown,
): string {
  if (root === undefined) return "the line holds no JSON object";
  for (const condition of json.conditions) {
    if (compileCondition(condition).holds(root)) continue;
    const value = JSON.stringify(valueAt(root, condition.path));
    return `${printCondition(condition)} does not hold: it is ${
      value ?? "not there"
    }`;
  }
  const { message, host } = json;
  if (message && typeof valueAt(root, message) !== "string") {
    return "the message is missing, or is no text";
  }
  const value = host && JSON.stringify(valueAt(root, host));
  if (failPatterns.length > 0) {
    return "no pattern matches the message, or an ignore pattern does too";
  }
  return `the host ${value ?? "is missing"} is not to be banned`;
}
