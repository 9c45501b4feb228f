/**
 * One filter over one log, on both sides in step.
 *
 * @module
 */

import { createOwnFailures, type OwnFailures } from "./own_failures.ts";
import type { MatchJail } from "../src/match/types.ts";
import { RegexError } from "./run_regex.ts";
import type { RegexEvent } from "./regex_output.ts";
import { type LogLine, readLogLines } from "./verify_log_lines.ts";
import { VerifyTally } from "./verify_tally.ts";
import type { LogVerification, SeenFailure } from "./verify_types.ts";

/** What is compared. */
export interface VerifyLogOptions {
  readonly jail: MatchJail;
  /** Absolute path of the log. */
  readonly log: string;
  /** What fail2ban-regex tells of the same log; absent: our side alone, and all it finds is agreed on. */
  readonly fail2ban?: AsyncIterable<RegexEvent>;
}

/**
 * Compares line by line. Neither log nor output is held in memory.
 *
 * @throws {FilterError} when a pattern cannot be used
 * @throws {RegexError} when the other side did not come to the end of the log
 */
export async function verifyLog(
  { jail, log, fail2ban }: VerifyLogOptions,
): Promise<LogVerification> {
  const ours = createOwnFailures(jail);
  const tally = new VerifyTally();
  if (fail2ban === undefined) {
    for (const line of readLogLines(log)) {
      const found = ours(line.bytes);
      tally.add({ ...describe(line), ours: found, fail2ban: found });
    }
    return tally.sum();
  }
  using lines = readLogLines(log);
  await compare(fail2ban, { lines, ours, tally });
  return tally.sum();
}

async function compare(
  events: AsyncIterable<RegexEvent>,
  { lines, ours, tally }: {
    readonly lines: Iterator<LogLine, void>;
    readonly ours: OwnFailures;
    readonly tally: VerifyTally;
  },
): Promise<void> {
  let line: LogLine | undefined;
  let theirs: SeenFailure[] = [];
  const settle = () => {
    if (line === undefined) return;
    tally.add({ ...describe(line), ours: ours(line.bytes), fail2ban: theirs });
  };
  for await (const event of events) {
    if (event.kind === "failure") theirs.push(event.failure);
    if (event.kind !== "line") continue;
    settle();
    theirs = [];
    line = next(lines);
    // It goes on with lines that were written since.
    if (line === undefined) return;
  }
  settle();
  const missed = next(lines);
  if (missed !== undefined) {
    throw new RegexError(
      `Cannot compare further than line ${missed.number}: fail2ban-regex told nothing of it, expected a version of 0.10 or newer`,
      false,
    );
  }
}

function next(lines: Iterator<LogLine, void>): LogLine | undefined {
  const result = lines.next();
  return result.done === true ? undefined : result.value;
}

function describe({ number, bytes }: LogLine) {
  return {
    line: number,
    readText: () => new TextDecoder().decode(bytes).replace(/\r*\n$/, ""),
  };
}
