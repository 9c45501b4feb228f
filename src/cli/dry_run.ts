/**
 * `fail2deno dry-run FILE -j JAIL`.
 *
 * @module
 */

import { describeReadError, MACHINE_FILES } from "../config/read_text.ts";
import type { JailConfig } from "../config/types.ts";
import { NO_POSITION } from "../source/types.ts";
import type { Ban } from "../track/types.ts";
import { formatDuration } from "../util/duration.ts";
import { EXIT } from "../util/exit_codes.ts";
import {
  type Command,
  InputError,
  type Invocation,
  UsageError,
} from "./command.ts";
import { absolutePath, loadFullConfig, print } from "./setup.ts";
import { formatTable } from "./table.ts";

/** Replays a log and says who would be banned. */
export const DRY_RUN: Command = {
  name: "dry-run",
  summary: "Replay a log by its own clock and say who would be banned",
  details: "Nothing is banned and no daemon is asked. - reads standard input.",
  arguments: [{ form: "<file>", summary: "the log, or -" }],
  options: [{
    form: "-j, --jail <jail>",
    summary: "the jail (default: every jail)",
  }],
  examples: [
    {
      line: "fail2deno dry-run /var/log/auth.log -j sshd",
      summary: "one jail over the whole log",
    },
    {
      line: "zcat auth.log.2.gz | fail2deno dry-run - --json",
      summary: "every jail over an old log, as JSON",
    },
  ],
  hasJson: true,
  run: dryRun,
};

const BUFFER_BYTES = 256 << 10;
const LONGEST_LINE = 1 << 20;

interface ReadableLog extends Disposable {
  readSync(buffer: Uint8Array): number | null;
}

interface Outcome {
  readonly lines: number;
  readonly failures: number;
  readonly ignored: number;
  readonly bans: readonly WouldBeBan[];
}

interface WouldBeBan {
  readonly host: string;
  readonly jail: string;
  /** ISO 8601, UTC: by the log's clock. */
  readonly time: string;
  /** `null` is for ever. */
  readonly seconds: number | null;
  readonly count: number;
}

async function dryRun(invocation: Invocation) {
  const jails = await chooseJails(invocation);
  using log = openLog(invocation.words[0] ?? "-");
  const outcome = await replay(log, jails);
  print(invocation, outcome, () => formatOutcome(outcome));
  return EXIT.ok;
}

/** @throws {InputError} where the file cannot be read, in the system's words */
function openLog(name: string): ReadableLog {
  if (name === "-") {
    const readSync = (buffer: Uint8Array) => Deno.stdin.readSync(buffer);
    return { readSync, [Symbol.dispose]: () => {} };
  }
  try {
    return Deno.openSync(absolutePath(name));
  } catch (error) {
    throw new InputError(
      `Cannot read log "${name}": ${describeReadError(error)}`,
      { cause: error },
    );
  }
}

async function chooseJails(
  invocation: Invocation,
): Promise<readonly JailConfig[]> {
  // No log of the machine is read: the built-in configuration does here without the one it would watch.
  const { jails } = await loadFullConfig(invocation, {
    exists: (path) =>
      path.startsWith("/var/log/") || MACHINE_FILES.exists(path),
  });
  const name = invocation.options.jail;
  const chosen = typeof name === "string"
    ? jails.filter((jail) => jail.name === name)
    : jails.filter((jail) => jail.enabled);
  if (chosen.length > 0) return chosen;
  const known = jails.map((jail) => jail.name).join(", ");
  throw new UsageError(
    `Cannot find jail "${name}": not configured, expected one of ${known}`,
  );
}

async function replay(
  file: ReadableLog,
  jails: readonly JailConfig[],
): Promise<Outcome> {
  const { createMatcher } = await import("../match/matcher.ts");
  const { LineSplitter } = await import("../source/line_splitter.ts");
  const { createTracker } = await import("../track/tracker.ts");
  const bans: WouldBeBan[] = [];
  const tracker = createTracker({
    maxTracked: 65_536,
    seed: crypto.getRandomValues(new Uint32Array(2)),
    onDecision: (decision) => {
      if (decision.kind === "ban") bans.push(describeBan(decision.ban));
    },
  });
  tracker.setJails(jails);
  const matcher = createMatcher(jails, { trustsStamps: true });
  const splitter = new LineSplitter(LONGEST_LINE);
  let clock = 0;
  const onLines = (bytes: Uint8Array) =>
    matcher.match(
      { source: "-", bytes, position: NO_POSITION, isCatchUp: true },
      Date.now() / 1000,
      (failure) => {
        clock = Math.max(clock, failure.timeSeconds);
        tracker.expire(clock);
        tracker.onFailure(failure, clock);
      },
    );
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (;;) {
    const length = file.readSync(buffer);
    if (length === null) break;
    splitter.push(buffer.subarray(0, length), onLines);
  }
  splitter.flush(onLines);
  const { lines, failures, ignored } = matcher.counts;
  return { lines, failures, ignored, bans };
}

function describeBan(ban: Ban): WouldBeBan {
  const seconds = ban.endSeconds - ban.startSeconds;
  return {
    host: ban.host,
    jail: ban.jail,
    time: new Date(ban.startSeconds * 1000).toISOString()
      .replace(".000Z", "Z"),
    seconds: seconds === Infinity ? null : seconds,
    count: ban.count,
  };
}

function formatOutcome(outcome: Outcome): string {
  const head = `${outcome.lines} lines, ${outcome.failures} failures, ` +
    `${outcome.bans.length} ${outcome.bans.length === 1 ? "ban" : "bans"}\n`;
  if (outcome.bans.length === 0) return head;
  return `${head}\n${
    formatTable(
      ["TIME", "HOST", "JAIL", "FOR", "COUNT"],
      outcome.bans.map(({ time, host, jail, seconds, count }) => [
        time,
        host,
        jail,
        formatDuration(seconds ?? Infinity),
        count,
      ]),
    )
  }`;
}
