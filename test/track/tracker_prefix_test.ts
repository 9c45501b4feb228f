import assert from "node:assert/strict";
import { failureOf, jailOf, network, startTrial } from "./fixtures.ts";
import type { Trial } from "./fixtures.ts";

const JAIL = jailOf({ ipv6Prefix: 64 });

function fail(trial: Trial, hosts: readonly string[]): string[] {
  return hosts.map((host, at) =>
    trial.tracker.onFailure(failureOf(host, at), at)
  );
}

Deno.test("onFailure() counts IPv6 hosts by the jail's prefix, and bans that", () => {
  const trial = startTrial([JAIL]);
  assert.deepEqual(
    fail(trial, ["2001:db8::1", "2001:db8:0:1::2", "2001:db8::2"]),
    ["counted", "counted", "counted"],
  );
  assert.deepEqual(
    fail(trial, ["2001:db8::ffff:0:0:1", "2001:db8::1", "2001:db8::9"]),
    ["banned", "already banned", "already banned"],
  );
  assert.deepEqual(trial.take(), ["ban sshd 2001:db8::/64 0-100"]);
  assert.equal(trial.tracker.counts("sshd", 5).currentlyFailed, 1);
});

Deno.test("onFailure() counts IPv4 hosts one by one, and wider networks as they come, whatever the prefix", () => {
  const trial = startTrial([{ ...JAIL, ipv6Prefix: 48 }]);
  fail(trial, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
  assert.deepEqual(trial.take(), []);
  fail(trial, ["192.0.2.1", "192.0.2.1"]);
  assert.deepEqual(trial.take(), ["ban sshd 192.0.2.1 1-101"]);
  fail(trial, ["2001:db8::/32", "2001:db8::/32", "2001:db8::/32"]);
  assert.deepEqual(trial.take(), ["ban sshd 2001:db8::/32 2-102"]);
});

Deno.test("onFailure() bans an IPv6 host alone where its prefix holds somebody who is spared", () => {
  const friend = network("2001:db8::5");
  const trial = startTrial([{ ...JAIL, ignoreNetworks: [friend] }]);
  trial.tracker.setOwnAddresses([network("2001:db8:0:1::1")]);
  for (const near of ["2001:db8::6", "2001:db8:0:1::6"]) {
    assert.deepEqual(
      fail(trial, [near, near.replace("6", "7"), near, near]),
      ["counted", "counted", "counted", "banned"],
    );
  }
  assert.deepEqual(fail(trial, ["2001:db8::5"]), ["ignored"]);
  assert.deepEqual(trial.take(), [
    "ban sshd 2001:db8::6 3-103",
    "ban sshd 2001:db8:0:1::6 3-103",
  ]);
});

Deno.test("onFailure() leaves a host that was banned by hand alone in its ban", () => {
  const trial = startTrial([JAIL]);
  const order = { jail: "sshd", nowSeconds: 0, seconds: 50 };
  trial.tracker.ban({ ...order, network: network("2001:db8::1") });
  assert.deepEqual(trial.take(), ["ban sshd 2001:db8::1 0-50"]);
  assert.deepEqual(fail(trial, ["2001:db8::1"]), ["already banned"]);
  assert.equal(trial.tracker.counts("sshd", 1).currentlyFailed, 0);
});

Deno.test("unban() of an IPv6 host ends the ban of its prefix, and that prefix's bans count from 0", () => {
  const escalation = { ...JAIL.escalation, increment: true };
  const trial = startTrial([{ ...JAIL, escalation }]);
  const attack = ["2001:db8::1", "2001:db8::2", "2001:db8::3"];
  fail(trial, attack);
  const host = network("2001:db8::77");
  assert.equal(trial.tracker.unban({ network: host }), 1);
  assert.equal(trial.tracker.unban({ network: host }), 0);
  fail(trial, attack);
  assert.deepEqual(trial.take(), [
    "ban sshd 2001:db8::/64 2-102",
    "unban sshd 2001:db8::/64 manual",
    "ban sshd 2001:db8::/64 2-102",
  ]);
});

Deno.test("setJails() with another ipv6_prefix counts by it from then on", () => {
  const trial = startTrial([JAIL]);
  fail(trial, ["2001:db8::1", "2001:db8::1"]);
  trial.tracker.setJails([{ ...JAIL, ipv6Prefix: 48 }]);
  assert.deepEqual(
    fail(trial, ["2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:3::1"]),
    ["counted", "counted", "banned"],
  );
  assert.deepEqual(trial.take(), ["ban sshd 2001:db8::/48 2-102"]);
});
