/**
 * What others make of the same log.
 *
 * @module
 */

import { match, strictEqual } from "node:assert/strict";
import { needsExactJail } from "../../../src/config/needs_exact_jail.ts";
import type { Config, JailConfig } from "../../../src/config/types.ts";
import { compilePattern } from "../../../src/match/compile.ts";
import { compileExact } from "../../../src/match/compile_exact.ts";
import { ID_GROUPS } from "../../../src/match/fail2ban_tags.ts";
import { type Result, runProcess } from "./measure.ts";

/** A log, and how many lines it has. */
export interface Log {
  readonly path: string;
  readonly bytes: number;
  readonly lines: number;
}

const BLOCK_BYTES = 1 << 20;

/** A stamp in brackets or in syslog's way, as the date stage cuts it out. */
const STAMP =
  /(?<=\[)\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}|^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d/;

/**
 * The naive way: decode, split, cut the date out, run every pattern on every line in V8. No host, no time, no tracker.
 *
 * @param failures expected; undefined where this tells it
 * @returns how it did, and how many failures it found
 */
export function runNaive(
  { jails }: Config,
  log: Log,
  failures: number | undefined,
): Result & { readonly failures: number } {
  const filters = jails.map(toNaiveFilter);
  let found = 0;
  let lines = 0;
  const start = performance.now();
  for (const line of readLines(log.path)) {
    lines++;
    const text = line.replace(STAMP, "");
    for (const isFailure of filters) if (isFailure(text)) found++;
  }
  const seconds = (performance.now() - start) / 1000;
  strictEqual(lines, log.lines);
  if (failures !== undefined) strictEqual(found, failures);
  return {
    name: "V8, each pattern on each line",
    lines,
    bytes: log.bytes,
    seconds,
    failures: found,
    note: "no host, date or tracker",
  };
}

/** @returns what tells whether a line is a failure by itself; a filter in fail2ban's syntax has a prefix, and lines that are none */
function toNaiveFilter(jail: JailConfig): (text: string) => boolean {
  const isExact = needsExactJail(jail);
  const compile = (pattern: string) =>
    isExact
      ? compileExact(pattern, jail, "backtracking").engine
      : compilePattern(pattern, { engine: "backtracking" }).engine;
  const patterns = jail.failPatterns.map(compile);
  if (!isExact) {
    return (text) => patterns.some((pattern) => pattern.exec(text) !== null);
  }
  const prefix = jail.prefixPattern && compile(jail.prefixPattern);
  return (text) => {
    const head = prefix ? prefix.exec(`${text}\n`) : undefined;
    if (head === null) return false;
    const rest = `${head?.group("content") ?? text}\n`;
    for (const pattern of patterns) {
      const match = pattern.exec(rest);
      if (match === null) continue;
      return !match.group("nofail") && !match.group("mlfgained") &&
        ID_GROUPS.some((name) => match.group(name));
    }
    return false;
  };
}

function* readLines(path: string): Generator<string> {
  using file = Deno.openSync(path);
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(BLOCK_BYTES);
  let rest = "";
  for (;;) {
    const length = file.readSync(buffer);
    if (length === null) break;
    const text = decoder.decode(buffer.subarray(0, length), { stream: true });
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** Where Debian's fail2ban is: unpacked where FAIL2DENO_FAIL2BAN says, else installed. */
export const FAIL2BAN_ROOT = Deno.env.get("FAIL2DENO_FAIL2BAN") ?? "";

/**
 * fail2ban-regex with its own sshd filter, which is to find the same lines as ours. It says itself how long it took, the
 * start of Python left out.
 *
 * @returns undefined where it is not there
 */
export async function runFail2banRegex(
  log: Log,
  failures: number,
): Promise<Result | undefined> {
  const program = `${FAIL2BAN_ROOT}/usr/bin/fail2ban-regex`;
  if (!isThere(program)) return undefined;
  const config = `${FAIL2BAN_ROOT}/etc/fail2ban`;
  const { out, err } = await runProcess("/usr/bin/python3", [
    ...[program, "-c", config, log.path],
    `${config}/filter.d/sshd.conf[mode=aggressive]`,
  ], { PYTHONPATH: `${FAIL2BAN_ROOT}/usr/lib/python3/dist-packages` });
  match(
    out,
    new RegExp(`Lines: ${log.lines} lines,.* ${failures} matched`),
    err,
  );
  return {
    name: "fail2ban-regex",
    lines: log.lines,
    bytes: log.bytes,
    seconds: Number(/\[processed in ([\d.]+) sec\]/.exec(out)?.[1]),
    note: "its own sshd filter; no tracker",
  };
}

/**
 * `rg -c` with the same patterns as one alternation: how fast the lines can be told from the others at all.
 *
 * @param failures expected: lines that some pattern hits
 * @returns undefined where it is not installed
 */
export async function runRipgrep(
  { jails }: Config,
  log: Log,
  failures: number,
): Promise<Result | undefined> {
  const program = "/usr/bin/rg";
  if (!isThere(program)) return undefined;
  const patterns = jails.flatMap(({ failPatterns }) =>
    failPatterns.map(toRipgrep)
  );
  const { code, out, err, seconds, peakBytes } = await runProcess(program, [
    ...["--no-config", "-c", "-a", "-e", `(?:${patterns.join("|")})`, log.path],
  ]);
  strictEqual(code, 0, err);
  strictEqual(Number(out), failures);
  return {
    name: "rg -c",
    lines: log.lines,
    bytes: log.bytes,
    seconds,
    peakBytes,
    note: "whole process; no date, host or tracker",
  };
}

/** Its lines still have their date, and it knows no tags. */
function toRipgrep(pattern: string): string {
  return pattern.replaceAll("<HOST>", "[0-9A-Fa-f:.]+")
    .replaceAll(String.raw`\[\]`, String.raw`\[[^\]"]*\]`);
}

/** Any program that is given: its words are split at blanks, no shell sees them. */
export async function runRival(command: string, log: Log): Promise<Result> {
  const [program = "", ...args] = command.split(/ +/)
    .map((word) => word.replaceAll("{log}", log.path));
  const { code, out, seconds, peakBytes } = await runProcess(program, args);
  const said = out.trimEnd().split("\n").at(-1) ?? "";
  return {
    name: program.split("/").at(-1) ?? program,
    lines: log.lines,
    bytes: log.bytes,
    seconds,
    peakBytes,
    note: `whole process; exit code ${code}, said "${said.slice(0, 40)}"`,
  };
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
