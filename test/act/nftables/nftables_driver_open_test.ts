import { strict as assert } from "node:assert";

import type { ActJail } from "../../../src/act/types.ts";
import { formatNetwork } from "../../../src/util/address.ts";
import { testInNamespace } from "../namespace.ts";
import { ban, jailOf, portsOf } from "../samples.ts";
import { listAddresses, listChain, listRules, listSets, nft } from "./nft.ts";
import { between, hosts, rig, withDriver } from "./rig.ts";

testInNamespace("open() makes the table that the layout draws", async () => {
  await withDriver([jailOf("sshd")], () => {
    assert.deepEqual(listRules(), [
      "table inet fail2deno {",
      "set sshd-v4 {",
      "type ipv4_addr",
      "flags timeout",
      "set sshd-v6 {",
      "type ipv6_addr",
      "flags timeout",
      "chain jail-sshd {",
      "tcp dport 22 ip saddr @sshd-v4 drop",
      "tcp dport 22 ip6 saddr @sshd-v6 drop",
      "chain input {",
      "type filter hook input priority filter - 1; policy accept;",
      "jump jail-sshd",
    ]);
  });
});

const RULES: readonly {
  readonly name: string;
  readonly jail: ActJail;
  readonly v4: readonly string[];
}[] = [
  {
    name: "all ports and protocols",
    jail: jailOf("j", { ports: [], protocols: ["tcp"] }),
    v4: ["ip saddr @j-v4 drop"],
  },
  {
    name: "a range",
    jail: jailOf("j", { ports: portsOf([8000, 8080]) }),
    v4: ["tcp dport 8000-8080 ip saddr @j-v4 drop"],
  },
  {
    name: "several ports",
    jail: jailOf("j", { ports: portsOf(443, 80) }),
    v4: ["tcp dport { 80, 443 } ip saddr @j-v4 drop"],
  },
  {
    name: "overlapping and touching ranges",
    jail: jailOf("j", { ports: portsOf([90, 100], 22, [95, 110], 111) }),
    v4: ["tcp dport { 22, 90-111 } ip saddr @j-v4 drop"],
  },
  {
    name: "ranges up to both ends",
    jail: jailOf("j", { ports: portsOf([1, 21], [65000, 65535]) }),
    v4: ["tcp dport { 1-21, 65000-65535 } ip saddr @j-v4 drop"],
  },
  {
    name: "every protocol",
    jail: jailOf("j", { protocols: ["tcp", "udp", "sctp", "dccp"] }),
    v4: [
      "tcp dport 22 ip saddr @j-v4 drop",
      "udp dport 22 ip saddr @j-v4 drop",
      "sctp dport 22 ip saddr @j-v4 drop",
      "dccp dport 22 ip saddr @j-v4 drop",
    ],
  },
  {
    name: "a counter",
    jail: jailOf("j", { options: { counter: true } }),
    v4: ["tcp dport 22 ip saddr @j-v4 counter drop"],
  },
  {
    name: "reject",
    jail: jailOf("j", { options: { verdict: "reject" } }),
    v4: ["tcp dport 22 ip saddr @j-v4 reject"],
  },
];

for (const { name, jail, v4 } of RULES) {
  testInNamespace(
    `open() writes the rules of a jail with ${name}`,
    async () => {
      await withDriver([jail], () => {
        const v6 = v4.map((rule) =>
          rule.replace("ip saddr @j-v4", "ip6 saddr @j-v6")
        );
        assert.deepEqual(listChain("jail-j"), [...v4, ...v6]);
      });
    },
  );
}

testInNamespace("open() hooks each jail in where it wants to be", async () => {
  const jails = [
    jailOf("a", { options: { hooks: ["input", "forward"] } }),
    jailOf("b", { options: { hooks: ["forward"] } }),
  ];
  await withDriver(jails, () => {
    assert.deepEqual(listChain("input"), ["jump jail-a"]);
    assert.deepEqual(listChain("forward"), ["jump jail-a", "jump jail-b"]);
    assert(
      listRules().includes(
        "type filter hook forward priority filter - 1; policy accept;",
      ),
    );
  });
});

testInNamespace(
  "open() changes nothing the second and third time",
  async () => {
    const jails = [
      jailOf("sshd", { ports: portsOf(22, [2000, 2010]) }),
      jailOf("input", { options: { hooks: ["forward"] } }),
    ];
    const { driver, problems } = rig();
    driver.open(jails);
    driver.apply([ban("sshd", "192.0.2.7"), ban("sshd", "198.51.100.0/24")]);
    const before = listRules();
    const others = [rig(), rig(), rig()].map((other) => other.driver);
    for (const other of others) {
      const found = other.open(jails);
      assert.deepEqual(found.map(formatNetwork), [
        "192.0.2.7",
        "198.51.100.0/24",
      ]);
      // nft prints chains in the order they were made; what is in them must be the same.
      assert.deepEqual(listRules().sort(), before.toSorted());
    }
    for (const each of [driver, ...others]) await each.close();
    assert.deepEqual(problems, []);
  },
);

testInNamespace(
  "open() finds what a killed daemon left, with what is left of it",
  async () => {
    const killed = rig().driver;
    killed.open([jailOf("sshd"), jailOf("gone"), jailOf("fresh")]);
    killed.apply([
      ban("sshd", "192.0.2.7", 100),
      ban("sshd", "2001:db8::1", Infinity),
      ban("sshd", "2001:db8:7::/48", 100),
      ban("gone", "192.0.2.8"),
      ban("fresh", "192.0.2.9"),
      ban("fresh", "192.0.2.0/24"),
    ]);
    const { driver, problems } = rig();
    const found = driver.open([
      jailOf("sshd"),
      jailOf("fresh", { rebanOnRestart: false }),
    ]);
    assert.deepEqual(
      found.map((each) => [each.jail, formatNetwork(each)]),
      [
        ["sshd", "192.0.2.7"],
        ["sshd", "2001:db8::1"],
        ["sshd", "2001:db8:7::/48"],
      ],
    );
    const seconds = found.map((each) => each.remainingSeconds);
    assert(between(seconds[0], 90, 100));
    assert.equal(seconds[1], Infinity);
    assert(between(seconds[2], 90, 100));
    assert.deepEqual(hosts(driver, "fresh"), []);
    assert(!listSets().some((set) => set.startsWith("gone")));
    assert(!listRules().some((line) => line.includes("gone")));
    await driver.close();
    await killed.close();
    assert.deepEqual(problems, []);
  },
);

testInNamespace(
  "open() replaces a table whose sets it cannot use",
  async () => {
    nft("add", "table", "inet", "fail2deno");
    nft("add set inet fail2deno sshd-v4 { type inet_service; }");
    nft("add set inet fail2deno other { type ipv4_addr; }");
    nft("add chain inet fail2deno input { type nat hook input priority 5; }");
    await withDriver([jailOf("sshd")], (driver) => {
      driver.apply([ban("sshd", "192.0.2.7")]);
      assert.deepEqual(listSets(), ["sshd-v4", "sshd-v6"]);
      assert.deepEqual(listAddresses("sshd-v4"), ["192.0.2.7"]);
      assert.deepEqual(listChain("input"), ["jump jail-sshd"]);
    });
  },
);

testInNamespace(
  "open() clears foreign rules, chains and hooks out of its own table",
  async () => {
    nft("add", "table", "inet", "fail2deno", "{ flags dormant; }");
    nft(
      "add chain inet fail2deno input { type filter hook input priority 7; policy drop; }",
    );
    nft("add chain inet fail2deno stray");
    nft("add rule inet fail2deno input jump stray");
    await withDriver([jailOf("sshd")], () => {
      assert.deepEqual(
        listRules().filter((line) =>
          /^(table|flags dormant|chain|type filter|jump)/.test(line)
        ),
        [
          "table inet fail2deno {",
          "chain jail-sshd {",
          "chain input {",
          "type filter hook input priority filter - 1; policy accept;",
          "jump jail-sshd",
        ],
      );
    });
  },
);
