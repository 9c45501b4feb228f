import assert from "node:assert/strict";
import { failureOf, jailOf, network, startTrial } from "./fixtures.ts";

Deno.test("setJails() keeps failures and bans of jails that stay", () => {
  const { tracker, take } = startTrial();
  tracker.ban({ jail: "sshd", network: network("192.0.2.9"), nowSeconds: 0 });
  for (const at of [1, 2]) tracker.onFailure(failureOf("192.0.2.7", at), at);
  take();
  tracker.setJails([jailOf({ banTimeSeconds: 1000 }), jailOf({ name: "web" })]);
  assert.deepEqual(take(), []);
  assert.equal(tracker.onFailure(failureOf("192.0.2.7", 3), 3), "banned");
  tracker.expire(100);
  assert.deepEqual(take(), [
    "ban sshd 192.0.2.7 3-1003",
    "unban sshd 192.0.2.9 expired",
  ]);
  assert.equal(tracker.counts("sshd", 100).totalFailed, 3);
});

Deno.test("setJails() keeps what fits when max_retry changes", () => {
  const { tracker, take } = startTrial([jailOf({ maxRetry: 5 })]);
  for (const at of [1, 2, 3]) tracker.onFailure(failureOf("192.0.2.7", at), at);
  tracker.setJails([jailOf({ maxRetry: 3 })]);
  assert.equal(tracker.onFailure(failureOf("192.0.2.7", 4), 4), "banned");
  take();
  for (const at of [5, 6]) tracker.onFailure(failureOf("192.0.2.8", at), at);
  tracker.setJails([jailOf({ maxRetry: 4 })]);
  assert.equal(tracker.onFailure(failureOf("192.0.2.8", 7), 7), "counted");
  assert.equal(tracker.onFailure(failureOf("192.0.2.8", 8), 8), "banned");
});

Deno.test("setJails() ends the bans of jails that are gone", () => {
  const { tracker, decisions, take } = startTrial(
    [jailOf(), jailOf({ name: "web" })],
  );
  const order = { network: network("192.0.2.7"), nowSeconds: 0 };
  tracker.ban({ ...order, jail: "sshd" });
  tracker.ban({ ...order, jail: "web" });
  take();
  tracker.setJails([jailOf()]);
  assert.deepEqual(take(), ["unban web 192.0.2.7 reload"]);
  assert.throws(() => tracker.ban({ ...order, jail: "web" }), RangeError);
  assert.equal(tracker.nextExpirySeconds(), 100);
  tracker.setJails([jailOf({ name: "web" })]);
  assert.deepEqual(take(), ["unban sshd 192.0.2.7 reload"]);
  assert.equal(tracker.nextExpirySeconds(), Infinity);
  tracker.ban({ ...order, jail: "web" });
  assert.equal(decisions.at(-1)?.ban.jail, "web");
  assert.equal(decisions.at(-1)?.ban.count, 2);
});

Deno.test("setJails() ends bans of hosts that are ignored now", () => {
  const { tracker, take } = startTrial([jailOf(), jailOf({ name: "web" })]);
  const hosts = ["10.0.0.1", "192.0.2.7", "10.0.0.0/28"].map(network);
  for (const host of hosts) {
    for (const jail of ["sshd", "web"]) {
      tracker.ban({ jail, network: host, nowSeconds: 0 });
    }
  }
  take();
  const ignoreNetworks = [network("10.0.0.1")];
  tracker.setJails([jailOf({ ignoreNetworks }), jailOf({ name: "web" })]);
  assert.deepEqual(take(), [
    "unban sshd 10.0.0.1 ignored",
    "unban sshd 10.0.0.0/28 ignored",
  ]);
  assert.equal(tracker.bans().length, 4);
});

Deno.test("setOwnAddresses() ends bans of addresses that are ours now", () => {
  const { tracker, take } = startTrial([
    jailOf(),
    jailOf({ name: "strict", ignoreSelf: false }),
  ]);
  const order = { network: network("192.0.2.7"), nowSeconds: 0 };
  tracker.ban({ ...order, jail: "sshd" });
  tracker.ban({ ...order, jail: "strict" });
  take();
  tracker.setOwnAddresses([network("192.0.2.7")]);
  assert.deepEqual(take(), ["unban sshd 192.0.2.7 ignored"]);
  tracker.setOwnAddresses([]);
  assert.equal(tracker.ban({ ...order, jail: "sshd" }), "banned");
});

Deno.test("reconcile() takes unknown bans over without a decision, and ends those that have no place", () => {
  const { tracker, decisions, take } = startTrial([
    jailOf({ ignoreNetworks: [network("10.0.0.0/8")] }),
  ]);
  const found = (jail: string, host: string, remainingSeconds: number) => ({
    jail,
    ...network(host),
    remainingSeconds,
  });
  const bans = [
    found("sshd", "192.0.2.7", 50),
    found("sshd", "2001:db8::/64", Infinity),
    found("sshd", "10.0.0.1", 50),
    found("gone", "192.0.2.8", 50),
    found("sshd", "192.0.2.7", 60),
    found("sshd", "192.0.2.99", 0),
  ];
  assert.deepEqual([...tracker.records.reconcile(bans, 1000)], []);
  for (const ban of bans) ban.words.fill(9);
  assert.deepEqual(take(), [
    "unban sshd 10.0.0.1 ignored",
    "unban gone 192.0.2.8 reload",
  ]);
  assert.deepEqual(
    tracker.bans().map((ban) => [ban.host, ban.endSeconds, ban.count]),
    [["2001:db8::/64", Infinity, 1], ["192.0.2.7", 1050, 1]],
  );
  assert.equal(tracker.counts("sshd", 1000).currentlyBanned, 2);
  tracker.expire(1050);
  assert.deepEqual(take(), ["unban sshd 192.0.2.7 expired"]);
  const order = { jail: "sshd", network: network("192.0.2.7") };
  tracker.ban({ ...order, nowSeconds: 1050 });
  assert.equal(decisions.at(-1)?.ban.count, 2);
});
