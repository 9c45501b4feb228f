/**
 * What `fail2deno dry-run` does.
 *
 * @module
 */

import { MACHINE_FILES } from "../../config/read_text.ts";
import type { Config, JailConfig } from "../../config/types.ts";
import { EXIT, type ExitCode } from "../../util/exit_codes.ts";
import { type Invocation, UsageError } from "../command.ts";
import { findJail } from "../find_jail.ts";
import { loadFullConfig, print } from "../setup.ts";
import { formatOutcome } from "./format_outcome.ts";
import { Interruption } from "./interruption.ts";
import { type NamedLog, statLog, STDIN_NAME } from "./log_input.ts";
import type { Outcome } from "./outcome.ts";
import { Progress } from "./progress.ts";
import { Replay } from "./replay.ts";
import { parseSince } from "./since.ts";

/** Replays the logs that were named, and prints who would be banned. */
export async function dryRun(invocation: Invocation): Promise<ExitCode> {
  const nowSeconds = Date.now() / 1000;
  const sinceSeconds = readSince(invocation, nowSeconds);
  const logs = statLogs(invocation.words);
  const config = await loadReplayConfig(invocation);
  const jails = chooseJails(config, invocation.lists.jail);
  const progress = createProgress(logs, invocation);
  const interruption = new Interruption();
  const replay = new Replay({
    config,
    jails,
    sinceSeconds,
    nowSeconds,
    progress,
    interruption,
  });
  try {
    for (const log of logs) await replay.read(log);
  } finally {
    progress.clear();
    interruption.stop();
  }
  const outcome = replay.outcome();
  tellTroubles(outcome, interruption, invocation);
  print(invocation, outcome, (style) => formatOutcome(outcome, style));
  if (interruption.isAsked) return EXIT.interrupted;
  return outcome.isComplete ? EXIT.ok : EXIT.badInput;
}

function readSince(
  { options: { since } }: Invocation,
  nowSeconds: number,
): number | undefined {
  return typeof since === "string" ? parseSince(since, nowSeconds) : undefined;
}

function createProgress(
  logs: readonly NamedLog[],
  { context }: Invocation,
): Progress {
  return new Progress({
    write: context.isErrTerminal ? (text) => context.err(text) : undefined,
    width: context.width,
    totalBytes: sumBytes(logs),
  });
}

function statLogs(names: readonly string[]): readonly NamedLog[] {
  if (names.indexOf(STDIN_NAME) !== names.lastIndexOf(STDIN_NAME)) {
    throw new UsageError("Cannot read standard input twice: expected one -");
  }
  return names.map(statLog);
}

/** @returns undefined as soon as one log's size is not known */
function sumBytes(logs: readonly NamedLog[]): number | undefined {
  let sum = 0;
  for (const { size } of logs) {
    if (size === undefined) return undefined;
    sum += size;
  }
  return sum;
}

/** No log of the machine is read: the built-in configuration does here without the one it would watch. */
function loadReplayConfig(invocation: Invocation): Promise<Config> {
  return loadFullConfig(invocation, {
    exists: (path) =>
      path.startsWith("/var/log/") || MACHINE_FILES.exists(path),
  });
}

/** @param names default: every enabled jail, of which a configuration has at least one */
function chooseJails(
  { jails }: Config,
  names: readonly string[] | undefined,
): readonly JailConfig[] {
  for (const name of names ?? []) findJail({ jails }, name);
  return jails.filter((jail) => names?.includes(jail.name) ?? jail.enabled);
}

function tellTroubles(
  { logs }: Outcome,
  { isAsked }: Interruption,
  { context }: Invocation,
): void {
  for (const { name, error } of logs) {
    if (error === undefined) continue;
    context.err(
      error.startsWith("Cannot ")
        ? `fail2deno: ${error}\n`
        : `fail2deno: Cannot read log "${name}" to its end: ${error}\n`,
    );
  }
  if (isAsked) context.err("Interrupted: this is what was found so far\n");
}
