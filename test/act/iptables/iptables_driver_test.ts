import { strict as assert } from "node:assert";

import { createIptablesDriver } from "../../../src/act/iptables/iptables_driver.ts";
import { ActionError } from "../../../src/act/types.ts";
import { SILENT } from "../../../src/util/log.ts";
import { ipset, iptables, tool } from "../firewall_subjects.ts";
import { connect, setUpLoopback } from "../packets.ts";
import { testFirewall } from "../test_firewall.ts";
import { ban, portsOf, unban } from "../samples.ts";

/** Where one variant stands for both. */
const NFT = [iptables("nft"), ipset("nft")];

for (const variant of ["nft", "legacy"] as const) {
  const chains = iptables(variant);
  const sets = ipset(variant);
  const program = `iptables-${variant}`;
  const rules = () => tool(program, "-S").trim().split("\n");

  testFirewall(
    [chains, sets],
    `the iptables driver (${variant}) leaves what others made alone`,
    async () => {
      tool(program, "-N", "f2b-sshd");
      tool(program, "-A", "INPUT", "-j", "f2b-sshd");
      const comment = 'a "quoted" -j f2d-sshd';
      tool(
        ...[program, "-A", "INPUT", "-p", "udp", "-m", "comment"] as const,
        ...["--comment", comment, "-j", "ACCEPT"],
      );
      tool("ipset", "create", "mine", "hash:ip");
      const before = rules();
      const { driver, problems, settle } = chains.begin();
      driver.open([chains.jail("sshd"), sets.jail("web")]);
      driver.apply([ban("sshd", "192.0.2.7"), ban("web", "192.0.2.8")]);
      await settle();
      assert.notDeepEqual(rules(), before);
      await driver.close();
      assert.deepEqual(rules(), before);
      assert.equal(tool("ipset", "list", "-n"), "mine\n");
      assert.deepEqual(problems, []);
    },
  );

  testFirewall(
    [chains, sets],
    `the iptables driver (${variant}) cleans up after half a set-up`,
    async () => {
      tool(program, "-N", "f2d-sshd");
      tool(program, "-A", "f2d-sshd", "-s", "10.0.0.1", "-j", "ACCEPT");
      tool(program, "-N", "f2d-old");
      tool(program, "-A", "FORWARD", "-j", "f2d-old");
      tool(program, "-A", "INPUT", "-j", "f2d-sshd");
      tool(program, "-A", "f2d-old", "-j", "f2d-sshd");
      tool("ipset", "create", "f2d-web-v4", "hash:ip");
      tool("ipset", "add", "f2d-web-v4", "192.0.2.9");
      tool("ipset", "create", "f2d-old-v4", "hash:net");
      tool("ipset", "create", "f2d-~v4", "hash:net");
      const { driver, problems, settle } = chains.begin();
      driver.open([chains.jail("sshd"), sets.jail("web")]);
      driver.apply([ban("sshd", "192.0.2.7"), ban("web", "192.0.2.8")]);
      await settle();
      assert.deepEqual(chains.hosts("sshd"), ["192.0.2.7"]);
      assert.deepEqual(sets.hosts("web"), ["192.0.2.8", "192.0.2.9"]);
      assert(!rules().some((rule) => /f2d-old|10\.0\.0\.1/.test(rule)));
      assert.equal(
        rules().filter((rule) => rule.endsWith("-j f2d-sshd")).length,
        1,
      );
      assert.deepEqual(tool("ipset", "list", "-n").trim().split("\n").sort(), [
        "f2d-web-v4",
        "f2d-web-v6",
      ]);
      await driver.close();
      assert.deepEqual(problems, []);
      assert.deepEqual(sets.ours(), []);
    },
  );

  testFirewall(
    [chains, sets],
    `the iptables driver (${variant}) waits for a chain that is not there yet`,
    async () => {
      const { driver, problems, warnings, settle, check } = chains.begin();
      driver.open([
        chains.jail("web", {}, { chains: ["DOCKER-USER", "INPUT"] }),
      ]);
      driver.apply([ban("web", "192.0.2.7")]);
      await settle();
      await check();
      assert.deepEqual(
        warnings,
        Array(2).fill("Wait for chain: it is not there"),
      );
      assert.deepEqual(chains.hosts("web"), ["192.0.2.7"]);
      tool(program, "-N", "DOCKER-USER");
      await check();
      assert(
        rules().includes(
          "-A DOCKER-USER -p tcp -m multiport --dports 22 -j f2d-web",
        ),
      );
      await driver.close();
      assert.deepEqual(problems, []);
    },
  );

  testFirewall(
    [chains, sets],
    `the iptables driver (${variant}) repairs what others changed, and says so once`,
    async () => {
      const { driver, problems, warnings, settle, check } = chains.begin();
      driver.open([chains.jail("sshd"), sets.jail("web")]);
      driver.apply([
        ban("sshd", "192.0.2.7"),
        ban("sshd", "192.0.2.8"),
        ban("web", "192.0.2.9", 600),
        ban("web", "192.0.2.10", Infinity),
      ]);
      await settle();
      const whole = rules().sort();
      await check();
      assert.deepEqual(warnings, []);
      const damages = [
        () => tool(program, "-D", "f2d-sshd", "1"),
        () => tool(program, "-F", "INPUT"),
        () => tool(program, "-A", "f2d-sshd", "-j", "RETURN"),
        () => tool(program, "-F", "f2d-web"),
        () => chains.flush(),
      ];
      for (const damage of damages) {
        damage();
        assert.notDeepEqual(rules().sort(), whole);
        await check();
        assert.deepEqual(rules().sort(), whole);
        assert(warnings.length > 0);
        assert.match(warnings[0] ?? "", /^Set up chains again/);
        warnings.length = 0;
      }
      tool("ipset", "flush", "f2d-web-v4");
      await check();
      assert.deepEqual(sets.hosts("web"), ["192.0.2.10", "192.0.2.9"]);
      assert.deepEqual(warnings, [
        "Set up sets again: they were changed from outside",
      ]);
      await driver.close();
      assert.deepEqual(problems, []);
    },
  );

  testFirewall(
    [chains, sets],
    `the iptables driver (${variant}) bans on where its chain was taken away between two looks`,
    async () => {
      const { driver, problems, settle } = chains.begin();
      driver.open([chains.jail("sshd"), sets.jail("web")]);
      driver.apply([ban("sshd", "192.0.2.7"), ban("web", "192.0.2.9")]);
      await settle();
      chains.flush();
      tool("ipset", "destroy");
      driver.apply([
        unban("sshd", "192.0.2.7"),
        ban("sshd", "192.0.2.8"),
        ban("sshd", "2001:db8::8"),
        ban("web", "192.0.2.10"),
      ]);
      await settle();
      assert.deepEqual(chains.hosts("sshd"), ["192.0.2.8", "2001:db8::8"]);
      assert.deepEqual(sets.hosts("web"), ["192.0.2.10", "192.0.2.9"]);
      assert.deepEqual(problems, []);
      await driver.close();
    },
  );

  testFirewall(
    [chains, sets],
    `the iptables driver (${variant}) resets connections where that is asked for`,
    async () => {
      setUpLoopback();
      const { driver, problems, settle } = chains.begin();
      const options = {
        verdict: "reject",
        rejectWith: "tcp-reset",
        rejectWithV6: "tcp-reset",
      } as const;
      driver.open([
        chains.jail("a", {}, options),
        sets.jail("b", { ports: portsOf(80) }, options),
      ]);
      driver.apply([
        ban("a", "127.0.0.9"),
        ban("a", "2001:db8::7"),
        ban("b", "127.0.0.9"),
        ban("b", "2001:db8::7"),
      ]);
      await settle();
      for (const host of ["127.0.0.9", "2001:db8::7"]) {
        for (const port of [22, 80]) {
          assert.equal(connect(host, port), "rejected");
        }
      }
      await driver.close();
      assert.deepEqual(problems, []);
    },
  );

  testFirewall(
    [chains, sets],
    `the iptables driver (${variant}) moves bans between rules and sets on reload`,
    async () => {
      const { driver, problems, settle } = chains.begin();
      driver.open([chains.jail("sshd")]);
      driver.apply([ban("sshd", "192.0.2.7"), ban("sshd", "2001:db8::/64")]);
      await settle();
      driver.reload([sets.jail("sshd")]);
      await settle();
      assert.deepEqual(sets.hosts("sshd"), ["192.0.2.7", "2001:db8::/64"]);
      driver.reload([sets.jail("sshd", {}, { maxElements: 2048 })]);
      await settle();
      assert.deepEqual(sets.hosts("sshd"), ["192.0.2.7", "2001:db8::/64"]);
      assert.match(tool("ipset", "list", "-t", "f2d-sshd-v4"), /maxelem 2048/);
      driver.reload([chains.jail("sshd")]);
      await settle();
      assert.deepEqual(chains.hosts("sshd"), ["192.0.2.7", "2001:db8::/64"]);
      assert.equal(tool("ipset", "list", "-n"), "");
      await driver.close();
      assert.deepEqual(problems, []);
    },
  );
}

testFirewall(
  NFT,
  "the iptables driver goes on when its processes are ended",
  async () => {
    const chains = iptables("nft");
    const sets = ipset("nft");
    const { driver, problems, warnings, settle } = chains.begin();
    driver.open([chains.jail("sshd"), sets.jail("web")]);
    for (let i = 1; i <= 3; i++) {
      driver.apply([
        ban("sshd", `192.0.2.${i}`),
        ban("sshd", `2001:db8::${i}`),
        ban("web", `192.0.2.${i}`),
      ]);
      await settle();
      assert.equal(chains.hosts("sshd").length, 2 * i);
      assert.equal(sets.hosts("web").length, i);
      for (const id of childrenOf(Deno.pid)) Deno.kill(id, "SIGTERM");
    }
    await driver.close();
    assert.deepEqual(problems, []);
    assert(warnings.includes("Start iptables again: it was ended"));
    assert.deepEqual(sets.ours(), []);
  },
);

testFirewall(
  NFT,
  "the iptables driver tells hosts for which a set has no room",
  async () => {
    const { begin, jail, hosts } = ipset("nft");
    const { driver, problems, settle, check } = begin();
    driver.open([jail("web", {}, { maxElements: 1024 })]);
    const all = Array.from(
      { length: 1030 },
      (_, i) => `10.0.${i >> 8}.${i & 255}`,
    );
    driver.apply(all.map((host) => ban("web", host)));
    await settle();
    assert.equal(hosts("web").length, 1024);
    assert.equal(problems.length, 6);
    assert.equal(problems[0]?.action, "ipset");
    assert.match(problems[0]?.message ?? "", /full/);
    await check();
    assert.equal(problems.length, 6);
    await driver.close();
  },
);

testFirewall(
  NFT,
  "the iptables driver looks after its rules by itself",
  async () => {
    const { jail, hosts, flush } = iptables("nft");
    const driver = createIptablesDriver({
      logger: SILENT,
      checkMs: 50,
      onProblem: () => assert.fail(),
    });
    driver.open([jail("sshd")]);
    driver.apply([ban("sshd", "192.0.2.7", Infinity)]);
    await driver.idle();
    flush();
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (tool("iptables-nft", "-S").includes("192.0.2.7")) break;
    }
    await driver.idle();
    assert.deepEqual(hosts("sshd"), ["192.0.2.7"]);
    await driver.close();
  },
);

testFirewall(
  NFT,
  "the iptables driver refuses networks of all addresses",
  async () => {
    const { begin, jail, hosts } = iptables("nft");
    const { driver, problems, settle } = begin();
    driver.open([jail("sshd")]);
    driver.apply([ban("sshd", "0.0.0.0/0"), ban("sshd", "::/0")]);
    await settle();
    assert.deepEqual(hosts("sshd"), []);
    assert.deepEqual(problems.map(({ host }) => host), ["0.0.0.0/0", "::/0"]);
    await driver.close();
  },
);

Deno.test({
  name: "open() of the iptables driver says that the program is not there",
  // In a process that may run nothing the same way leads to the other reason.
  permissions: { run: [] },
  fn() {
    const driver = createIptablesDriver({
      logger: SILENT,
      onProblem: () => assert.fail(),
    });
    assert.throws(() => driver.open([iptables("nft").jail("a")]), (error) => {
      assert(error instanceof ActionError);
      assert.equal(error.reason, "permission");
      assert.match(error.message, /^Cannot use iptables: /);
      return true;
    });
  },
});

Deno.test("open() of the iptables driver refuses two variants", () => {
  const driver = createIptablesDriver({
    logger: SILENT,
    onProblem: () => assert.fail(),
  });
  const jails = [iptables("nft").jail("a"), iptables("legacy").jail("b")];
  assert.throws(() => driver.open(jails), /variant "legacy", expected "nft"/);
});

/** @returns ids of the processes of iptables and ipset that this one has started */
function childrenOf(id: number): number[] {
  return tool("ps", "--ppid", String(id), "-o", "pid=,comm=").split("\n")
    .filter((line) => /tables|ipset/.test(line))
    .map((line) => parseInt(line));
}
