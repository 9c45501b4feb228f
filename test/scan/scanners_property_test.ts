import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { PatternUsage } from "../../src/match/types.ts";
import { append, waitUntil, withFolder } from "../source/tail_fixture.ts";
import { EXACT, failedLine, Scanning, SSHD } from "./scan_fixture.ts";

const COUNTS = [1, 2, 3];
const LOGS = ["a.log", "b.log", "c.log", "d.log"];
const JAILS = [SSHD, EXACT];

/** What happens to one log. */
interface Step {
  readonly kind: "fail" | "half" | "other" | "rename" | "truncate";
  readonly log: number;
  /** Last byte of the host that fails; 255 is ignored. */
  readonly host: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom<Step["kind"]>(
    ...["fail", "fail", "fail", "half", "other", "rename", "truncate"] as const,
  ),
  log: fc.nat(LOGS.length - 1),
  host: fc.integer({ min: 250, max: 255 }),
});

/** Steps before the start, while the scanners are at work, while they are away, and when they are back. */
const story = fc.tuple(
  fc.array(step, { maxLength: 3 }),
  fc.array(step, { minLength: 1, maxLength: 12 }),
  fc.array(step, { maxLength: 6 }),
  fc.array(step, { maxLength: 6 }),
);

Deno.test("createScanner() does find the same failures, places and counts when there are 1, 2 and 3 threads", async () => {
  await fc.assert(
    fc.asyncProperty(
      story,
      (chapters) => withFolder((folder) => new Story(folder).tell(chapters)),
    ),
    { numRuns: 6, endOnFailure: true },
  );
});

/** One set of logs that all scanners read at the same time. */
class Story {
  readonly #paths: readonly string[];
  #scannings: readonly Scanning[] = [];
  #lines = 0;
  #renames = 0;

  constructor(folder: string) {
    this.#paths = LOGS.map((name) => `${folder}/${name}`);
    for (const path of this.#paths) append(path, "");
  }

  async tell([before, during, away, after]: readonly Step[][]): Promise<void> {
    for (const each of before ?? []) this.#act(each);
    this.#scannings = COUNTS.map((count) => new Scanning(count));
    await this.#play(during ?? []);
    // Of a file that is truncated meanwhile nobody knows what was lost.
    for (const each of away ?? []) {
      if (each.kind !== "truncate") this.#act(each);
    }
    this.#scannings = this.#scannings.map(({ sink }, n) =>
      new Scanning(COUNTS[n] ?? 1, { sink })
    );
    await this.#play(after ?? []);
  }

  async #play(steps: readonly Step[]): Promise<void> {
    for (const one of this.#scannings) await one.start(this.#paths, JAILS);
    for (const each of steps) {
      const isSudden = each.kind === "rename" || each.kind === "truncate";
      if (each.kind === "truncate") {
        // What becomes of a half line then depends on the moment.
        append(this.#paths[each.log] ?? "", "\n");
      }
      if (isSudden) await this.#catchUp();
      this.#act(each);
      if (isSudden) await this.#catchUp();
    }
    await this.#catchUp();
    await this.#meetPatterns();
    const scans = this.#scannings.map(({ scans }) => [...scans.values()]);
    for (const one of this.#scannings) await one[Symbol.asyncDispose]();
    const [wanted, ...others] = this.#scannings.map(({ sink }, n) => ({
      failures: [...sink.failures].sort(),
      positions: this.#paths.map((path) =>
        sink.positionsOf(path).map(({ inode, offset }) => ({ inode, offset }))
      ),
      reports: scans[n]?.map((scan) => {
        const { status, lines, candidates } = scan.report();
        // A half line at the end may have been seen or not.
        const { bytesRead: _, ...rest } = status;
        return { ...rest, lines, candidates };
      }),
    }));
    for (const other of others) deepStrictEqual(other, wanted);
  }

  /** Threads tell of their patterns now and then, each of its own logs. */
  async #meetPatterns(): Promise<void> {
    const scanners = await Promise.all(
      this.#scannings.map(({ scanner }) => scanner),
    );
    const [wanted, ...others] = scanners.map((scanner) => () =>
      sumUp(scanner.describePatterns())
    );
    await waitUntil(
      () => others.every((sums) => sums() === wanted?.()),
      () => `${others.map((sums) => sums())}, expected ${wanted?.()}`,
    );
  }

  #act({ kind, log, host }: Step): void {
    const path = this.#paths[log] ?? "";
    // A file that is written anew must begin otherwise, and not come to the length that it had.
    const user = `user${++this.#lines}`
      .padEnd(kind === "truncate" ? 1000 * this.#lines : 0, "x");
    const line = failedLine(`192.0.2.${host}`, user);
    switch (kind) {
      case "fail":
        return append(path, line);
      case "half":
        return append(path, line.slice(0, 30));
      case "other":
        return append(path, `nothing ${this.#lines}\n`);
      case "rename":
        append(path, "\n");
        Deno.renameSync(path, `${path}.${++this.#renames}`);
        return append(path, line);
      case "truncate":
        Deno.truncateSync(path, 0);
        return append(path, line);
    }
  }

  /** Until all have handled every whole line. */
  async #catchUp(): Promise<void> {
    for (const path of this.#paths) {
      const { ino } = Deno.statSync(path);
      const offset = Deno.readFileSync(path).lastIndexOf(10) + 1;
      await waitUntil(
        () =>
          this.#scannings.every(({ sink }) =>
            sink.positionsOf(path).some((position) =>
              position.inode === ino && position.offset === offset
            )
          ),
        () => `${path} was not read to ${offset}`,
      );
    }
  }
}

/** @returns as text how often each pattern was run, and hit, in all threads together */
function sumUp(patterns: readonly PatternUsage[]): string {
  const sums = new Map<string, number>();
  for (const { jail, role, pattern, candidates, hits } of patterns) {
    for (const [what, count] of Object.entries({ candidates, hits })) {
      const key = [jail, role, pattern, what].join(" ");
      sums.set(key, (sums.get(key) ?? 0) + count);
    }
  }
  return JSON.stringify([...sums].filter(([, sum]) => sum > 0).sort());
}
