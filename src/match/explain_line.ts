/**
 * Tells what a line is for some patterns, and why: the command `test-filter`.
 *
 * @module
 */

import type { Network } from "../util/address.ts";
import { ClientHost } from "./client_host.ts";
import { presentGroups } from "./caught_groups.ts";
import { type CompiledPattern, compilePattern } from "./compile.ts";
import type { EngineKind, EngineMatch } from "./engine.ts";
import {
  type DatedLine,
  type DateOptions,
  explainDate,
} from "./explain_date.ts";
import {
  caughtUser,
  createHost,
  printHost,
  readHost,
  userGroupsOf,
} from "./host.ts";

/** How to explain. */
export interface ExplainOptions extends DateOptions {
  readonly ignorePatterns?: readonly string[];
  /** Proxies whose word is taken on whom they got a request from. */
  readonly trustedProxies?: readonly Network[] | undefined;
}

/**
 * What a line is.
 *
 *     { date: {…}, text: " box sshd[1]: Failed password for root from 192.0.2.7 port 22", outcome: "failure",
 *       pattern: 0, groups: { ip4: "192.0.2.7" }, host: "192.0.2.7", reason: undefined, … }
 */
export interface Explanation extends DatedLine {
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
  const seen = explainDate(text, options);
  const cut = `${seen.text}\n`;
  const index = compiled.findIndex(({ engine }) => engine.exec(cut));
  const hit = compiled[index];
  const match = hit?.engine.exec(cut);
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
    ...judgeHit(cut, match, options),
  };
}

const NOTHING_CAUGHT = {
  pattern: undefined,
  engine: undefined,
  groups: {},
  host: undefined,
  user: undefined,
} as const;

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
