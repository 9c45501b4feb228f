/**
 * A filter on a whole log, line by line, as the daemon would run it.
 *
 * @module
 */

import type { JailConfig } from "../../config/types.ts";
import { inspectJail } from "../../match/inspect_jail.ts";
import { createMatcher } from "../../match/matcher.ts";
import type { Failure, Matcher, PatternUsage } from "../../match/types.ts";
import { BlockReader } from "../../source/block_reader.ts";
import { NO_POSITION } from "../../source/types.ts";
import { openLog, statLog } from "../dry_run/log_input.ts";
import { readLog } from "../dry_run/read_log.ts";

/** What is read, and how many lines are kept to be shown. */
export interface LogTestOptions {
  /** A path, or - for standard input. */
  readonly name: string;
  /** The wall clock, by which stamps without a year are read. */
  readonly nowSeconds: number;
  readonly missed: number;
  readonly matched: number;
  readonly ignored: number;
}

/** What came of a log, as JSON has it. */
export interface LogTest {
  readonly log: string;
  readonly lines: number;
  /** Lines that are failures. */
  readonly matched: number;
  /** Lines that an ignore pattern took back. */
  readonly ignored: number;
  readonly missed: number;
  /** Failures in lines without a date that can be read. */
  readonly undated: number;
  /** Failures whose host cannot be banned: a name, or no address. */
  readonly unbannable: number;
  /** Lines that are longer than a block, and were left out. */
  readonly overlongLines: number;
  readonly seconds: number;
  readonly patterns: readonly TestedPattern[];
  /** Those that failed most, at most MOST_HOSTS of them. */
  readonly hosts: readonly HostCount[];
  readonly missedLines: readonly string[];
  readonly matchedLines: readonly MatchedLine[];
  readonly ignoredLines: readonly string[];
}

/** A pattern and what it took. */
export interface TestedPattern extends
  Pick<
    PatternUsage,
    "role" | "pattern" | "engine" | "candidates" | "hits" | "overBudget"
  > {
  /** Texts of which a line has to hold one; empty: it was tried on every line. */
  readonly literals: readonly string[];
}

/** How often a host failed. */
export interface HostCount {
  readonly host: string;
  readonly failures: number;
}

/** A line that is a failure. */
export interface MatchedLine {
  readonly line: string;
  readonly host: string;
  readonly pattern: number;
}

/** Hosts that are listed. */
export const MOST_HOSTS = 10;

/** Hosts that are counted; others are passed over. */
const MOST_COUNTED = 100_000;

const NEWLINE = 10;

/** Reads a log to its end. @throws {InputError} where it cannot be read */
export async function testLog(
  jail: JailConfig,
  options: LogTestOptions,
): Promise<LogTest> {
  const start = performance.now();
  const tally = new Tally(jail, options);
  const reader = new BlockReader(
    new Uint8Array(1 << 20),
    (lines) => tally.take(lines),
  );
  using log = openLog(statLog(options.name), new Promise(() => {}));
  const steps = readLog(log, {
    reader,
    onBytes: () => {},
    findStart: undefined,
  });
  for await (const _ of steps);
  return {
    ...tally.report(),
    log: options.name,
    overlongLines: reader.overlongLines,
    seconds: (performance.now() - start) / 1000,
  };
}

/** Shows a matcher one line after another, so that it is known what each of them is. */
class Tally {
  readonly #options: LogTestOptions;
  readonly #jail: JailConfig;
  readonly #matcher: Matcher;
  readonly #hosts = new Map<string, number>();
  readonly #lines = {
    missed: [] as string[],
    matched: [] as MatchedLine[],
    ignored: [] as string[],
  };
  readonly #counts = { matched: 0, ignored: 0, missed: 0 };
  readonly #decoder = new TextDecoder();

  constructor(jail: JailConfig, options: LogTestOptions) {
    this.#jail = jail;
    this.#options = options;
    this.#matcher = createMatcher([jail], { trustsStamps: true });
  }

  take(lines: Uint8Array): void {
    for (let start = 0; start < lines.length;) {
      const newline = lines.indexOf(NEWLINE, start);
      const end = newline < 0 ? lines.length : newline + 1;
      this.#takeLine(lines.subarray(start, end));
      start = end;
    }
  }

  report(): Omit<LogTest, "log" | "overlongLines" | "seconds"> {
    const { lines, undated, unbannable } = this.#matcher.counts;
    const usage = this.#matcher.describePatterns();
    const known = inspectJail(this.#jail)
      .filter(({ role }) => role !== "match");
    return {
      lines,
      ...this.#counts,
      undated,
      unbannable,
      patterns: usage.map((
        { role, pattern, engine, candidates, hits, overBudget },
      ) => {
        const found = known.find((each) =>
          each.role === role && each.pattern === pattern
        )?.literals;
        return {
          ...{ role, pattern, engine, candidates, hits, overBudget },
          literals: found !== undefined && "literals" in found
            ? found.literals.map(({ text }) => text)
            : [],
        };
      }),
      hosts: [...this.#hosts].sort(([, a], [, b]) => b - a)
        .slice(0, MOST_HOSTS)
        .map(([host, failures]) => ({ host, failures })),
      missedLines: this.#lines.missed,
      matchedLines: this.#lines.matched,
      ignoredLines: this.#lines.ignored,
    };
  }

  #takeLine(bytes: Uint8Array): void {
    const ignored = this.#matcher.counts.ignored;
    let failure: MatchedLine | undefined;
    this.#matcher.match(
      { source: "-", bytes, position: NO_POSITION, isCatchUp: true },
      this.#options.nowSeconds,
      (found) => {
        failure ??= this.#note(found, bytes);
      },
    );
    if (failure !== undefined) {
      this.#counts.matched++;
      this.#keep("matched", () => failure);
    } else if (this.#matcher.counts.ignored > ignored) {
      this.#counts.ignored++;
      this.#keep("ignored", () => this.#text(bytes));
    } else {
      this.#counts.missed++;
      this.#keep("missed", () => this.#text(bytes));
    }
  }

  #note({ host, pattern }: Failure, bytes: Uint8Array): MatchedLine {
    const count = this.#hosts.get(host);
    if (count !== undefined || this.#hosts.size < MOST_COUNTED) {
      this.#hosts.set(host, (count ?? 0) + 1);
    }
    return { line: this.#text(bytes), host, pattern };
  }

  #keep(
    kind: keyof LogTestOptions & ("missed" | "matched" | "ignored"),
    line: () => unknown,
  ): void {
    const kept: unknown[] = this.#lines[kind];
    if (kept.length < this.#options[kind]) kept.push(line());
  }

  #text(bytes: Uint8Array): string {
    return this.#decoder.decode(bytes).replace(/[\r\n]+$/, "");
  }
}
