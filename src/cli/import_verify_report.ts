/**
 * What a comparison with fail2ban-regex is told as.
 *
 * @module
 */

import { FAIL2BAN_REGEX } from "../../importer/run_regex.ts";
import type { JailVerification } from "../../importer/verify_jail.ts";
import type {
  Disagreement,
  LogVerification,
  SeenFailure,
} from "../../importer/verify_types.ts";
import { escapeText } from "../util/escape.ts";
import type { ImportSource } from "./import_source.ts";

/** A log with all its comparisons. */
export interface VerifiedLog {
  /** Absolute path. */
  readonly log: string;
  /** The jails named, those that read the log, or all since none does. */
  readonly choice: "named" | "readers" | "all";
  readonly jails: readonly VerifiedJail[];
}

/** A jail's part. */
export interface VerifiedJail {
  /** fail2ban's. */
  readonly name: string;
  readonly filter: string | undefined;
  readonly verification: JailVerification;
}

/** Lines that are shown of each jail; JSON has more. */
const MAX_SHOWN = 20;

/**
 * Draws it:
 *
 *     /var/log/auth.log
 *       sshd: 812 lines, 56 failures in both, 1 only in fail2ban, 0 only here
 *         line 12: Nov 20 19:08:03 box sshd[1]: Failed password for root from 192.0.2.7
 *           fail2ban: 192.0.2.7 at 2026-11-20T19:08:03Z
 *           here:     nothing
 *     They disagree on 1 line
 */
export function formatVerification(
  { tree }: ImportSource,
  logs: readonly VerifiedLog[],
): string {
  const failed = tree.failed.map((name) =>
    `${escapeText(name, 64)}: not imported\n`
  );
  return [...logs.map(formatLog), ...failed, summarize(logs)].join("");
}

/** @returns the same for programs */
export function recordVerification(
  { folder, tree }: ImportSource,
  logs: readonly VerifiedLog[],
) {
  return {
    source: folder,
    failed: tree.failed,
    logs: logs.map(({ log, choice, jails }) => ({
      log,
      choice,
      jails: jails.map(({ name, filter, verification }) => ({
        jail: name,
        filter,
        state: verification.state,
        ...("result" in verification
          ? recordResult(verification)
          : { problem: verification.problem }),
      })),
    })),
  };
}

function recordResult(
  { state, result }: Extract<JailVerification, { result: LogVerification }>,
) {
  const { lines, both, disagreements, ...counts } = result;
  if (state === "alone") return { lines, failures: both };
  return {
    lines,
    both,
    ...counts,
    disagreements: disagreements.map(({ line, text, ours, fail2ban }) => ({
      line,
      text: escapeText(text, Infinity),
      ours: ours.map(recordFailure),
      fail2ban: fail2ban.map(recordFailure),
    })),
  };
}

function recordFailure({ host, timeSeconds }: SeenFailure) {
  return { host: escapeText(host), time: formatTime(timeSeconds) };
}

function formatLog({ log, choice, jails }: VerifiedLog): string {
  const note = choice === "all"
    ? `  No enabled jail reads it: all ${jails.length} are compared\n`
    : "";
  return `${escapeText(log)}\n${note}${jails.map(formatJail).join("")}`;
}

function formatJail({ name, verification }: VerifiedJail): string {
  const head = `  ${escapeText(name, 64)}: `;
  if (!("result" in verification)) {
    const what = verification.state === "refused"
      ? "cannot run here"
      : "not compared";
    return `${head}${what}: ${escapeText(verification.problem, 600)}\n`;
  }
  const { state, result } = verification;
  const { lines, both, onlyFail2ban, onlyOurs } = result;
  const told = `${head}${count(lines, "line")}, ${count(both, "failure")}`;
  if (state === "alone") return `${told}\n`;
  return `${told} in both, ` +
    `${onlyFail2ban} only in fail2ban, ${onlyOurs} only here\n` +
    formatDisagreements(result);
}

function formatDisagreements(
  { disagreeing, disagreements }: LogVerification,
): string {
  const shown = disagreements.slice(0, MAX_SHOWN);
  const more = disagreeing - shown.length;
  return shown.map(formatDisagreement).join("") +
    (more > 0 ? `    and ${count(more, "more line")}\n` : "");
}

function formatDisagreement(
  { line, text, ours, fail2ban }: Disagreement,
): string {
  return `    line ${line}: ${escapeText(text, 300)}\n` +
    `      fail2ban: ${formatFailures(fail2ban)}\n` +
    `      here:     ${formatFailures(ours)}\n`;
}

function formatFailures(failures: readonly SeenFailure[]): string {
  if (failures.length === 0) return "nothing";
  return failures.map(({ host, timeSeconds }) =>
    `${escapeText(host, 100)} at ${formatTime(timeSeconds) ?? "no time"}`
  ).join(", ");
}

function formatTime(seconds: number | null): string | null {
  if (seconds === null || !(Math.abs(seconds) < 1e11)) return null;
  return new Date(Math.trunc(seconds) * 1000).toISOString()
    .replace(".000Z", "Z");
}

function summarize(logs: readonly VerifiedLog[]): string {
  const all = logs.flatMap(({ jails }) => jails)
    .map(({ verification }) => verification);
  if (all.some(({ state }) => state === "alone")) {
    return `There is no ${FAIL2BAN_REGEX}: nothing was compared\n`;
  }
  const compared = all.filter(({ state }) => state === "compared").length;
  const lines = all.reduce(
    (sum, each) => sum + ("result" in each ? each.result.disagreeing : 0),
    0,
  );
  const rest = all.length - compared;
  const open = rest === 0 ? "" : `; ${count(rest, "jail")} not compared`;
  if (compared === 0) return `Nothing was compared${open}\n`;
  return lines === 0
    ? `They agree on every line${open}\n`
    : `They disagree on ${count(lines, "line")}${open}\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
