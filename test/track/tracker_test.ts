import assert from "node:assert/strict";
import fc from "fast-check";
import { network, nthHost } from "./fixtures.ts";
import { failureOf, jailOf, startTrial } from "./fixtures.ts";
import type { Trial } from "./fixtures.ts";

/** Three failures of the host within a second, which is what `jailOf()` bans for. */
function attack(trial: Trial, host: string, at: number, jail = "sshd"): void {
  for (let i = 0; i < 3; i++) {
    trial.tracker.onFailure(failureOf(host, at, jail), at);
  }
}

Deno.test("onFailure() bans at the fifth failure, not at the fourth", () => {
  const { tracker, take } = startTrial([jailOf({ maxRetry: 5 })]);
  const verdicts = [1, 2, 3, 4, 5, 6].map((at) =>
    tracker.onFailure(failureOf("192.0.2.7", at), at)
  );
  assert.deepEqual(verdicts, [
    "counted",
    "counted",
    "counted",
    "counted",
    "banned",
    "already banned",
  ]);
  assert.deepEqual(take(), ["ban sshd 192.0.2.7 5-105"]);
});

Deno.test("onFailure() hands out bans that can be kept when the failure is used again", () => {
  const { tracker, decisions } = startTrial([jailOf({ maxRetry: 1 })]);
  const failure = failureOf("2001:db8::/64", 7);
  tracker.onFailure(failure, 7);
  failure.words.fill(0);
  assert.deepEqual(decisions[0]?.ban, {
    jail: "sshd",
    host: "2001:db8::/64",
    words: Uint32Array.of(0x20010db8, 0, 0, 0),
    prefix: 64,
    startSeconds: 7,
    endSeconds: 107,
    count: 1,
    failures: 1,
  });
  assert.deepEqual(tracker.find(network("2001:db8::5")), ["sshd"]);
});

Deno.test("onFailure() begins a ban at the failure's own time", () => {
  const trial = startTrial();
  for (const at of [1000, 1001, 1002]) {
    trial.tracker.onFailure(failureOf("192.0.2.7", at), 1050);
  }
  assert.deepEqual(trial.take(), ["ban sshd 192.0.2.7 1002-1102"]);
});

Deno.test("onFailure() does not ban when the ban would be over by now", () => {
  const { tracker, take } = startTrial();
  const verdicts = [1000, 1001, 1002].map((at) =>
    tracker.onFailure(failureOf("192.0.2.7", at), 1102)
  );
  assert.deepEqual(verdicts, ["counted", "counted", "counted"]);
  assert.deepEqual(take(), []);
  assert.equal(tracker.counts("sshd", 1102).totalBanned, 0);
  for (const at of [1100, 1101, 1102]) {
    tracker.onFailure(failureOf("192.0.2.7", at), 1102);
  }
  assert.deepEqual(take(), ["ban sshd 192.0.2.7 1102-1202"]);
});

Deno.test("onFailure() begins a ban now when the stamp lies in the future", () => {
  const { tracker, take } = startTrial([jailOf({ maxRetry: 1 })]);
  tracker.onFailure(failureOf("192.0.2.7", 9000), 1000);
  assert.deepEqual(take(), ["ban sshd 192.0.2.7 1000-1100"]);
});

Deno.test("onFailure() never bans when the stamp is no number", () => {
  const { tracker, take } = startTrial([jailOf({ maxRetry: 1 })]);
  assert.equal(
    tracker.onFailure(failureOf("192.0.2.7", NaN), 1000),
    "counted",
  );
  assert.deepEqual(take(), []);
});

Deno.test("onFailure() counts jails apart", () => {
  const trial = startTrial([jailOf(), jailOf({ name: "web", maxRetry: 4 })]);
  attack(trial, "192.0.2.7", 10, "sshd");
  attack(trial, "192.0.2.7", 10, "web");
  assert.deepEqual(trial.take(), ["ban sshd 192.0.2.7 10-110"]);
  assert.deepEqual(trial.tracker.find(network("192.0.2.7")), ["sshd"]);
  attack(trial, "192.0.2.7", 11, "web");
  assert.deepEqual(trial.take(), ["ban web 192.0.2.7 11-111"]);
  assert.deepEqual(trial.tracker.find(network("192.0.2.7")), ["sshd", "web"]);
});

Deno.test("onFailure() throws when the jail is unknown", () => {
  const { tracker } = startTrial();
  assert.throws(() => tracker.onFailure(failureOf("192.0.2.7", 1, "x"), 1), {
    name: "RangeError",
    message: 'Cannot find jail "x": not loaded, expected one of sshd',
  });
});

Deno.test("onFailure() ignores the ignore list, and own addresses where the jail spares them", () => {
  const jails = [
    jailOf({ ignoreNetworks: [network("10.0.0.0/8")] }),
    jailOf({ name: "strict", ignoreSelf: false }),
  ];
  const trial = startTrial(jails);
  trial.tracker.setOwnAddresses(["127.0.0.0/8", "192.0.2.1"].map(network));
  for (const host of ["10.1.2.3", "127.0.0.1", "192.0.2.1"]) {
    const failure = failureOf(host, 1);
    for (let i = 0; i < 5; i++) {
      assert.equal(trial.tracker.onFailure(failure, 1), "ignored");
    }
  }
  assert.deepEqual(trial.take(), []);
  const counts = trial.tracker.counts("sshd", 1);
  assert.deepEqual([counts.ignored, counts.totalFailed], [15, 0]);
  attack(trial, "192.0.2.1", 1, "strict");
  assert.deepEqual(trial.take(), ["ban strict 192.0.2.1 1-101"]);
});

Deno.test("onFailure() makes bans longer when a host comes back", () => {
  const escalation = {
    increment: true,
    factor: 1,
    multipliers: [1, 2, 4],
    maxTimeSeconds: 350,
  };
  const trial = startTrial([jailOf({ escalation })]);
  const counts: number[] = [];
  for (let at = 1000; at < 6000; at += 1000) {
    attack(trial, "192.0.2.7", at);
    counts.push(trial.decisions.at(-1)?.ban.count ?? 0);
    trial.tracker.expire(at + 900);
  }
  assert.deepEqual(
    trial.take().filter((text) => text.startsWith("ban")),
    [
      "ban sshd 192.0.2.7 1000-1100",
      "ban sshd 192.0.2.7 2000-2200",
      "ban sshd 192.0.2.7 3000-3350",
      "ban sshd 192.0.2.7 4000-4350",
      "ban sshd 192.0.2.7 5000-5350",
    ],
  );
  assert.deepEqual(counts, [1, 2, 3, 4, 5]);
});

Deno.test("onFailure() ends a ban that is due before it counts", () => {
  const trial = startTrial();
  attack(trial, "192.0.2.7", 10);
  assert.equal(
    trial.tracker.onFailure(failureOf("192.0.2.7", 110), 110),
    "counted",
  );
  assert.deepEqual(trial.take(), [
    "ban sshd 192.0.2.7 10-110",
    "unban sshd 192.0.2.7 expired",
  ]);
});

Deno.test("expire() ends bans when they are due and not before", () => {
  const trial = startTrial();
  attack(trial, "192.0.2.7", 10);
  attack(trial, "2001:db8::7", 20);
  trial.take();
  assert.equal(trial.tracker.nextExpirySeconds(), 110);
  trial.tracker.expire(109.9);
  assert.deepEqual(trial.take(), []);
  trial.tracker.expire(110);
  assert.deepEqual(trial.take(), ["unban sshd 192.0.2.7 expired"]);
  assert.equal(trial.tracker.nextExpirySeconds(), 120);
  trial.tracker.expire(5000);
  assert.deepEqual(trial.take(), ["unban sshd 2001:db8::7 expired"]);
  assert.equal(trial.tracker.nextExpirySeconds(), Infinity);
});

Deno.test("expire() never ends a ban that lasts for ever", () => {
  const trial = startTrial([jailOf({ banTimeSeconds: Infinity })]);
  attack(trial, "192.0.2.7", 10);
  assert.equal(trial.tracker.nextExpirySeconds(), Infinity);
  trial.tracker.expire(1e12);
  assert.deepEqual(trial.take(), ["ban sshd 192.0.2.7 10-Infinity"]);
  assert.equal(trial.tracker.bans()[0]?.endSeconds, Infinity);
});

Deno.test("a stale timer never frees a newer ban when the first was ended by hand", () => {
  const { tracker, take } = startTrial();
  const host = network("192.0.2.7");
  const order = { jail: "sshd", network: host };
  tracker.ban({ ...order, seconds: 10, nowSeconds: 0 });
  tracker.unban({ network: host });
  tracker.ban({ ...order, seconds: 100, nowSeconds: 1 });
  take();
  tracker.expire(10);
  assert.deepEqual(take(), []);
  assert.deepEqual(tracker.find(host), ["sshd"]);
  tracker.expire(101);
  assert.deepEqual(take(), ["unban sshd 192.0.2.7 expired"]);
});

Deno.test("the tracker is consistent when its sink throws or asks", () => {
  const trial = startTrial([jailOf({ maxRetry: 1 })]);
  trial.decisions.push = () => {
    throw new Error("sink");
  };
  const failure = failureOf("192.0.2.7", 10);
  assert.throws(() => trial.tracker.onFailure(failure, 10), /sink/);
  assert.equal(trial.tracker.onFailure(failure, 10), "already banned");
  assert.throws(() => trial.tracker.expire(110), /sink/);
  assert.deepEqual(trial.tracker.bans(), []);
  trial.tracker.expire(110);
});

Deno.test("counts() tells failures and bans, now and in all", () => {
  const trial = startTrial();
  attack(trial, "192.0.2.7", 10);
  trial.tracker.onFailure(failureOf("192.0.2.7", 11), 11);
  trial.tracker.onFailure(failureOf("192.0.2.8", 11), 11);
  trial.tracker.onFailure(failureOf("192.0.2.9", 50), 50);
  const expected = {
    currentlyFailed: 2,
    totalFailed: 6,
    currentlyBanned: 1,
    totalBanned: 1,
    ignored: 0,
    displaced: 0,
    forgotten: 0,
  };
  assert.deepEqual(trial.tracker.counts("sshd", 71), expected);
  assert.equal(trial.tracker.counts("sshd", 72).currentlyFailed, 1);
  trial.tracker.expire(110);
  assert.equal(trial.tracker.counts("sshd", 110).currentlyBanned, 0);
  assert.equal(trial.tracker.counts("sshd", 110).totalBanned, 1);
  assert.throws(() => trial.tracker.counts("x", 0), RangeError);
});

Deno.test("bans() lists the newest first, of one jail or of all", () => {
  const trial = startTrial([jailOf(), jailOf({ name: "web" })]);
  attack(trial, "192.0.2.2", 20);
  attack(trial, "192.0.2.1", 10, "web");
  attack(trial, "192.0.2.3", 30);
  const list = (jail?: string) =>
    trial.tracker.bans(jail).map((ban) => `${ban.jail} ${ban.host}`);
  assert.deepEqual(list(), [
    "sshd 192.0.2.3",
    "sshd 192.0.2.2",
    "web 192.0.2.1",
  ]);
  assert.deepEqual(list("web"), ["web 192.0.2.1"]);
  assert.deepEqual(list("x"), []);
});

Deno.test("onFailure() bans every attacker once and nobody else when hosts attack mixed", () => {
  const order = fc.shuffledSubarray(
    Array.from({ length: 150 }, (_, i) => i % 50),
    { minLength: 150 },
  );
  fc.assert(fc.property(order, (hosts) => {
    const { tracker, decisions } = startTrial();
    for (const n of hosts) tracker.onFailure(failureOf(nthHost(n), 5), 5);
    // Hosts 0 to 49 failed three times each
    const banned = decisions.map((decision) => decision.ban.words[3]);
    assert.equal(new Set(banned).size, 50);
    assert.equal(banned.length, 50);
    assert.equal(tracker.counts("sshd", 5).currentlyFailed, 0);
  }));
});
