import assert from "node:assert/strict";
import type { Escalation } from "../../src/config/types.ts";
import { failureOf, jailOf, network, startTrial } from "./fixtures.ts";
import type { Trial } from "./fixtures.ts";

/** Bans of 100 s that double. */
function doubling(more: Partial<Escalation> = {}): Escalation {
  return {
    increment: true,
    factor: 1,
    multipliers: [],
    maxTimeSeconds: Infinity,
    ...more,
  };
}

function fail(trial: Trial, at: number, jail = "sshd"): string {
  return trial.tracker.onFailure(failureOf("192.0.2.7", at, jail), at);
}

/** @returns how long each ban was that one failure brought at each of these times */
function lengths(trial: Trial, times: readonly (readonly [number, string])[]) {
  for (const [at, jail] of times) fail(trial, at, jail);
  return trial.decisions.splice(0).filter(({ kind }) => kind === "ban")
    .map(({ ban }) => [ban.endSeconds - ban.startSeconds, ban.count]);
}

Deno.test("onFailure() counts earlier bans of all jails where the jail says so", () => {
  const trial = startTrial([
    jailOf({
      maxRetry: 1,
      escalation: doubling({ isOverallJails: true }),
    }),
    jailOf({ name: "nginx", maxRetry: 1, escalation: doubling() }),
  ]);
  assert.deepEqual(
    lengths(trial, [
      [1000, "nginx"],
      [2000, "nginx"],
      [3000, "sshd"],
      [5000, "nginx"],
      [6000, "sshd"],
    ]),
    [[100, 1], [200, 2], [400, 1], [400, 3], [1600, 2]],
  );
});

Deno.test("onFailure() counts bans from 0 again when the last one ended long enough ago", () => {
  const trial = startTrial([
    jailOf({ maxRetry: 1, escalation: doubling({ decaySeconds: 50 }) }),
  ]);
  assert.deepEqual(
    lengths(trial, [
      [1000, "sshd"],
      [1150, "sshd"],
      [1400, "sshd"],
      [1851, "sshd"],
      [2001, "sshd"],
    ]),
    [[100, 1], [200, 2], [400, 3], [100, 1], [200, 2]],
  );
});

Deno.test("onFailure() counts a ban that was prolonged by hand until its new end", () => {
  const trial = startTrial([
    jailOf({ maxRetry: 1, escalation: doubling({ decaySeconds: 50 }) }),
  ]);
  fail(trial, 1000);
  const seconds = 500;
  trial.tracker.ban({
    jail: "sshd",
    network: network("192.0.2.7"),
    seconds,
    nowSeconds: 1010,
  });
  assert.deepEqual(lengths(trial, [[1550, "sshd"]]), [[100, 1], [200, 2]]);
});

Deno.test("onFailure() gives failures of those who were banned before more weight where the jail says so", () => {
  const heavy = startTrial([
    jailOf({
      maxRetry: 5,
      escalation: doubling({ hasHeavyFailures: true }),
    }),
  ]);
  const counts: number[] = [];
  for (let at = 1000, ban = 0; ban < 4; at += 100_000, ban++) {
    let count = 1;
    while (fail(heavy, at) === "counted") count++;
    counts.push(count);
  }
  assert.deepEqual(counts, [5, 3, 2, 1]);
});

Deno.test("setJails() goes over to another formula, and keeps the counts", () => {
  const rules = (formula: string) => [
    jailOf({ maxRetry: 1, escalation: doubling({ formula }) }),
  ];
  const trial = startTrial(rules("ban.Time * 3"));
  assert.deepEqual(
    lengths(trial, [[1000, "sshd"], [2000, "sshd"]]),
    [[100, 1], [300, 2]],
  );
  trial.tracker.setJails(rules("ban.Time * 10 * ban.Count"));
  assert.deepEqual(lengths(trial, [[3000, "sshd"]]), [[2000, 3]]);
});

Deno.test("records hand out and take over until when bans count", () => {
  const escalation = doubling({ decaySeconds: 50 });
  const before = startTrial([jailOf({ maxRetry: 1, escalation })]);
  before.tracker.records.beginChanges();
  fail(before, 1000);
  const after = startTrial([jailOf({ maxRetry: 1, escalation })]);
  const nothing = { clear() {}, put() {}, remove() {} };
  before.tracker.records.drain({
    bans: nothing,
    failures: nothing,
    counts: {
      ...nothing,
      put: (row) => after.tracker.records.restoreCount(row),
    },
  });
  assert.deepEqual(
    lengths(after, [[1149, "sshd"], [1400, "sshd"]]),
    [[200, 2], [100, 1]],
  );
});
