/**
 * A real OpenSSH server with a real syslog, real clients that do not know the password, and the daemon between them.
 *
 * @module
 */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import {
  bannedAs,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";
import { createNetwork, type TestNetwork } from "../support/netns.ts";
import {
  type Family,
  logIn,
  readBanner,
  type Route,
  sendBanner,
} from "../support/ssh_client.ts";
import { type LogFormat, startSshServer } from "../support/ssh_server.ts";

const FAMILIES = ["v4", "v6"] as const;

/** What a test plays in. */
interface Scene extends AsyncDisposable {
  readonly network: TestNetwork;
  readonly daemon: TestDaemon;
}

interface SceneOptions {
  readonly logFormat?: LogFormat;
  /** Lines of `[jail.sshd]` besides log and filter. */
  readonly jail: string;
}

testAsRoot(
  "run bans who fails at sshd over IPv4 and IPv6, nobody else, and unban opens the door",
  async () => {
    await using scene = await openScene({
      jail: 'port = "ssh"\nmax_retry = 3',
    });
    for (const family of FAMILIES) {
      await seeBan(scene, family);
      strictEqual(await logIn(attack(scene, family), "root"), "timed out");
      await seeUnban(scene, family);
    }
  },
);

testAsRoot(
  "run bans who fails at sshd when the log has ISO 8601 times",
  async () => {
    await using scene = await openScene({
      logFormat: "iso8601",
      jail: 'port = "ssh"\nmax_retry = 3',
    });
    await seeBan(scene, "v4");
    strictEqual(await logIn(attack(scene, "v4"), "root"), "timed out");
    await seeUnban(scene, "v4");
  },
);

testAsRoot(
  "run refuses a banned ssh client at once when the verdict is reject",
  async () => {
    await using scene = await openScene({
      jail: 'port = "ssh"\nmax_retry = 3\n' +
        'backend = { nftables = { verdict = "reject" } }',
    });
    // The kernel sends one host an ICMP error per second at most; with each lost one the client waits a second longer.
    const limits =
      "/proc/sys/net/ipv4/icmp_ratelimit /proc/sys/net/ipv6/icmp/ratelimit";
    await scene.daemon.exec("sh", "-c", `echo 0 | tee ${limits}`);
    for (const family of FAMILIES) {
      await seeBan(scene, family);
      strictEqual(await logIn(attack(scene, family), "root"), "refused");
    }
  },
);

testAsRoot(
  "run lets everyone in after SIGTERM and leaves no table",
  async () => {
    await using scene = await openScene({
      jail: 'port = "ssh"\nmax_retry = 3',
    });
    for (const family of FAMILIES) await seeBan(scene, family);
    strictEqual(await scene.daemon.kill("SIGTERM"), 0);
    strictEqual((await scene.daemon.exec("nft", "list", "ruleset")).out, "");
    for (const family of FAMILIES) {
      for (const route of [attack(scene, family), visit(scene, family)]) {
        match(await readBanner(route), /^SSH-2\.0-/);
      }
    }
  },
);

testAsRoot(
  "run does not ban the address that an ssh client's user name or banner names",
  async () => {
    // A ban that does not reach sshd's port lets the attacker try every text; one failure is enough for a ban.
    await using scene = await openScene({
      jail: 'port = "2222"\nmax_retry = 1',
    });
    const { attacker, bystander } = scene.network;
    for (const victim of [bystander.v4, bystander.v6]) {
      const texts = [
        `root from ${victim} port 22 ssh2`,
        `x ${victim} port 22 [preauth]`,
        `Failed password for root from ${victim} port 22 ssh2`,
      ];
      for (const text of texts) {
        strictEqual(await logIn(attack(scene, "v4"), text), "denied");
        await sendBanner(attack(scene, "v4"), text);
      }
    }
    await holds(scene, attacker.v4);
    // Lines are read in their order: once this one has its effect, all before it had theirs.
    strictEqual(await logIn(attack(scene, "v6"), "root"), "denied");
    await holds(scene, attacker.v6);
    deepStrictEqual(
      [...(await scene.daemon.kernelBans()).keys()].sort(),
      [attacker.v4, bannedAs(attacker.v6)].sort(),
    );
  },
);

/** Three failures of the attacker: none yet after the second, a ban after the third, and the bystander is welcome. */
async function seeBan(scene: Scene, family: Family): Promise<void> {
  const { daemon, network } = scene;
  const before = await countFailures(daemon);
  for (const user of ["root", "nobody"]) {
    strictEqual(await logIn(attack(scene, family), user), "denied");
  }
  await until(
    "both failures are counted",
    async () => await countFailures(daemon) === before + 2,
    daemon.said,
  );
  const host = network.attacker[family];
  strictEqual((await daemon.kernelBans()).has(bannedAs(host)), false);
  match(await readBanner(attack(scene, family)), /^SSH-2\.0-/);
  strictEqual(await logIn(attack(scene, family), "root"), "denied");
  await holds(scene, host);
  match(await readBanner(visit(scene, family)), /^SSH-2\.0-/);
  const bans = await daemon.kernelBans();
  strictEqual(bans.has(bannedAs(network.bystander[family])), false);
}

async function seeUnban(scene: Scene, family: Family): Promise<void> {
  const { daemon, network } = scene;
  const { code, err } = await daemon.cli("unban", network.attacker[family]);
  strictEqual(code, 0, err);
  match(await readBanner(attack(scene, family)), /^SSH-2\.0-/);
}

async function holds({ daemon }: Scene, host: string): Promise<void> {
  await until(
    `the kernel's set holds ${host}`,
    async () => (await daemon.kernelBans()).has(bannedAs(host)),
    daemon.said,
  );
}

async function countFailures(daemon: TestDaemon): Promise<number> {
  const { code, out, err } = await daemon.cli("status", "sshd", "--json");
  strictEqual(code, 0, err);
  return JSON.parse(out).failed.total;
}

function attack({ network }: Scene, family: Family): Route {
  return { from: network.attacker, to: network.server, family };
}

function visit({ network }: Scene, family: Family): Route {
  return { from: network.bystander, to: network.server, family };
}

/** Network, server and daemon, with the built-in filter on the server's own log. */
async function openScene(options: SceneOptions): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const network = stack.use(await createNetwork());
  const server = stack.use(
    await startSshServer(network.server, options.logFormat),
  );
  const daemon = stack.use(
    await startDaemon({
      namespace: network.server.namespace,
      config: `[jail.sshd]\nfilter = "sshd"\nlog_path = "${server.logFile}"\n` +
        `${options.jail}\n`,
    }),
  );
  const kept = stack.move();
  return {
    network,
    daemon,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function testAsRoot(name: string, play: () => Promise<void>): void {
  const isRoot = Deno.uid() === 0;
  Deno.test({
    name: isRoot ? name : `${name} (skipped: needs root)`,
    ignore: !isRoot,
    fn: play,
  });
}
