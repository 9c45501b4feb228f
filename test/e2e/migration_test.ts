/**
 * A migration as an administrator does it: Debian's fail2ban runs and bans, is stopped, its configuration and its bans are
 * imported, and ours is started.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  failedPassword,
  LAUNCHER,
  startDaemon,
  type TestPlace,
  until,
} from "../support/daemon.ts";
import {
  FAIL2BAN_CONFIG,
  FAIL2BAN_MODULES,
  FAIL2BAN_PROGRAMS,
  PYTHON_MODULES,
} from "../support/fail2ban.ts";
import { type RunResult, runText } from "../support/run.ts";
import { isThere } from "../support/is_there.ts";

/** Banned by their lines in the log. */
const CAUGHT = ["198.51.100.7", "2001:db8::7"];
/** Banned by hand, in two jails. */
const ORDERED = { sshd: ["203.0.113.9", "2001:db8::9"], web: ["203.0.113.80"] };

Deno.test({
  name:
    "import --bans after a real fail2ban: same jails, same hosts, same ends",
  ignore: !isThere(FAIL2BAN_MODULES),
  async fn() {
    let theirs = new Map<string, number>();
    await using daemon = await startDaemon({
      config: async (place) => {
        theirs = await runFail2ban(place);
        return importTree(place);
      },
    });
    strictEqual(theirs.size, 5);
    const status = JSON.parse((await daemon.cli("status", "--json")).out);
    deepStrictEqual(
      status.jails.map(({ name }: { name: string }) => name).sort(),
      ["sshd", "web"],
    );
    const bans: { jail: string; host: string; end: string; count: number }[] =
      JSON.parse((await daemon.cli("list-bans", "--json")).out);
    const ours = new Map(
      bans.map(({ jail, host, end }) => [`${jail} ${host}`, Date.parse(end)]),
    );
    deepStrictEqual([...ours.keys()].sort(), [...theirs.keys()].sort());
    for (const [key, end] of theirs) {
      const difference = Math.abs((ours.get(key) ?? 0) - end);
      ok(difference <= 1000, `${key}: ends ${difference} ms apart`);
    }
    for (const jail of ["sshd", "web"]) {
      const kernel = await daemon.kernelBans(jail);
      for (const [host, left] of kernel) {
        const wanted = ((theirs.get(`${jail} ${host}`) ?? 0) - Date.now()) /
          1000;
        ok(
          Math.abs((left ?? 0) - wanted) <= 2,
          `${host}: ${left} of ${wanted}`,
        );
      }
      const hosts = [...theirs.keys()].filter((key) => key.startsWith(jail));
      deepStrictEqual(
        [...kernel.keys()].map((host) => `${jail} ${host}`).sort(),
        hosts.sort(),
      );
    }
  },
});

/** @returns when each ban ends, in milliseconds, by jail and host */
async function runFail2ban(place: TestPlace): Promise<Map<string, number>> {
  const { folder, namespace, logFile } = place;
  writeTree(place);
  const environment = ["env", `PYTHONPATH=${PYTHON_MODULES}`, "TZ=UTC"];
  const run = (program: string, ...words: string[]) =>
    runText("ip", [
      ...["netns", "exec", namespace, ...environment],
      ...["python3", `${FAIL2BAN_PROGRAMS}/${program}`],
      ...["-c", `${folder}/fail2ban`, ...words],
    ]);
  const client = (...words: string[]) => run("fail2ban-client", ...words);
  const started = await run("fail2ban-server", "-b", "start");
  strictEqual(started.code, 0, started.out + started.err);
  try {
    // A connection each: fail2ban takes the host of its first line for all of them.
    const lines = CAUGHT.map((host, n) =>
      failedPassword(host).replace("[4242]", `[${4242 + n}]`).repeat(5)
    ).join("");
    Deno.writeTextFileSync(logFile, lines, { append: true });
    for (const [jail, hosts] of Object.entries(ORDERED)) {
      await client("set", jail, "banip", ...hosts);
    }
    await until(
      "fail2ban has banned all",
      async () => (await listBans(client)).size === 5,
      () => Deno.readTextFileSync(`${folder}/f2b.log`),
    );
    return await listBans(client);
  } finally {
    await client("stop");
    await until("fail2ban has ended", () => !isThere(`${folder}/f2b.pid`));
  }
}

async function listBans(
  client: (...words: string[]) => Promise<RunResult>,
): Promise<Map<string, number>> {
  const bans = new Map<string, number>();
  for (const jail of Object.keys(ORDERED)) {
    const { out } = await client("get", jail, "banip", "--with-time");
    for (const [, host, end] of out.matchAll(/^(\S+)\s.* = (.*)$/gm)) {
      bans.set(`${jail} ${host}`, Date.parse(`${end}Z`));
    }
  }
  return bans;
}

/** Debian's configuration as it is, with what an administrator adds. */
function writeTree({ folder, logFile }: TestPlace): void {
  const tree = `${folder}/fail2ban`;
  Deno.mkdirSync(tree);
  for (const entry of Deno.readDirSync(FAIL2BAN_CONFIG)) {
    if (entry.name === "jail.d") continue;
    Deno.symlinkSync(
      `${FAIL2BAN_CONFIG}/${entry.name}`,
      `${tree}/${entry.name}`,
    );
  }
  Deno.writeTextFileSync(
    `${tree}/fail2ban.local`,
    `[Definition]\nlogtarget = ${folder}/f2b.log\nsocket = ${folder}/f2b.sock\n` +
      `pidfile = ${folder}/f2b.pid\ndbfile = ${folder}/f2b.sqlite3\n`,
  );
  Deno.writeTextFileSync(`${folder}/access.log`, "");
  Deno.writeTextFileSync(
    `${tree}/jail.local`,
    `[DEFAULT]\nbanaction = nftables-multiport\nbackend = polling\n` +
      `[sshd]\nenabled = true\nlogpath = ${logFile}\nbantime = 2h\n` +
      `[web]\nenabled = true\nfilter = apache-auth\nport = http,https\n` +
      `logpath = ${folder}/access.log\nbantime = 30m\n`,
  );
}

/** @returns the configuration that it came to */
async function importTree({ folder }: TestPlace): Promise<string> {
  const done = await runText(LAUNCHER, [
    ...["import", `${folder}/fail2ban`, "--output", folder, "--force"],
    ...["--bans", "--state", `${folder}/state`],
  ]);
  strictEqual(done.code, 0, done.out + done.err);
  match(done.out, /Took over 5 bans and 5 counts/);
  return Deno.readTextFileSync(`${folder}/config.toml`);
}
