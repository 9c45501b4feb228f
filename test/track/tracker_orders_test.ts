import assert from "node:assert/strict";
import { failureOf, jailOf, network, startTrial } from "./fixtures.ts";

const HOST = network("192.0.2.7");

Deno.test("ban() bans for the jail's time or the time that is told", () => {
  const { tracker, take } = startTrial();
  const order = { jail: "sshd", nowSeconds: 10 };
  assert.equal(tracker.ban({ ...order, network: HOST }), "banned");
  const network6 = network("2001:db8::7");
  assert.equal(
    tracker.ban({ ...order, network: network6, seconds: 5 }),
    "banned",
  );
  const blocked = network("198.51.100.0/24");
  tracker.ban({ ...order, network: blocked, seconds: Infinity });
  assert.deepEqual(take(), [
    "ban sshd 192.0.2.7 10-110",
    "ban sshd 2001:db8::7 10-15",
    "ban sshd 198.51.100.0/24 10-Infinity",
  ]);
  assert.deepEqual(tracker.bans().map((ban) => [ban.count, ban.failures]), [
    [1, 0],
    [1, 0],
    [1, 0],
  ]);
  assert.equal(tracker.counts("sshd", 10).totalBanned, 3);
});

Deno.test("ban() extends a shorter ban and leaves a longer one", () => {
  const { tracker, take } = startTrial();
  const order = { jail: "sshd", network: HOST };
  const ban = (seconds: number, nowSeconds: number) =>
    tracker.ban({ ...order, seconds, nowSeconds });
  assert.equal(ban(100, 0), "banned");
  assert.equal(ban(100, 0), "already banned");
  assert.equal(ban(50, 20), "already banned");
  assert.equal(ban(100, 20), "extended");
  assert.equal(ban(Infinity, 30), "extended");
  assert.equal(ban(Infinity, 40), "already banned");
  assert.deepEqual(take(), [
    "ban sshd 192.0.2.7 0-100",
    "extend sshd 192.0.2.7 0-120",
    "extend sshd 192.0.2.7 0-Infinity",
  ]);
  tracker.expire(1e9);
  assert.deepEqual(take(), []);
  assert.equal(tracker.bans()[0]?.count, 1);
});

Deno.test("ban() bans anew when the old ban is due", () => {
  const { tracker, take } = startTrial();
  const order = { jail: "sshd", network: HOST };
  tracker.ban({ ...order, nowSeconds: 0 });
  assert.equal(tracker.ban({ ...order, nowSeconds: 100 }), "banned");
  assert.deepEqual(take(), [
    "ban sshd 192.0.2.7 0-100",
    "unban sshd 192.0.2.7 expired",
    "ban sshd 192.0.2.7 100-200",
  ]);
});

Deno.test("ban() finds a host banned already when a network around it is, for as long", () => {
  const { tracker, take } = startTrial();
  const order = { jail: "sshd", nowSeconds: 0 };
  tracker.ban({ ...order, network: network("192.0.2.0/24"), seconds: 50 });
  assert.equal(
    tracker.ban({ ...order, network: HOST, seconds: 50 }),
    "already banned",
  );
  assert.equal(tracker.ban({ ...order, network: HOST, seconds: 60 }), "banned");
  assert.equal(
    tracker.onFailure(failureOf("192.0.2.8", 1), 1),
    "already banned",
  );
  assert.deepEqual(take(), [
    "ban sshd 192.0.2.0/24 0-50",
    "ban sshd 192.0.2.7 0-60",
  ]);
});

Deno.test("ban() refuses ignored hosts and networks around them", () => {
  const { tracker, take } = startTrial([
    jailOf({ ignoreNetworks: [network("10.0.0.0/8")] }),
  ]);
  tracker.setOwnAddresses([network("192.0.2.1")]);
  for (const text of ["10.1.2.3", "10.0.0.0/7", "192.0.2.1", "192.0.2.0/24"]) {
    const order = { jail: "sshd", network: network(text), nowSeconds: 0 };
    assert.equal(tracker.ban(order), "ignored", text);
  }
  assert.deepEqual(take(), []);
});

Deno.test("ban() throws when jail or time is impossible", () => {
  const { tracker, take } = startTrial();
  const order = { jail: "sshd", network: HOST, nowSeconds: 0 };
  assert.throws(() => tracker.ban({ ...order, jail: "x" }), RangeError);
  for (const seconds of [0, -1, NaN]) {
    assert.throws(() => tracker.ban({ ...order, seconds }), {
      name: "RangeError",
      message:
        `Cannot ban host "192.0.2.7": ban time is ${seconds} s, expected more than 0`,
    });
  }
  assert.deepEqual(take(), []);
});

Deno.test("ban() forgets failures, and counts for the next ban's length", () => {
  const escalation = {
    increment: true,
    factor: 1,
    multipliers: [1, 3],
    maxTimeSeconds: Infinity,
  };
  const { tracker, take } = startTrial([jailOf({ escalation })]);
  for (const at of [0, 1]) tracker.onFailure(failureOf("192.0.2.7", at), at);
  const order = { jail: "sshd", network: HOST };
  tracker.ban({ ...order, seconds: 5, nowSeconds: 2 });
  tracker.expire(7);
  assert.equal(tracker.onFailure(failureOf("192.0.2.7", 8), 8), "counted");
  tracker.ban({ ...order, nowSeconds: 9 });
  assert.deepEqual(take(), [
    "ban sshd 192.0.2.7 2-7",
    "unban sshd 192.0.2.7 expired",
    "ban sshd 192.0.2.7 9-309",
  ]);
});

Deno.test("unban() frees a host, what lies in a network, a jail, or all", () => {
  const hosts = [
    "10.0.0.1",
    "10.0.0.2",
    "10.0.1.1",
    "10.0.0.0/30",
    "::a00:1",
    "2001:db8::1",
    "2001:db8::/64",
  ];
  const cases: readonly {
    readonly jail?: string;
    readonly network?: string;
    readonly freed: readonly string[];
  }[] = [
    { network: "10.0.0.1", freed: ["a 10.0.0.1", "b 10.0.0.1"] },
    { network: "10.0.0.1", jail: "b", freed: ["b 10.0.0.1"] },
    { network: "10.0.0.3", freed: [] },
    {
      network: "10.0.0.0/24",
      jail: "a",
      freed: ["a 10.0.0.0/30", "a 10.0.0.1", "a 10.0.0.2"],
    },
    {
      network: "10.0.0.0/30",
      jail: "a",
      freed: ["a 10.0.0.0/30", "a 10.0.0.1", "a 10.0.0.2"],
    },
    { network: "10.0.0.0/31", jail: "a", freed: ["a 10.0.0.1"] },
    {
      network: "2001:db8::/32",
      jail: "b",
      freed: ["b 2001:db8::/64", "b 2001:db8::1"],
    },
    {
      network: "::/0",
      jail: "b",
      freed: ["b 2001:db8::/64", "b 2001:db8::1", "b ::a00:1"],
    },
    { jail: "a", freed: hosts.map((host) => `a ${host}`) },
    { freed: hosts.flatMap((host) => [`a ${host}`, `b ${host}`]) },
  ];
  for (const { jail, network: text, freed } of cases) {
    const { tracker, decisions } = startTrial(
      [jailOf({ name: "a" }), jailOf({ name: "b" })],
    );
    for (const host of hosts) {
      for (const jail of ["a", "b"]) {
        tracker.ban({
          jail,
          network: network(host),
          // The narrow ones last longer, so that the wide one covers none of them
          seconds: 500 + network(host).prefix,
          nowSeconds: 0,
        });
      }
    }
    decisions.length = 0;
    const wanted = text === undefined ? undefined : network(text);
    assert.equal(tracker.unban({ jail, network: wanted }), freed.length);
    const ended = decisions.map(({ ban }) => `${ban.jail} ${ban.host}`);
    assert.deepEqual(ended.sort(), [...freed].sort());
    assert.ok(
      decisions.every((decision) =>
        decision.kind === "unban" && decision.reason === "manual"
      ),
    );
    assert.equal(tracker.bans().length, hosts.length * 2 - freed.length);
  }
});

Deno.test("unban() begins the host's bans at 0 again, in force or not", () => {
  const { tracker, decisions } = startTrial();
  const order = { jail: "sshd", network: HOST };
  tracker.ban({ ...order, nowSeconds: 0 });
  tracker.unban({ network: HOST });
  tracker.ban({ ...order, nowSeconds: 0 });
  assert.equal(decisions.at(-1)?.ban.count, 1);
  tracker.expire(100);
  tracker.ban({ ...order, nowSeconds: 100 });
  assert.equal(decisions.at(-1)?.ban.count, 2);
  tracker.expire(200);
  assert.equal(tracker.unban({ network: HOST }), 0);
  tracker.ban({ ...order, nowSeconds: 200 });
  assert.equal(decisions.at(-1)?.ban.count, 1);
});

Deno.test("unban() throws when the jail is unknown", () => {
  const { tracker } = startTrial();
  assert.throws(() => tracker.unban({ jail: "x" }), RangeError);
  assert.equal(tracker.hasJail("x"), false);
  assert.equal(tracker.hasJail("sshd"), true);
});
