import {
  deepStrictEqual,
  doesNotMatch,
  match,
  ok,
  strictEqual,
} from "node:assert/strict";
import { formatPlanPlugin } from "../../src/cli/plan_plugin_template.ts";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";
import { inTrustedFolder } from "../support/trusted_folder.ts";

const HOST = "203.0.113.9";
const OTHER = "203.0.113.8";

/** A jail like the sample's by another name, with another backend. */
function jailWith(name: string, backend: string): string {
  return SAMPLE_JAIL.replace("[jail.sshd]", `[jail.${name}]`)
    .replace('backend = "nftables"', `backend = ${backend}`);
}

/** An action whose plan is an expression; `plan` is a good one. */
function planning(id: string, expression: string): string {
  return `export default {
  id: "${id}", version: "1.0.0", describe: "Plans", permissions: {},
  plan({ jail, chain, ports }) {
    const set = jail + "-v4";
    const rule = { set, protocol: "tcp", ports, counter: false, verdict: "drop" };
    const plan = { kind: "firewall", hooks: ["input"], sets: [{ name: set, family: 4 }], rules: [rule] };
    return ${expression};
  },
};
`;
}

/** Plans that are no jail's to plan, and what is said of each. */
const HOSTILE: Readonly<Record<string, readonly [string, RegExp]>> = {
  foreign_table: [
    `({ ...plan, table: "filter" })`,
    /the plan has "table", expected no such key/,
  ],
  foreign_set: [
    `({ ...plan, sets: [{ name: "mail-v4", family: 4 }] })`,
    /set "mail-v4", expected one "foreign_set-v4"/,
  ],
  foreign_chain: [
    `({ kind: "chain", chain: "DOCKER", parents: ["INPUT"], matches: [{ ports: [] }],
      verdict: "DROP", verdictV6: "DROP", variant: "auto" })`,
    /chain "DOCKER", expected "f2d-foreign_chain"/,
  ],
  shell: [
    `({ ...plan, sets: [{ name: "shell-v4; reboot", family: 4 }] })`,
    /set "shell-v4; reboot"/,
  ],
  nft: [
    `({ ...plan, rules: [{ ...rule, verdict: "drop; flush ruleset" }] })`,
    /rules\.0\.verdict, expected one of drop, reject/,
  ],
  option: [
    `({ kind: "chain", chain, parents: ["-j ACCEPT"], matches: [{ ports: [] }],
      verdict: "DROP", verdictV6: "DROP", variant: "auto" })`,
    /parents\.0/,
  ],
  command: [
    `({ kind: "command", ban: "touch /tmp/pwned", unban: "" })`,
    /kind "command", expected firewall, chain or set/,
  ],
  million: [
    `({ ...plan, rules: Array(1_000_000).fill(rule) })`,
    /characters, expected at most 1048576|ended by|MiB/,
  ],
  throwing: [`(() => { throw new Error("no plan today") })()`, /no plan today/],
  empty: [`undefined`, /kind/],
};

async function tableOf(daemon: TestDaemon): Promise<string> {
  return (await daemon.exec("nft", "list", "table", "inet", "fail2deno")).out;
}

function put(folder: string, name: string, text: string): void {
  Deno.mkdirSync(`${folder}/actions`, { recursive: true, mode: 0o755 });
  Deno.writeTextFileSync(`${folder}/actions/${name}.ts`, text);
}

Deno.test("a plan action beside the configuration bans for its jail, and goes on after a restart", () =>
  inTrustedFolder(async () => {
    const wall = `{ plugin = "wall", verdict = "reject" }`;
    await using daemon = await startDaemon({
      config: ({ folder }) => {
        put(folder, "wall", formatPlanPlugin("wall"));
        return Promise.resolve(jailWith("sshd", wall));
      },
    });
    match((await daemon.cli("action", "list")).out, /^wall +plan +- +Closes /m);
    const checked = await daemon.cli(
      ...["action", "check", `${daemon.folder}/actions/wall.ts`],
    );
    strictEqual(checked.code, 0, checked.err);
    match(
      checked.out,
      /bans by nftables, with this plan:\n\n +\{\n +"kind": "firewall"/,
    );
    daemon.append(failedPassword(HOST).repeat(5));
    await daemon.heard(new RegExp(`Ban host.*${HOST}`));
    ok((await daemon.kernelBans()).has(HOST));
    const rules =
      /tcp dport 22 ip saddr @sshd-v4 counter packets \d+ bytes \d+ reject/;
    const before = await tableOf(daemon);
    match(before, rules);
    doesNotMatch(before, /hook forward/);

    strictEqual(await daemon.kill("SIGKILL"), 137);
    await daemon.startAgain();
    ok((await daemon.kernelBans()).has(HOST));
    strictEqual(await daemon.kill("SIGTERM"), 0);
    strictEqual(await tableOf(daemon), "");
    await daemon.startAgain();
    match(await tableOf(daemon), rules);
    ok((await daemon.kernelBans()).has(HOST));

    daemon.append(failedPassword(OTHER).repeat(5));
    await daemon.heard(new RegExp(`Ban host.*${OTHER}`));
    ok((await daemon.kernelBans()).has(OTHER));
    // An edit of the plugin takes effect on a reload; one that breaks it does not.
    put(daemon.folder, "wall", planning("wall", "plan"));
    const config = Deno.readTextFileSync(daemon.configFile);
    Deno.writeTextFileSync(
      daemon.configFile,
      config.replace(wall, `{ plugin = "wall" }`),
    );
    strictEqual((await daemon.cli("reload")).code, 0);
    const after = await tableOf(daemon);
    const one = /tcp dport 22 ip saddr @sshd-v4 drop/;
    match(after, one);
    doesNotMatch(after, /sshd-v6/);
    put(daemon.folder, "wall", planning("wall", `({ ...plan, table: "x" })`));
    const refused = await daemon.cli("reload");
    strictEqual(refused.code, 78);
    match(
      refused.err,
      /the old configuration stays in force.*the plan has "table"/,
    );
    match(await tableOf(daemon), one);
    deepStrictEqual([...(await daemon.kernelBans()).keys()].sort(), [
      OTHER,
      HOST,
    ]);
  }));

/** Those that a daemon is started with; each takes a process or two. */
const AT_START = ["foreign_table", "million", "throwing", "open"];

Deno.test("plans that are no jail's to plan leave their jails out, and no other", () =>
  inTrustedFolder(async () => {
    const configOf = (names: readonly string[]) => {
      const jails = names.map((name) =>
        jailWith(name, `{ plugin = "${name}" }`)
      );
      return [...jails, SAMPLE_JAIL].join("\n");
    };
    await using daemon = await startDaemon({
      config: ({ folder }) => {
        for (const [name, [expression]] of Object.entries(HOSTILE)) {
          put(folder, name, planning(name, expression));
        }
        put(folder, "hanging", planning("hanging", "(() => { for (;;); })()"));
        put(folder, "open", planning("open", "plan"));
        Deno.chmodSync(`${folder}/actions/open.ts`, 0o666);
        put(folder, "foreign", planning("foreign", "plan"));
        Deno.chownSync(`${folder}/actions/foreign.ts`, 65534, 65534);
        return Promise.resolve(configOf(AT_START));
      },
    });
    const expected: Readonly<Record<string, RegExp>> = {
      ...Object.fromEntries(
        Object.entries(HOSTILE).map(([name, [, message]]) => [name, message]),
      ),
      hanging: /no answer after 10 s/,
      open: /can be written by others/,
      foreign: /belongs to user 65534/,
    };
    for (const name of AT_START) {
      const said = daemon.said().split("\n")
        .find((line) => line.includes(`(jail "${name}" is left out)`));
      match(said ?? daemon.said(), expected[name] ?? /never/);
      match(said ?? "", /config\.toml:\d+:\d+: /);
    }
    daemon.append(failedPassword(HOST).repeat(5));
    await daemon.heard(new RegExp(`Ban host.*${HOST}`));
    ok((await daemon.kernelBans()).has(HOST));
    const chains = (await tableOf(daemon)).match(/chain jail-\S+/g);
    deepStrictEqual(chains, ["chain jail-sshd"]);

    const [global = ""] = Deno.readTextFileSync(daemon.configFile)
      .split("[jail.");
    const jails = configOf(Object.keys(expected))
      .replaceAll("@LOG@", daemon.logFile);
    Deno.writeTextFileSync(daemon.configFile, global + jails);
    const checked = await daemon.cli("check");
    strictEqual(checked.code, 78);
    for (const message of Object.values(expected)) match(checked.err, message);
  }));

Deno.test("a plan of iptables bans by a chain of the jail's", () =>
  inTrustedFolder(async () => {
    await using daemon = await startDaemon({
      config: ({ folder }) => {
        const plan = `({ kind: "chain", chain, parents: ["INPUT"],
          matches: [{ protocol: "tcp", ports }], verdict: "icmp-host-prohibited",
          verdictV6: "DROP", variant: "auto" })`;
        put(folder, "chain", planning("chain", plan));
        return Promise.resolve(jailWith("sshd", `{ plugin = "chain" }`));
      },
    });
    daemon.append(failedPassword(HOST).repeat(5));
    await until("iptables has the host", async () => {
      const { out } = await daemon.exec("iptables", "-S", "f2d-sshd");
      return new RegExp(
        `-s ${HOST}/32 .*-j REJECT --reject-with icmp-host-prohibited`,
      ).test(out);
    }, () => daemon.said());
    match(
      (await daemon.cli("permissions")).out,
      /iptables-restore +iptables of jail sshd/,
    );
    strictEqual(await daemon.kill("SIGTERM"), 0);
    const { out } = await daemon.exec("iptables", "-S");
    doesNotMatch(out, /f2d-/);
  }));
