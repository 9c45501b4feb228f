import { strict as assert } from "node:assert";

import { createDispatcher } from "../../src/act/dispatcher.ts";
import { DriverCounts } from "../../src/act/driver_counts.ts";
import { createSimulateDriver } from "../../src/act/simulate_driver.ts";
import {
  ActionError,
  type ActJail,
  type ActProblem,
  type Driver,
} from "../../src/act/types.ts";
import { type LogFields, SILENT } from "../../src/util/log.ts";
import { ipset, iptables } from "./firewall_subjects.ts";
import { ban, jailOf, unban } from "./samples.ts";

const SCRIPT = { kind: "script", banCommand: "x", unbanCommand: "" } as const;

const PLANNED = {
  kind: "plugin",
  plugin: "/x.ts",
  planned: { kind: "ipset", variant: "auto", plan: null },
} as const;

/** A driver that writes down what it is told; a real one's troubles cannot be had at will. */
function recorder(
  name: string,
  diary: string[],
  faults: Partial<Driver> = {},
): Driver {
  const names = (jails: readonly ActJail[]) =>
    jails.map((jail) => jail.rebanOnRestart ? jail.name : `${jail.name}!`)
      .join(" ");
  return {
    name,
    open(jails) {
      diary.push(`${name} open ${names(jails)}`);
      const words = new Uint32Array(4);
      return jails.map((jail) => ({
        jail: jail.name,
        words,
        prefix: 128,
        remainingSeconds: 1,
      }));
    },
    reload: (jails) => void diary.push(`${name} reload ${names(jails)}`),
    apply(decisions) {
      const hosts = decisions.map((each) => `${each.kind} ${each.ban.host}`);
      diary.push(`${name} ${hosts.join(", ")}`);
    },
    close() {
      diary.push(`${name} close`);
      return Promise.resolve();
    },
    ...faults,
  };
}

function rig(
  faults: { readonly nftables?: Partial<Driver> } = {},
  simulated: ReadonlySet<string> = new Set(),
) {
  const diary: string[] = [];
  const problems: ActProblem[] = [];
  const chains = recorder("iptables", diary);
  const dispatcher = createDispatcher({
    drivers: {
      nftables: recorder("nftables", diary, faults.nftables),
      iptables: chains,
      ipset: chains,
      script: recorder("script", diary),
    },
    simulate: recorder("simulate", diary),
    isSimulated: (jail) => simulated.has(jail),
    onProblem: (problem) => problems.push(problem),
    counts: new DriverCounts(),
  });
  return { dispatcher, diary, problems };
}

Deno.test("the dispatcher opens a driver of two backends once", async () => {
  const { dispatcher, diary } = rig();
  const { jail } = iptables("auto");
  dispatcher.open([jail("a"), ipset("auto").jail("b")]);
  assert.equal(dispatcher.driverOf("a"), "iptables");
  assert.equal(dispatcher.driverOf("b"), "ipset");
  assert.deepEqual(dispatcher.reload([jail("a"), jail("b")]), []);
  assert.equal(dispatcher.driverOf("b"), "iptables");
  await dispatcher.close();
  assert.deepEqual(diary, [
    "iptables open a b",
    "iptables reload a b",
    "iptables close",
  ]);
});

Deno.test("the dispatcher gives a plugin's jail to the driver that its plan is for", () => {
  const { dispatcher, diary } = rig();
  dispatcher.open([jailOf("a", { backend: PLANNED })]);
  dispatcher.apply([ban("a", "192.0.2.1")]);
  assert.equal(dispatcher.driverOf("a"), "ipset");
  assert.deepEqual(diary, ["iptables open a", "iptables ban 192.0.2.1"]);
});

Deno.test("the dispatcher opens the drivers that jails need, each with its own", async () => {
  const { dispatcher, diary } = rig({}, new Set(["c"]));
  const found = dispatcher.open([
    jailOf("a"),
    jailOf("b", { backend: SCRIPT }),
    jailOf("c", { backend: SCRIPT }),
    jailOf("d"),
  ]);
  assert.deepEqual(found.map(({ jail }) => jail), ["a", "d", "b", "c"]);
  assert.equal(dispatcher.driverOf("c"), "simulate");
  assert.equal(dispatcher.driverOf("nowhere"), undefined);
  await dispatcher.close();
  assert.deepEqual(diary, [
    "nftables open a d",
    "script open b",
    "simulate open c",
    "nftables close",
    "script close",
    "simulate close",
  ]);
});

Deno.test("the dispatcher keeps the order of each driver's decisions", () => {
  const { dispatcher, diary, problems } = rig();
  dispatcher.open([jailOf("a"), jailOf("b", { backend: SCRIPT })]);
  diary.length = 0;
  dispatcher.apply([
    ban("a", "192.0.2.1"),
    ban("b", "192.0.2.2"),
    ban("nowhere", "192.0.2.3"),
    unban("a", "192.0.2.1"),
  ]);
  assert.deepEqual(diary, [
    "nftables ban 192.0.2.1, unban 192.0.2.1",
    "script ban 192.0.2.2",
  ]);
  assert.deepEqual(problems.map(({ host }) => host), ["192.0.2.3"]);
});

Deno.test("the dispatcher keeps one driver's trouble from the others", async () => {
  const { dispatcher, diary, problems } = rig({
    nftables: {
      apply() {
        throw new Error("broken");
      },
      close: () => Promise.reject(new Error("stuck")),
    },
  });
  dispatcher.open([jailOf("a"), jailOf("b", { backend: SCRIPT })]);
  dispatcher.apply([ban("a", "192.0.2.1"), ban("b", "192.0.2.2")]);
  await dispatcher.close();
  assert.deepEqual(diary.slice(1), [
    "script open b",
    "script ban 192.0.2.2",
    "script close",
  ]);
  assert.deepEqual(
    problems.map(({ action, phase, message }) => [action, phase, message]),
    [["nftables", "ban", "broken"], ["nftables", "close", "stuck"]],
  );
});

Deno.test("the dispatcher passes a firewall's refusal on only to jails that need it", () => {
  const refuse = () => {
    throw new ActionError("Cannot use it", {
      action: "nftables",
      phase: "open",
      reason: "permission",
    });
  };
  const { dispatcher } = rig({ nftables: { open: refuse } });
  dispatcher.open([jailOf("b", { backend: SCRIPT })]);
  assert.throws(() => dispatcher.reload([jailOf("a")]), ActionError);
  assert.equal(dispatcher.driverOf("b"), "script");
  const other = rig({ nftables: { open: refuse } });
  assert.throws(() => other.dispatcher.open([jailOf("a")]), ActionError);
});

Deno.test("reload() moves jails between drivers and names those that moved", () => {
  const simulated = new Set(["a"]);
  const { dispatcher, diary } = rig({}, simulated);
  dispatcher.open([jailOf("a"), jailOf("b", { backend: SCRIPT })]);
  diary.length = 0;
  simulated.clear();
  const moved = dispatcher.reload([
    jailOf("a"),
    jailOf("b", { backend: SCRIPT }),
    jailOf("new"),
  ]);
  assert.deepEqual(moved, ["a"]);
  assert.deepEqual(diary, [
    "simulate reload ",
    "script reload b",
    "nftables open a! new!",
  ]);
  assert.deepEqual(dispatcher.reload([jailOf("a")]), []);
});

Deno.test("the simulate driver says what it would have done", async () => {
  const said: (LogFields | undefined)[] = [];
  const driver = createSimulateDriver({
    logger: { ...SILENT, debug: (_, fields) => said.push(fields) },
  });
  assert.deepEqual(driver.open([jailOf("a")]), []);
  driver.apply([ban("a", "192.0.2.7")]);
  await driver.close();
  assert.deepEqual(said, [{ decision: "ban", jail: "a", host: "192.0.2.7" }]);
});

Deno.test("the dispatcher counts what it hands to each driver", () => {
  const { dispatcher } = rig();
  dispatcher.open([jailOf("a"), jailOf("b", { backend: SCRIPT })]);
  dispatcher.apply([
    ban("a", "192.0.2.1"),
    ban("b", "192.0.2.2"),
    unban("a", "192.0.2.1"),
    ban("a", "192.0.2.3"),
  ]);
  assert.deepEqual(dispatcher.tallies(), [
    { name: "nftables", bans: 2, unbans: 1, failures: 0 },
    { name: "script", bans: 1, unbans: 0, failures: 0 },
  ]);
});
