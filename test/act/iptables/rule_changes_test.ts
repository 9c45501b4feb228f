import { strict as assert } from "node:assert";

import {
  type ChainJail,
  createChainJail,
  noteHost,
} from "../../../src/act/iptables/chain_jail.ts";
import {
  changeAll,
  changeHosts,
} from "../../../src/act/iptables/rule_changes.ts";
import { parseSavedRules } from "../../../src/act/iptables/saved_rules.ts";
import { planChain } from "../../../src/act/plan.ts";
import { iptables } from "../firewall_subjects.ts";
import { banOf } from "../samples.ts";

const END = 1795694400;

const rule = (host: string, until = "2026-11-26T12:00:00Z") =>
  `-s ${host}/32 -m comment --comment "until ${until}" -j DROP`;

const JUMP = "-p tcp -m multiport --dports 22 -j f2d-a";

const save = (...rules: string[]) =>
  parseSavedRules(
    ["*filter", ":f2d-a - [0:0]", ":f2d-old - [0:0]", ...rules].join("\n"),
  );

/** A jail with bans that the kernel has been told of. */
function jailWith(...hosts: readonly string[]): ChainJail {
  const jail = createChainJail("a", planChain(iptables("nft").jail("a")));
  for (const host of hosts) jail.hosts[4].set(host, END);
  return jail;
}

const OPTIONS = {
  family: 4,
  owned: new Set(["f2d-a", "f2d-old"]),
  left: new Map(),
  onNoParent: () => assert.fail(),
} as const;

const texts = (changes: readonly { readonly text: string }[]) =>
  changes.map(({ text }) => text);

Deno.test("changeAll() changes nothing where all is as it should be", () => {
  const saved = save(`-A INPUT ${JUMP}`, `-A f2d-a ${rule("192.0.2.1")}`);
  assert.deepEqual(
    changeAll(saved, [jailWith("192.0.2.1")], OPTIONS).changes,
    [],
  );
});

Deno.test("changeAll() adds, removes and renews single rules, and leaves news alone", () => {
  const saved = save(
    `-A f2d-a ${rule("192.0.2.1", "2020-01-01T00:00:00Z")}`,
    `-A f2d-a ${rule("192.0.2.2")}`,
  );
  const jail = jailWith("192.0.2.1", "192.0.2.3");
  noteHost(jail, banOf("a", "192.0.2.4"), END);
  const { changes, after } = changeAll(saved, [jail], OPTIONS);
  assert.deepEqual(texts(changes), [
    `-D f2d-a ${rule("192.0.2.1", "2020-01-01T00:00:00Z")}`,
    `-D f2d-a ${rule("192.0.2.2")}`,
    `-A f2d-a ${rule("192.0.2.1")}`,
    `-A f2d-a ${rule("192.0.2.3")}`,
    `-I INPUT 1 ${JUMP}`,
  ]);
  assert.deepEqual([...after.get("f2d-a")?.keys() ?? []], [
    "192.0.2.1",
    "192.0.2.3",
  ]);
});

Deno.test("changeAll() writes a chain anew that holds what is not ours, or a host twice", () => {
  const own = `-A f2d-a ${rule("192.0.2.1")}`;
  for (const more of ["-A f2d-a -j RETURN", own]) {
    const saved = save(`-A INPUT ${JUMP}`, own, more);
    const { changes } = changeAll(saved, [jailWith("192.0.2.1")], OPTIONS);
    assert.deepEqual(texts(changes), [":f2d-a - [0:0]", own]);
  }
});

Deno.test("changeAll() removes what belongs to no jail, and keeps what is only not looked at", () => {
  const saved = save(
    `-A FORWARD -j f2d-old`,
    `-A INPUT ${JUMP}`,
    `-A INPUT ${JUMP}`,
    `-A FORWARD ${JUMP}`,
  );
  const owned = new Set(["f2d-a"]);
  assert.deepEqual(
    texts(changeAll(saved, [jailWith()], { ...OPTIONS, owned }).changes),
    [
      `-D INPUT ${JUMP}`,
      `-D FORWARD ${JUMP}`,
      "-D FORWARD -j f2d-old",
      "-F f2d-old",
      "-X f2d-old",
    ],
  );
  assert.deepEqual(changeAll(saved, [], OPTIONS).changes, []);
});

Deno.test("changeHosts() writes the chain anew where many rules go", () => {
  const hosts = Array.from({ length: 30 }, (_, i) => `192.0.2.${i}`);
  const present = new Map(hosts.map((host) => [host, rule(host)]));
  const change = (count: number) =>
    texts(
      changeHosts(jailWith(...hosts.slice(count)), {
        family: 4,
        present,
        touched: hosts.slice(0, count),
      }).changes,
    );
  assert.equal(change(20).length, 20);
  assert(change(20).every((text) => text.startsWith("-D ")));
  assert.deepEqual(change(21), [
    ":f2d-a - [0:0]",
    ...hosts.slice(21).map((host) => `-A f2d-a ${rule(host)}`),
  ]);
});
