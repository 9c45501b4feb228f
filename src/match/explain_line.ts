/**
 * Tells what a line is for some patterns, and why: the command `test-filter`.
 *
 * @module
 */

import type { Network } from "../util/address.ts";
import { ClientHost } from "./client_host.ts";
import { presentGroups } from "./caught_groups.ts";
import type { DateFormat } from "../config/types.ts";
import { type CompiledPattern, compilePattern } from "./compile.ts";
import type { LocalTime } from "./date/stamp_clock.ts";
import type { EngineKind, EngineMatch } from "./engine.ts";
import {
  caughtUser,
  createHost,
  printHost,
  readHost,
  userGroupsOf,
} from "./host.ts";
import { LineCutter } from "./line_cutter.ts";

/** How to explain. */
export interface ExplainOptions {
  /** Default `auto`. */
  readonly dateFormat?: DateFormat;
  readonly ignorePatterns?: readonly string[];
  /** Proxies whose word is taken on whom they got a request from. */
  readonly trustedProxies?: readonly Network[] | undefined;
  /** The wall clock, by which a missing year is inferred. */
  readonly nowSeconds: number;
  readonly localTime?: LocalTime;
}

/** The date of a line: `{ text: "Nov 20 19:08:03", format: "syslog", seconds: 1795201683 }`. */
export interface ExplainedDate {
  readonly text: string;
  readonly format: string;
  /** Since 1970. */
  readonly seconds: number;
}

/**
 * What a line is.
 *
 *     { date: {…}, text: " box sshd[1]: Failed password for root from 192.0.2.7 port 22", outcome: "failure",
 *       pattern: 0, groups: { ip4: "192.0.2.7" }, host: "192.0.2.7", reason: undefined, … }
 */
export interface Explanation {
  /** undefined where the line bears none. */
  readonly date: ExplainedDate | undefined;
  /** The line without its date, as patterns see it. */
  readonly text: string;
  readonly outcome: "failure" | "ignored" | "no match" | "no host";
  /** Index of the pattern that hit. */
  readonly pattern: number | undefined;
  readonly engine: EngineKind | undefined;
  /** What named groups caught; those that took no part are left out. */
  readonly groups: Readonly<Record<string, string>>;
  readonly host: string | undefined;
  readonly user: string | undefined;
  /** Why the line is no failure, in words. */
  readonly reason: string | undefined;
}

/**
 * Runs patterns on one line as the daemon would.
 *
 * @param line without its newline
 * @throws {FilterError} when a pattern cannot be used
 */
export function explainLine(
  patterns: readonly string[],
  line: string,
  options: ExplainOptions,
): Explanation {
  const compiled = patterns.map((pattern) => compilePattern(pattern));
  const text = line.replace(/[\r\n]+$/, "");
  const cutter = new LineCutter(
    options.dateFormat ?? "auto",
    options.localTime,
  );
  cutter.cut(text, { from: 0, to: text.length }, options.nowSeconds);
  const seen = { date: dateOf(text, cutter), text: cutter.text.slice(0, -1) };
  const index = compiled.findIndex(({ engine }) => engine.exec(cutter.text));
  const hit = compiled[index];
  const match = hit?.engine.exec(cutter.text);
  if (hit === undefined || !match) {
    return {
      ...seen,
      ...NOTHING_CAUGHT,
      outcome: "no match",
      reason: reasonOfMiss(compiled, text, seen),
    };
  }
  return {
    ...seen,
    pattern: index,
    engine: hit.engine.kind,
    groups: presentGroups(match, hit.engine.groups),
    user: caughtUser(match, userGroupsOf(hit.engine.groups)),
    ...judgeHit(cutter.text, match, options),
  };
}

const NOTHING_CAUGHT = {
  pattern: undefined,
  engine: undefined,
  groups: {},
  host: undefined,
  user: undefined,
} as const;

function dateOf(text: string, { isDated, reader }: LineCutter) {
  if (!isDated || reader.format === undefined) return undefined;
  const { start, end, format, seconds } = reader;
  return { text: text.slice(start, end), format, seconds };
}

function reasonOfMiss(
  compiled: readonly CompiledPattern[],
  line: string,
  { date, text }: Pick<Explanation, "date" | "text">,
): string {
  const hits = (candidate: string) =>
    compiled.some(({ engine }) => engine.exec(candidate) !== null);
  if (date !== undefined && hits(`${line}\n`)) {
    return "it matches only with the date left in the line";
  }
  if (text !== text.trim() && hits(`${text.trim()}\n`)) {
    return "it matches only without the blanks at the ends of the line";
  }
  return compiled.length === 1
    ? "the pattern does not match"
    : "no pattern matches";
}

function judgeHit(
  text: string,
  match: EngineMatch,
  { ignorePatterns = [], trustedProxies = [] }: ExplainOptions,
): Pick<Explanation, "outcome" | "host" | "reason"> {
  const host = createHost();
  const ignoring = ignorePatterns.find((pattern) =>
    compilePattern(pattern, { role: "ignore" }).engine.exec(text) !== null
  );
  if (!readHost(text, match, host)) {
    return {
      outcome: "no host",
      host: undefined,
      reason: reasonOfNoHost(match),
    };
  }
  new ClientHost(trustedProxies).find(host, match.group("forwarded"));
  if (ignoring !== undefined) {
    const reason = `the ignore pattern "${ignoring}" matches too`;
    return { outcome: "ignored", host: printHost(host), reason };
  }
  return { outcome: "failure", host: printHost(host), reason: undefined };
}

function reasonOfNoHost(match: EngineMatch): string {
  const caught = match.host;
  return caught === undefined
    ? "the pattern matches, but no part of it that catches a host took part"
    : `"${caught}" is not a valid address, or is a part of a longer text`;
}
