import assert from "node:assert/strict";
import { failureOf, jailOf, network, startTrial } from "./fixtures.ts";
import type { Trial } from "./fixtures.ts";

const JAIL = jailOf({ successPatterns: ["yes <HOST>"] });

function fail(
  trial: Trial,
  { at, user, host = "192.0.2.7" }: {
    readonly at: number;
    readonly user?: string;
    readonly host?: string;
  },
): string {
  const failure = { ...failureOf(host, at), user };
  return trial.tracker.onFailure(failure, at);
}

function succeed(
  trial: Trial,
  { at, user, host = "192.0.2.7" }: {
    readonly at: number;
    readonly user?: string;
    readonly host?: string;
  },
): boolean {
  const success = { jail: "sshd", ...network(host), timeSeconds: at, user };
  return trial.tracker.onSuccess(success);
}

Deno.test("onSuccess() without a user forgives all failures of the host, and no other's", () => {
  const trial = startTrial([JAIL]);
  for (const at of [0, 1]) {
    fail(trial, { at, user: "a" });
    fail(trial, { at, host: "192.0.2.8" });
  }
  assert.equal(succeed(trial, { at: 2 }), true);
  assert.equal(succeed(trial, { at: 2 }), false);
  assert.equal(fail(trial, { at: 3, host: "192.0.2.8" }), "banned");
  assert.deepEqual(
    [4, 5, 6].map((at) => fail(trial, { at })),
    ["counted", "counted", "banned"],
  );
});

Deno.test("onSuccess() of a user forgives failures of that user only", () => {
  const trial = startTrial([JAIL]);
  fail(trial, { at: 0, user: "anna" });
  fail(trial, { at: 1, user: "root" });
  assert.equal(succeed(trial, { at: 2, user: "anna" }), true);
  assert.equal(succeed(trial, { at: 2, user: "bob" }), false);
  fail(trial, { at: 3, user: "anna" });
  assert.equal(fail(trial, { at: 4, user: "root" }), "banned");
});

Deno.test("onSuccess() keeps an attacker with an account of his own from guessing others' passwords", () => {
  const trial = startTrial([JAIL]);
  const verdicts = [0, 10, 20].map((at) => {
    succeed(trial, { at, user: "mallory" });
    return fail(trial, { at: at + 1, user: "root" });
  });
  assert.deepEqual(verdicts, ["counted", "counted", "banned"]);
});

Deno.test("onSuccess() of a user leaves failures without a user, and later ones", () => {
  const trial = startTrial([JAIL]);
  fail(trial, { at: 5 });
  fail(trial, { at: 9, user: "anna" });
  assert.equal(succeed(trial, { at: 7, user: "anna" }), false);
  assert.equal(fail(trial, { at: 10 }), "banned");
});

Deno.test("onSuccess() ends no ban, and forgives by the jail's IPv6 prefix", () => {
  const trial = startTrial([{ ...JAIL, ipv6Prefix: 64 }]);
  for (const at of [0, 1, 2]) fail(trial, { at });
  assert.equal(succeed(trial, { at: 3 }), false);
  assert.equal(trial.tracker.counts("sshd", 3).currentlyBanned, 1);
  fail(trial, { at: 4, host: "2001:db8::1", user: "anna" });
  const host = "2001:db8::2";
  assert.equal(succeed(trial, { at: 5, host, user: "anna" }), true);
  assert.equal(trial.tracker.counts("sshd", 5).currentlyFailed, 0);
});

Deno.test("onSuccess() has what is left stored, and what went forgotten", () => {
  const trial = startTrial([JAIL]);
  const { records } = trial.tracker;
  records.beginChanges();
  fail(trial, { at: 1, user: "anna" });
  fail(trial, { at: 2, user: "root" });
  assert.deepEqual(drain(trial), ["put 1,2"]);
  succeed(trial, { at: 3, user: "anna" });
  assert.deepEqual(drain(trial), ["put 2"]);
  succeed(trial, { at: 3, user: "root" });
  assert.deepEqual(drain(trial), ["remove"]);
});

Deno.test("setJails() keeps who failed while a jail forgives, and remembers nobody where it does not", () => {
  const trial = startTrial([JAIL]);
  fail(trial, { at: 0, user: "anna" });
  trial.tracker.setJails([{ ...JAIL, banTimeSeconds: 7 }]);
  assert.equal(succeed(trial, { at: 1, user: "anna" }), true);
  trial.tracker.setJails([jailOf()]);
  fail(trial, { at: 2, user: "anna" });
  assert.equal(succeed(trial, { at: 3, user: "anna" }), false);
});

function drain({ tracker }: Trial): string[] {
  const said: string[] = [];
  const none = { clear() {}, put() {}, remove() {} };
  tracker.records.drain({
    bans: none,
    counts: none,
    failures: {
      clear() {},
      put: ({ times }) => void said.push(`put ${times}`),
      remove: () => void said.push("remove"),
    },
  });
  return said;
}
