import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  failedPassword,
  LAUNCHER,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";
import { runText } from "../support/run.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";
import { withFolder } from "../support/with_folder.ts";

const TOOLS = ["iptables", "ip6tables"];

/** How a jail is written, and what the processes of its daemon are called. */
const BACKENDS = [
  { backend: '"iptables"', variant: "", processes: [] },
  {
    backend: '{ ipset = { variant = "legacy" } }',
    variant: "-legacy",
    processes: ["ipset"],
  },
] as const;

for (const { backend, variant, processes } of BACKENDS) {
  const config = SAMPLE_JAIL.replace('"nftables"', backend);

  Deno.test(`run bans by backend = ${backend}, through kill -9 and flushes, and leaves nothing behind`, async () => {
    await using daemon = await startDaemon({ config });
    for (const tool of TOOLS) {
      await daemon.exec(`${tool}${variant}`, "-N", "mine");
    }
    daemon.append(failedPassword("203.0.113.9").repeat(5));
    daemon.append(failedPassword("2001:db8::9").repeat(5));
    await waitFor(daemon, variant, ["203.0.113.9", "2001:db8::/64"]);
    const life = await childrenOf(daemon);
    deepStrictEqual(
      life.map(({ name }) => name).sort(),
      [...processes, ...TOOLS.map((tool) => `${tool}${variant}-restor`)]
        .map((name) => name.slice(0, 15)).sort(),
    );
    match((await daemon.cli("status", "sshd")).out, /ipset|iptables/);

    await daemon.kill("SIGKILL");
    await until("the old processes have ended", async () => {
      const left = await Promise.all(
        life.map(({ id }) => runText("ps", ["-p", id])),
      );
      return left.every(({ code }) => code !== 0);
    });
    await daemon.startAgain();
    daemon.append(failedPassword("203.0.113.10").repeat(5));
    const all = ["203.0.113.10", "203.0.113.9", "2001:db8::/64"];
    await waitFor(daemon, variant, all);
    await daemon.exec(`iptables${variant}`, "-F", "INPUT");
    await daemon.heard(/Set up chains again/);
    // The message may be of the other family, or somebody else have the lock at the moment.
    await until("the rule is there again", async () => {
      const { out } = await daemon.exec(`iptables${variant}`, "-S", "INPUT");
      return out.includes("-p tcp -m multiport --dports 22 -j f2d-sshd");
    });

    await daemon.cli("unban", "203.0.113.9");
    await waitFor(daemon, variant, ["203.0.113.10", "2001:db8::/64"]);
    // systemd ends all processes of a service at once, these too.
    for (const { id } of await childrenOf(daemon)) await runText("kill", [id]);
    strictEqual(await daemon.kill("SIGTERM"), 0);
    for (const tool of TOOLS) {
      const { out } = await daemon.exec(`${tool}${variant}`, "-S");
      deepStrictEqual(
        out.trim().split("\n").filter((line) => !line.startsWith("-P ")),
        ["-N mine"],
      );
    }
    strictEqual((await daemon.exec("ipset", "list", "-n")).out, "");
    ok(!daemon.said().includes("Action failed"), daemon.said());
  });
}

Deno.test("run says that iptables is not there, and ends with 69", () =>
  withFolder(async (folder) => {
    const jail = SAMPLE_JAIL.replace('"nftables"', '"iptables"')
      .replace("@LOG@", `${folder}/auth.log`);
    await Deno.writeTextFile(`${folder}/auth.log`, "");
    await Deno.writeTextFile(
      `${folder}/config.toml`,
      `[global]\nstate_dir = "${folder}/state"\n` +
        `socket_path = "${folder}/run/control.sock"\n${jail}`,
    );
    // In a mount namespace of its own, where it is missing.
    const { code, err } = await runText("unshare", [
      ...["--net", "--mount", "sh", "-c"],
      'mount -t tmpfs none /usr/sbin && exec "$@"',
      ...["sh", LAUNCHER, "run", "-c", `${folder}/config.toml`],
    ]);
    match(err, /Cannot use iptables: there is no \/usr\/sbin\/iptables-save/);
    strictEqual(code, 69, err);
  }));

/** Waits until these hosts are banned, and no others. */
function waitFor(
  daemon: TestDaemon,
  variant: string,
  hosts: readonly string[],
): Promise<void> {
  const wanted = hosts.toSorted().join();
  return until(
    `these are banned: ${wanted}`,
    async () => (await bannedHosts(daemon, variant)).join() === wanted,
    () => daemon.said(),
  );
}

async function bannedHosts(
  daemon: TestDaemon,
  variant: string,
): Promise<string[]> {
  const hosts: string[] = [];
  for (const tool of TOOLS) {
    const { out } = await daemon.exec(`${tool}${variant}`, "-S", "f2d-sshd");
    hosts.push(...out.matchAll(/ -s (\S+)/g).map(([, host = ""]) => host));
  }
  const { out } = await daemon.exec("ipset", "save");
  hosts.push(...out.matchAll(/^add \S+ (\S+)/gm).map(([, host = ""]) => host));
  return hosts.map((host) => host.replace(/\/(?:32|128)$/, "")).sort();
}

async function childrenOf(
  daemon: TestDaemon,
): Promise<{ readonly id: string; readonly name: string }[]> {
  const { out } = await runText("ps", [
    ...["--ppid", String(daemon.pid), "-o", "pid=,comm="],
  ]);
  return out.trim().split("\n").map((line) => {
    const [id = "", name = ""] = line.trim().split(/\s+/);
    return { id, name };
  });
}
