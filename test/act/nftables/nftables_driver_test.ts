import { strict as assert } from "node:assert";
import fc from "fast-check";

import {
  createNftablesDriver,
  type NftablesDriver,
} from "../../../src/act/nftables/nftables_driver.ts";
import { listSet } from "../../../src/act/nftables/elements.ts";
import {
  NETLINK_NETFILTER,
  openNetlink,
} from "../../../src/act/netlink/socket.ts";
import {
  ActionError,
  type ActJail,
  type ActProblem,
} from "../../../src/act/types.ts";
import type { Decision } from "../../../src/track/types.ts";
import { formatNetwork } from "../../../src/util/address.ts";
import { openLibc } from "../../../src/util/libc.ts";
import { SILENT } from "../../../src/util/log.ts";
import { testInNamespace } from "../namespace.ts";
import { ban, extend, jailOf, portsOf, unban } from "../samples.ts";
import {
  listAddresses,
  listChain,
  listElements,
  listRules,
  listSets,
  nft,
} from "./nft.ts";

const libc = openLibc();

interface Rig {
  readonly driver: NftablesDriver;
  readonly problems: ActProblem[];
}

function rig(onTableLost?: () => void): Rig {
  const problems: ActProblem[] = [];
  const driver = createNftablesDriver({
    libc,
    logger: SILENT,
    onProblem: (problem) => problems.push(problem),
    ...(onTableLost === undefined ? {} : { onTableLost }),
  });
  return { driver, problems };
}

/** Opens a driver, lets it work, and checks that it had no problem. */
async function withDriver(
  jails: readonly ActJail[],
  work: (driver: NftablesDriver) => void | Promise<void>,
): Promise<void> {
  const { driver, problems } = rig();
  driver.open(jails);
  await work(driver);
  await driver.close();
  assert.deepEqual(problems, []);
}

function hosts(driver: NftablesDriver, jail: string): string[] {
  return driver.list(jail).map(formatNetwork).sort();
}

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
    for (let i = 0; i < 3; i++) {
      const found = driver.open(jails);
      assert.deepEqual(found.map(formatNetwork), [
        "192.0.2.7",
        "198.51.100.0/24",
      ]);
      // nft prints chains in the order they were made; what is in them must be the same.
      assert.deepEqual(listRules().sort(), before.toSorted());
    }
    await driver.close();
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
    driver.apply([ban("sshd", "192.0.2.7", 1), ban("sshd", "192.0.2.8", -5)]);
    driver.apply([unban("sshd", "192.0.2.7", "expired")]);
    assert(listAddresses("sshd-v4").includes("192.0.2.7"));
    const deadline = Date.now() + 10_000;
    while (listAddresses("sshd-v4").length > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(listAddresses("sshd-v4"), []);
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
  () => {
    let losses = 0;
    const { driver, problems } = rig(() => {
      losses++;
      driver.apply([ban("sshd", "192.0.2.1"), ban("sshd", "192.0.2.0/24")]);
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
    driver.apply([unban("sshd", "192.0.2.2")]);
    assert.equal(losses, 2);
    assert.deepEqual(problems, []);
    return driver.close();
  },
);

testInNamespace(
  "reload() changes ports, verdict and hooks and keeps elements",
  async () => {
    await withDriver([jailOf("sshd"), jailOf("web")], (driver) => {
      driver.apply([ban("sshd", "192.0.2.7", 600), ban("sshd", "10.0.0.0/8")]);
      driver.reload([
        jailOf("sshd", {
          ports: portsOf(22, 2222),
          options: { verdict: "reject", hooks: ["forward"] },
        }),
        jailOf("web"),
      ]);
      assert.deepEqual(listChain("jail-sshd"), [
        "tcp dport { 22, 2222 } ip saddr @sshd-v4 reject",
        "tcp dport { 22, 2222 } ip6 saddr @sshd-v6 reject",
        "tcp dport { 22, 2222 } ip saddr & 255.0.0.0 == @sshd-v4net8 reject",
      ]);
      assert.deepEqual(listChain("input"), ["jump jail-web"]);
      assert.deepEqual(listChain("forward"), ["jump jail-sshd"]);
      assert.deepEqual(hosts(driver, "sshd"), ["10.0.0.0/8", "192.0.2.7"]);
      driver.reload([jailOf("sshd")]);
      assert.deepEqual(listSets(), ["sshd-v4", "sshd-v4net8", "sshd-v6"]);
      assert(!listRules().some((line) => /web|forward/.test(line)));
      driver.reload([jailOf("sshd"), jailOf("new")]);
      driver.apply([ban("new", "192.0.2.9")]);
      assert.deepEqual(listAddresses("new-v4"), ["192.0.2.9"]);
      assert.deepEqual(listChain("input"), ["jump jail-sshd", "jump jail-new"]);
    });
  },
);

testInNamespace(
  "reload() leaves the counters of unchanged jails running",
  async () => {
    const counted = jailOf("a", { options: { counter: true } });
    await withDriver([counted, jailOf("b")], (driver) => {
      const handle = () =>
        /# handle \d+$/m.exec(
          nft("-a", "list", "chain", "inet", "fail2deno", "jail-a")
            .split("\n").slice(2).join("\n"),
        )?.[0];
      const before = handle();
      assert.notEqual(before, undefined);
      driver.reload([counted, jailOf("b", { ports: [] })]);
      assert.equal(handle(), before);
      assert.deepEqual(listChain("jail-b"), [
        "ip saddr @b-v4 drop",
        "ip6 saddr @b-v6 drop",
      ]);
    });
  },
);

testInNamespace(
  "close() leaves other tables alone and may be called twice",
  async () => {
    nft("add", "table", "inet", "mine");
    nft(
      "add set inet mine sshd-v4 { type ipv4_addr; elements = { 192.0.2.1 } }",
    );
    nft("add", "table", "ip", "fail2deno");
    const { driver, problems } = rig();
    driver.open([jailOf("sshd")]);
    driver.apply([ban("sshd", "192.0.2.7")]);
    await driver.close();
    await driver.close();
    assert.deepEqual(nft("list", "tables").trim().split("\n"), [
      "table inet mine",
      "table ip fail2deno",
    ]);
    assert.deepEqual(listAddresses("sshd-v4", "mine"), ["192.0.2.1"]);
    driver.open([jailOf("sshd")]);
    nft("flush", "ruleset");
    await driver.close();
    assert.deepEqual(problems, []);
  },
);

testInNamespace(
  "listSet() sees a set through a socket of its own",
  async () => {
    await withDriver([jailOf("sshd")], (driver) => {
      driver.apply([ban("sshd", "192.0.2.7", 600)]);
      const socket = openNetlink(libc, NETLINK_NETFILTER);
      const set = { table: "fail2deno", set: "sshd-v4" };
      const [element] = listSet(socket, set);
      assert.deepEqual([...element?.words ?? []], [0, 0, 0xffff, 0xc0000207]);
      assert(between(element?.remainingSeconds, 590, 600));
      assert.throws(
        () => listSet(socket, { ...set, table: "none" }),
        /No such/,
      );
      assert.throws(() => listSet(socket, { ...set, set: "x" }), RangeError);
      socket.close();
    });
  },
);

testInNamespace(
  "the kernel's sets are what any decisions add up to",
  async () => {
    const decision = fc.record({
      kind: fc.constantFrom("ban", "extend", "unban"),
      jail: fc.constantFrom("a", "b-v4"),
      host: fc.oneof(
        fc.integer({ min: 1, max: 9 }).map((i) => `10.0.0.${i}`),
        fc.integer({ min: 1, max: 9 }).map((i) => `2001:db8::${i}`),
        fc.constantFrom("10.0.0.0/24", "10.0.0.0/8", "2001:db8::/64"),
      ),
    });
    const rounds = fc.array(fc.array(decision, { maxLength: 30 }), {
      maxLength: 4,
    });
    await withDriver([jailOf("a"), jailOf("b-v4")], (driver) => {
      fc.assert(
        fc.property(rounds, (drawn) => {
          const expected = new Set<string>();
          driver.apply(
            [...driver.list("a"), ...driver.list("b-v4")].map((each) =>
              unban(each.jail, formatNetwork(each))
            ),
          );
          for (const round of drawn) {
            driver.apply(round.map(({ kind, jail, host }) => {
              const key = `${jail} ${host}`;
              if (kind === "unban") expected.delete(key);
              else expected.add(key);
              if (kind === "unban") return unban(jail, host);
              return kind === "ban" ? ban(jail, host) : extend(jail, host);
            }));
          }
          const actual = ["a", "b-v4"].flatMap((jail) =>
            hosts(driver, jail).map((host) => `${jail} ${host}`)
          );
          assert.deepEqual(actual.sort(), [...expected].sort());
        }),
        { numRuns: 60 },
      );
    });
  },
);

/** Runs the driver in a process of its own. */
function runChild(
  launcher: readonly string[],
  permissions: readonly string[],
): { readonly code: number; readonly text: string } {
  const script = new URL("./driver_child.ts", import.meta.url).pathname;
  const [command = "", ...args] = [
    ...launcher,
    Deno.execPath(),
    "run",
    "--no-prompt",
    "--cached-only",
    ...permissions,
    script,
  ];
  const { code, stdout, stderr } = new Deno.Command(command, { args })
    .outputSync();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

testInNamespace("open() says that CAP_NET_ADMIN is missing", () => {
  const launcher = [
    "setpriv",
    "--bounding-set=-net_admin",
    "--inh-caps=-net_admin",
  ];
  const { code, text } = runChild(launcher, ["-A"]);
  assert.equal(
    text.trim(),
    "open permission Cannot use the kernel's nf_tables: Operation not permitted: CAP_NET_ADMIN is missing; " +
      "run as root, or give the service AmbientCapabilities=CAP_NET_ADMIN",
  );
  assert.equal(code, 1);
});

testInNamespace(
  "the driver works on after its only permission is revoked",
  () => {
    const paths =
      "/lib/x86_64-linux-gnu/libc.so.6,/lib/aarch64-linux-gnu/libc.so.6," +
      "/lib64/libc.so.6,/usr/lib64/libc.so.6,/usr/lib/libc.so.6";
    const { code, text } = runChild([], [`--allow-ffi=${paths}`]);
    assert.equal(text.trim(), "ffi prompt, banned 192.0.2.7");
    assert.equal(code, 0);
    assert.deepEqual(nft("list", "tables"), "");
  },
);

Deno.test("open() says that the kernel has no nf_tables", () => {
  const words = new TextEncoder().encode("Protocol not supported");
  const without = {
    ...libc,
    socket: () => -1,
    snprintf(text: Uint8Array) {
      text.set(words);
      return words.length;
    },
  } as unknown as typeof libc;
  const driver = createNftablesDriver({
    libc: without,
    logger: SILENT,
    onProblem: () => assert.fail(),
  });
  assert.throws(() => driver.open([jailOf("sshd")]), (error) => {
    assert(error instanceof ActionError);
    assert.equal(error.reason, "unavailable");
    assert.match(error.message, /the kernel has no nf_tables; load the module/);
    return true;
  });
});

function between(
  value: number | undefined,
  least: number,
  most: number,
): boolean {
  return value !== undefined && value > least && value <= most;
}
