import { strict as assert } from "node:assert";

import type { Decision } from "../../../src/track/types.ts";
import { until } from "../../support/daemon.ts";
import { testInNamespace } from "../namespace.ts";
import { ban, extend, jailOf, unban } from "../samples.ts";
import { listAddresses, listChain, listElements, nft } from "./nft.ts";
import { hosts, rig, withDriver } from "./rig.ts";

testInNamespace(
  "apply() bans hosts of both families, for a time and for ever",
  async () => {
    await withDriver([jailOf("sshd")], (driver) => {
      driver.apply([
        ban("sshd", "192.0.2.7", 600),
        ban("sshd", "192.0.2.8", Infinity),
        ban("sshd", "2001:db8::7", 60 * 86400),
        ban("sshd", "2001:db8::8", 1e12),
      ]);
      assert.deepEqual(listElements("sshd-v4"), [
        { address: "192.0.2.7", timeout: 600 },
        { address: "192.0.2.8", timeout: undefined },
      ]);
      assert.deepEqual(listElements("sshd-v6"), [
        { address: "2001:db8::7", timeout: 60 * 86400 },
        { address: "2001:db8::8", timeout: undefined },
      ]);
    });
  },
);

testInNamespace(
  "apply() adds hosts that are known to be absent, also where one of them is not",
  async () => {
    await withDriver([jailOf("sshd")], (driver) => {
      driver.apply([ban("sshd", "192.0.2.7", 60)]);
      const absent = (host: string, seconds: number) => ({
        ...ban("sshd", host, seconds),
        isAbsent: true,
      });
      driver.apply([
        absent("192.0.2.7", 600),
        absent("192.0.2.8", 600),
        absent("192.0.2.9", Infinity),
        absent("2001:db8::7", 600),
        absent("203.0.113.0/24", 600),
      ]);
      assert.deepEqual(listAddresses("sshd-v4"), [
        ...["192.0.2.7", "192.0.2.8", "192.0.2.9"],
      ]);
      assert.deepEqual(listElements("sshd-v4").slice(1), [
        { address: "192.0.2.8", timeout: 600 },
        { address: "192.0.2.9", timeout: undefined },
      ]);
      assert.deepEqual(listAddresses("sshd-v6"), ["2001:db8::7"]);
      assert.deepEqual(listAddresses("sshd-v4net24"), ["203.0.113.0"]);
    });
  },
);

testInNamespace(
  "apply() gives a host that is banned already its new end",
  async () => {
    await withDriver([jailOf("sshd")], (driver) => {
      driver.apply([
        ban("sshd", "192.0.2.7", 60),
        ban("sshd", "192.0.2.8", 60),
      ]);
      driver.apply([ban("sshd", "192.0.2.7", 3600)]);
      driver.apply([extend("sshd", "192.0.2.8", Infinity)]);
      driver.apply([extend("sshd", "192.0.2.9", 30)]);
      assert.deepEqual(listElements("sshd-v4"), [
        { address: "192.0.2.7", timeout: 3600 },
        { address: "192.0.2.8", timeout: undefined },
        { address: "192.0.2.9", timeout: 30 },
      ]);
      driver.apply([extend("sshd", "192.0.2.8", 10)]);
      assert.equal(listElements("sshd-v4")[1]?.timeout, 10);
    });
  },
);

testInNamespace(
  "apply() unbans, and does not mind who is not banned",
  async () => {
    await withDriver([jailOf("sshd")], (driver) => {
      driver.apply([
        ban("sshd", "192.0.2.7"),
        ban("sshd", "192.0.2.8"),
        ban("sshd", "192.0.2.9"),
        ban("sshd", "2001:db8::7"),
        ban("sshd", "203.0.113.0/24"),
      ]);
      driver.apply([
        unban("sshd", "192.0.2.7"),
        unban("sshd", "192.0.2.77"),
        unban("sshd", "2001:db8::7"),
        unban("sshd", "203.0.113.0/24"),
        unban("sshd", "10.0.0.0/8"),
      ]);
      driver.apply([unban("sshd", "192.0.2.8")]);
      driver.apply([unban("sshd", "192.0.2.8")]);
      assert.deepEqual(hosts(driver, "sshd"), ["192.0.2.9"]);
    });
  },
);

testInNamespace("apply() leaves what expired to the kernel", async () => {
  await withDriver([jailOf("sshd")], async (driver) => {
    driver.apply([
      ban("sshd", "192.0.2.7", 600),
      ban("sshd", "192.0.2.8", 1),
      ban("sshd", "192.0.2.9", -5),
    ]);
    driver.apply([unban("sshd", "192.0.2.7", "expired")]);
    const deadline = Date.now() + 10_000;
    while (listAddresses("sshd-v4").length > 1 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(listAddresses("sshd-v4"), ["192.0.2.7"]);
  });
});

testInNamespace(
  "apply() lets the last of several decisions on a host win",
  async () => {
    await withDriver([jailOf("sshd"), jailOf("web")], (driver) => {
      driver.apply([
        ban("sshd", "192.0.2.7", 60),
        ban("web", "192.0.2.7", 60),
        unban("sshd", "192.0.2.7"),
        ban("sshd", "192.0.2.8", 60),
        extend("sshd", "192.0.2.8", 600),
        unban("sshd", "192.0.2.9"),
        ban("sshd", "192.0.2.9", 70),
      ]);
      assert.deepEqual(listElements("sshd-v4"), [
        { address: "192.0.2.8", timeout: 600 },
        { address: "192.0.2.9", timeout: 70 },
      ]);
      assert.deepEqual(listAddresses("web-v4"), ["192.0.2.7"]);
    });
  },
);

testInNamespace(
  "apply() bans networks, nested ones too, each with its own end",
  async () => {
    await withDriver([jailOf("sshd")], (driver) => {
      driver.apply([
        ban("sshd", "10.0.0.0/8", 60),
        ban("sshd", "10.1.0.0/16", 600),
        ban("sshd", "10.1.2.3", 700),
        ban("sshd", "2001:db8::/32"),
        ban("sshd", "2001:db8:1::/64"),
        ban("sshd", "2001:db8:2::/64"),
        ban("sshd", "0.0.0.0/0"),
      ]);
      assert.deepEqual(listChain("jail-sshd"), [
        "tcp dport 22 ip saddr @sshd-v4 drop",
        "tcp dport 22 ip6 saddr @sshd-v6 drop",
        "tcp dport 22 ip saddr & 255.0.0.0 == @sshd-v4net8 drop",
        "tcp dport 22 ip saddr & 255.255.0.0 == @sshd-v4net16 drop",
        "tcp dport 22 ip6 saddr & ffff:ffff:: == @sshd-v6net32 drop",
        "tcp dport 22 ip6 saddr & ffff:ffff:ffff:ffff:: == @sshd-v6net64 drop",
        "tcp dport 22 ip saddr & 0.0.0.0 == @sshd-v4net0 drop",
      ]);
      driver.apply([unban("sshd", "10.0.0.0/8"), ban("sshd", "10.2.0.0/16")]);
      assert.deepEqual(hosts(driver, "sshd"), [
        "0.0.0.0/0",
        "10.1.0.0/16",
        "10.1.2.3",
        "10.2.0.0/16",
        "2001:db8:1::/64",
        "2001:db8:2::/64",
        "2001:db8::/32",
      ]);
      assert.equal(listChain("jail-sshd").length, 7);
    });
  },
);

testInNamespace("apply() carries 10,000 bans out in one call", async () => {
  await withDriver([jailOf("sshd"), jailOf("web")], (driver) => {
    const decisions: Decision[] = [];
    for (let i = 0; i < 5000; i++) {
      decisions.push(ban("sshd", `10.0.${i >> 8}.${i & 255}`));
      decisions.push(ban("web", `2001:db8::${i.toString(16)}`));
    }
    driver.apply(decisions);
    driver.apply(decisions);
    const expected = (jail: string) =>
      decisions.filter((each) => each.ban.jail === jail)
        .map((each) => each.ban.host).sort();
    assert.deepEqual(hosts(driver, "sshd"), expected("sshd"));
    assert.deepEqual(hosts(driver, "web"), expected("web"));
    assert.equal(listAddresses("sshd-v4").length, 5000);
  });
});

testInNamespace("apply() loses only those that the kernel refuses", () => {
  const { driver, problems } = rig();
  driver.open([jailOf("sshd"), jailOf("web")]);
  // A set that takes three elements stands for any reason why the kernel may refuse single ones.
  nft("flush chain inet fail2deno jail-sshd");
  nft("delete set inet fail2deno sshd-v4");
  nft(
    "add set inet fail2deno sshd-v4 { type ipv4_addr; flags timeout; size 3; }",
  );
  driver.apply([
    ...[1, 2, 3, 4].map((i) => ban("sshd", `192.0.2.${i}`)),
    ...[1, 2, 3, 4].map((i) => ban("web", `192.0.2.${i}`)),
    ban("nowhere", "192.0.2.5"),
  ]);
  assert.equal(hosts(driver, "sshd").length, 3);
  assert.equal(hosts(driver, "web").length, 4);
  assert.deepEqual(
    problems.map(({ phase, jail, host, message }) => [
      phase,
      jail,
      host,
      message,
    ]),
    [
      ["ban", "nowhere", "192.0.2.5", "The jail has no set for it"],
      ["ban", "sshd", "192.0.2.4", "The set is full"],
    ],
  );
  return driver.close();
});

testInNamespace(
  "apply() sets a lost table up again, says so, and goes on",
  async () => {
    let losses = 0;
    const { driver, problems } = rig(() => {
      losses++;
      driver.apply([ban("sshd", "192.0.2.1"), ban("sshd", "192.0.2.0/24")]);
      return Promise.resolve(2);
    });
    driver.open([jailOf("sshd")]);
    driver.apply([ban("sshd", "192.0.2.1"), ban("sshd", "192.0.2.0/24")]);
    nft("flush", "ruleset");
    driver.apply([ban("sshd", "192.0.2.2")]);
    assert.deepEqual(hosts(driver, "sshd"), [
      "192.0.2.0/24",
      "192.0.2.1",
      "192.0.2.2",
    ]);
    assert.equal(losses, 1);
    assert.equal(listChain("jail-sshd").length, 3);
    nft("flush", "ruleset");
    // The first repair is not over yet, so that the second one is left to its end.
    driver.apply([unban("sshd", "192.0.2.2")]);
    await until("the table is there again", () => losses === 2);
    assert.deepEqual(hosts(driver, "sshd"), ["192.0.2.0/24", "192.0.2.1"]);
    assert.deepEqual(problems, []);
    await driver.close();
  },
);
