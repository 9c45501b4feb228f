import { strict as assert } from "node:assert";

import ipset from "../../actions/ipset.ts";
import iptables from "../../actions/iptables.ts";
import nftables from "../../actions/nftables.ts";
import script from "../../actions/script.ts";
import {
  planChain,
  planCommands,
  planFirewall,
  validatePlan,
} from "../../src/act/plan.ts";
import type { PlannedBackend } from "../../src/config/backend_types.ts";
import { ActionError } from "../../src/act/types.ts";
import * as subjects from "./firewall_subjects.ts";
import { jailOf, portsOf } from "./samples.ts";

const ORIGIN = { action: "test", jail: "sshd" };
const RULE = {
  set: "sshd-v4",
  protocol: "tcp",
  ports: portsOf(22),
  counter: false,
  verdict: "drop",
};
const PLAN = {
  kind: "firewall",
  hooks: ["input"],
  sets: [{ name: "sshd-v4", family: 4 }],
  rules: [RULE],
};

const CHAIN_PLAN = {
  kind: "chain",
  chain: "f2d-sshd",
  parents: ["INPUT"],
  matches: [{ protocol: "tcp", ports: portsOf(22) }],
  verdict: "DROP",
  verdictV6: "icmp6-no-route",
  variant: "auto",
};
const SET_PLAN = {
  ...CHAIN_PLAN,
  kind: "set",
  sets: [{ name: "f2d-sshd-v4", family: 4 }, {
    name: "f2d-sshd-v6",
    family: 6,
  }],
  maxElements: 65_536,
};

Deno.test("planFirewall() and planChain() take what a plugin has planned, through the same gate", () => {
  const jailWith = (planned: PlannedBackend) =>
    jailOf("sshd", { backend: { kind: "plugin", plugin: "/x.ts", planned } });
  assert.deepEqual(
    planFirewall(jailWith({ kind: "nftables", plan: PLAN })),
    PLAN,
  );
  const chain = { kind: "iptables", variant: "auto" } as const;
  assert.deepEqual(
    planChain(jailWith({ ...chain, plan: CHAIN_PLAN })),
    CHAIN_PLAN,
  );
  const set = { kind: "ipset", variant: "auto" } as const;
  assert.deepEqual(planChain(jailWith({ ...set, plan: SET_PLAN })), SET_PLAN);
  const foreign = { ...PLAN, sets: [{ name: "mail-v4", family: 4 }] };
  for (const plan of [foreign, { kind: "command", ban: "x", unban: "" }]) {
    assert.throws(
      () => planFirewall(jailWith({ kind: "nftables", plan })),
      ActionError,
    );
  }
});

Deno.test("planFirewall() refuses a plugin that was not asked", () => {
  const jail = jailOf("sshd", { backend: { kind: "plugin", plugin: "/x.ts" } });
  assert.throws(() => planFirewall(jail), /"\/x\.ts": it was not asked/);
});

Deno.test("planFirewall() has a set for each family and a rule for each protocol", () => {
  const jail = jailOf("sshd", { protocols: ["tcp", "udp"] });
  const plan = planFirewall(jail);
  assert.deepEqual(plan.sets.map(({ name }) => name), ["sshd-v4", "sshd-v6"]);
  assert.deepEqual(
    plan.rules.map((rule) => [rule.set, rule.protocol, rule.ports]),
    [
      ["sshd-v4", "tcp", portsOf(22)],
      ["sshd-v4", "udp", portsOf(22)],
      ["sshd-v6", "tcp", portsOf(22)],
      ["sshd-v6", "udp", portsOf(22)],
    ],
  );
});

Deno.test("planFirewall() bans a host altogether where the jail has no ports", () => {
  const plan = planFirewall(
    jailOf("sshd", { ports: [], protocols: ["tcp", "udp"] }),
  );
  assert.deepEqual(plan.rules.map((rule) => [rule.set, rule.protocol]), [
    ["sshd-v4", undefined],
    ["sshd-v6", undefined],
  ]);
});

Deno.test("planCommands() takes the commands of a script jail and no other", () => {
  const backend = {
    kind: "script",
    banCommand: "a",
    unbanCommand: "",
  } as const;
  assert.deepEqual(planCommands(jailOf("x", { backend })), {
    kind: "command",
    ban: "a",
    unban: "",
  });
  assert.throws(() => planCommands(jailOf("x")), ActionError);
  assert.throws(() => planFirewall(jailOf("x", { backend })), ActionError);
});

Deno.test("planChain() has packets of the ports of each protocol in, or all", () => {
  const { jail } = subjects.iptables("nft");
  const plan = planChain(jail("sshd", { protocols: ["tcp", "udp"] }));
  assert.equal(plan.kind, "chain");
  assert.equal(plan.chain, "f2d-sshd");
  assert.deepEqual(plan.matches, [
    { protocol: "tcp", ports: portsOf(22) },
    { protocol: "udp", ports: portsOf(22) },
  ]);
  const all = planChain(jail("sshd", { ports: [], protocols: ["udp"] }));
  assert.deepEqual(all.matches, [{ ports: [] }]);
  assert.throws(() => planChain(jailOf("sshd")), ActionError);
});

Deno.test("planChain() names sets after the chain", () => {
  const { jail } = subjects.ipset("legacy");
  const plan = planChain(jail("x".repeat(64), {}, { verdict: "reject" }));
  assert(plan.kind === "set");
  assert.deepEqual(plan.sets, [
    { name: `${plan.chain}-v4`, family: 4 },
    { name: `${plan.chain}-v6`, family: 6 },
  ]);
  assert.equal(plan.chain.length, 28);
  assert.equal(plan.verdict, "icmp-port-unreachable");
  assert.equal(plan.verdictV6, "icmp6-port-unreachable");
});

Deno.test("validatePlan() accepts what the grammar allows", () => {
  assert.deepEqual(validatePlan(CHAIN_PLAN, ORIGIN), CHAIN_PLAN);
  assert.deepEqual(validatePlan(SET_PLAN, ORIGIN), SET_PLAN);
  assert.deepEqual(validatePlan(PLAN, ORIGIN), PLAN);
  const commands = { kind: "command", ban: "x <IP>", unban: "" };
  assert.deepEqual(validatePlan(commands, ORIGIN), commands);
});

const REFUSED: readonly (readonly [string, unknown])[] = [
  ["nothing", undefined],
  ["another kind", { ...PLAN, kind: "exec" }],
  ["another key", { ...PLAN, table: "filter" }],
  ["no hook", { ...PLAN, hooks: [] }],
  ["another hook", { ...PLAN, hooks: ["output"] }],
  ["another jail's set", {
    ...PLAN,
    sets: [{ name: "web-v4", family: 4 }],
    rules: [{ ...RULE, set: "web-v4" }],
  }],
  ["a set of the wrong family", {
    ...PLAN,
    sets: [{ name: "sshd-v4", family: 6 }],
  }],
  ["a set twice", { ...PLAN, sets: [PLAN.sets[0], PLAN.sets[0]] }],
  ["a rule on a set that is not planned", {
    ...PLAN,
    rules: [{ ...RULE, set: "sshd-v6" }],
  }],
  ["no rule", { ...PLAN, rules: [] }],
  ["too many rules", { ...PLAN, rules: Array(33).fill(RULE) }],
  ["ports without a protocol", {
    ...PLAN,
    rules: [{ ...RULE, protocol: undefined }],
  }],
  ["another protocol", { ...PLAN, rules: [{ ...RULE, protocol: "icmp" }] }],
  ["another verdict", { ...PLAN, rules: [{ ...RULE, verdict: "accept" }] }],
  ["port 0", { ...PLAN, rules: [{ ...RULE, ports: portsOf(0) }] }],
  ["port 65536", { ...PLAN, rules: [{ ...RULE, ports: portsOf(65536) }] }],
  ["a range upside down", {
    ...PLAN,
    rules: [{ ...RULE, ports: portsOf([9, 8]) }],
  }],
  ["another jail's chain", { ...CHAIN_PLAN, chain: "f2d-web" }],
  ["a chain of the administrator's", { ...CHAIN_PLAN, chain: "INPUT" }],
  ["an option as a parent", { ...CHAIN_PLAN, parents: ["-F"] }],
  ["a line break in a parent", { ...CHAIN_PLAN, parents: ["INPUT\nCOMMIT"] }],
  ["a parent of 29 letters", { ...CHAIN_PLAN, parents: ["x".repeat(29)] }],
  ["no parent", { ...CHAIN_PLAN, parents: [] }],
  ["no packets", { ...CHAIN_PLAN, matches: [] }],
  ["packets of ports without a protocol", {
    ...CHAIN_PLAN,
    matches: [{ ports: portsOf(22) }],
  }],
  ["an answer of the other family", {
    ...CHAIN_PLAN,
    verdict: "icmp6-no-route",
  }],
  ["another target", { ...CHAIN_PLAN, verdict: "ACCEPT" }],
  ["a reset of UDP", {
    ...CHAIN_PLAN,
    verdict: "tcp-reset",
    matches: [{ protocol: "udp", ports: portsOf(53) }],
  }],
  ["a reset of all protocols", {
    ...CHAIN_PLAN,
    verdictV6: "tcp-reset",
    matches: [{ ports: [] }],
  }],
  ["another variant", { ...CHAIN_PLAN, variant: "../../bin/sh" }],
  ["a chain with sets", { ...SET_PLAN, kind: "chain" }],
  ["another chain's set", {
    ...SET_PLAN,
    sets: [{ name: "sshd-v4", family: 4 }, SET_PLAN.sets[1]],
  }],
  ["the same ipset twice", {
    ...SET_PLAN,
    sets: [SET_PLAN.sets[0], SET_PLAN.sets[0]],
  }],
  ["a set without end", { ...SET_PLAN, maxElements: 2 ** 32 }],
  ["no ban command", { kind: "command", ban: "", unban: "x" }],
  ["a NUL in a command", { kind: "command", ban: "a\0b", unban: "" }],
];

for (const [name, value] of REFUSED) {
  Deno.test(`validatePlan() refuses ${name}`, () => {
    assert.throws(() => validatePlan(value, ORIGIN), (error) => {
      assert(error instanceof ActionError);
      assert.match(error.message, /^Cannot use plan for jail "sshd": /);
      return true;
    });
  });
}

Deno.test("validatePlan() refuses a jail whose name is no name", () => {
  for (const jail of ["", "a b", "$(id)", "-x", "a/b", "x".repeat(65)]) {
    const value = { kind: "command", ban: "x", unban: "" };
    assert.throws(
      () => validatePlan(value, { action: "t", jail }),
      ActionError,
    );
  }
});

Deno.test("the built-in actions say who they are", () => {
  for (
    const [action, file] of [
      [nftables, "nftables"],
      [iptables, "iptables"],
      [ipset, "ipset"],
      [script, "script"],
    ] as const
  ) {
    assert.equal(action.id, file);
    assert.match(action.version, /^\d+\.\d+\.\d+$/);
    assert(action.describe.length > 10);
  }
});
