import { fileURLToPath } from "node:url";
import { strict as assert } from "node:assert";
import fc from "fast-check";

import { createNftablesDriver } from "../../../src/act/nftables/nftables_driver.ts";
import { listSet } from "../../../src/act/nftables/list_set.ts";
import {
  NETLINK_NETFILTER,
  openNetlink,
} from "../../../src/act/netlink/socket.ts";
import { ActionError } from "../../../src/act/types.ts";
import { formatNetwork } from "../../../src/util/address.ts";
import { SILENT } from "../../../src/util/log.ts";
import { testInNamespace } from "../namespace.ts";
import { ban, extend, jailOf, portsOf, unban } from "../samples.ts";
import { listAddresses, listChain, listRules, listSets, nft } from "./nft.ts";
import { between, hosts, libc, rig, withDriver } from "./rig.ts";

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
  const script = fileURLToPath(new URL("./driver_child.ts", import.meta.url));
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
    onLost: () => assert.fail(),
  });
  assert.throws(() => driver.open([jailOf("sshd")]), (error) => {
    assert(error instanceof ActionError);
    assert.equal(error.reason, "unavailable");
    assert.match(error.message, /the kernel has no nf_tables; load the module/);
    return true;
  });
});
