import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { LAUNCHER, type TestDaemon, until } from "../support/daemon.ts";
import { FAIL2BAN_CONFIG, FAIL2BAN_PROGRAMS } from "../support/fail2ban.ts";
import {
  Fail2banServer,
  runFail2banClient,
} from "../support/fail2ban_server.ts";
import {
  fail2banSocket,
  startFail2banJails,
} from "../support/fail2ban_jails.ts";
import { isFile } from "../support/is_file.ts";
import { type RunResult, runText } from "../support/run.ts";

const ignore = !isFile(`${FAIL2BAN_PROGRAMS}/fail2ban-server`);

/** The jails of startFail2banJails(), for fail2ban. Their log is the daemon's, so that both tell of the same file. */
const THEIRS = String.raw`[DEFAULT]
backend = polling
filter = f2b
action =
usedns = no
logencoding = utf-8
logpath = @LOG
maxretry = 3
findtime = 600
ignoreself = false
ignoreip = 127.0.0.0/8 192.0.2.250
[demo]
enabled = true
bantime = 600
[second]
enabled = true
bantime = -1
`;

const THEIR_FILTER = String.raw`[Definition]
failregex = ^\s*F2B: failure from <HOST> user <F-USER>\S+</F-USER>$
            ^\s*F2B: error from <HOST>$
datepattern = ^%%Y-%%m-%%d %%H:%%M:%%S
`;

/** Debian's client asks the daemon. */
function askAsDebian(
  daemon: TestDaemon,
  line: string,
  config = FAIL2BAN_CONFIG,
): Promise<RunResult> {
  const socket = fail2banSocket(daemon);
  return runFail2banClient(["-c", config, "-s", socket, ...line.split(" ")]);
}

/** Our client asks it. */
function askAsOurs(
  { configFile }: TestDaemon,
  ...words: readonly string[]
): Promise<RunResult> {
  return runText(LAUNCHER, ["client", "-c", configFile, ...words]);
}

/** Failures in the log, by a clock that both can read. */
function failures(host: string, count: number): string {
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, "0");
  const date = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()];
  const stamp = `${date.map(two).join("-")} ${time.map(two).join(":")}`;
  return `${stamp} F2B: failure from ${host} user root\n`.repeat(count);
}

function withoutTimes({ code, out }: RunResult): string {
  return `${code} ${
    out.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?= [+=]|$)/gm, "TIME")
  }`;
}

/** As fail2ban 1.1 prints it, but for the backend. */
const STATS = `\
          ║          ║ Filter    ║ Actions  \n\
 Jail     ║ Backend  ╟───────────╫───────────
          ║          ║ cur │ tot ║ cur │ tot
══════════╬══════════╬═══════════╬═══════════
 demo     ║ inotify  ║   0 │   0 ║   0 │   0
 second   ║ inotify  ║   0 │   0 ║   0 │   0
══════════╩══════════╩═══════════╩═══════════
`;

/** Commands that are asked of both, in this order; what they print has to be the same. */
const SAME = [
  ...["ping", "echo a b", "status", "status demo", "status demo short"],
  ...["banned", "get demo banip", "get demo banip --with-time"],
  ...["set demo banip 192.0.2.2", "set demo banip 2001:db8::2 198.51.100.0/24"],
  ...["set second banip 192.0.2.1 192.0.2.9"],
  ...["get second banip --with-time", "get demo banip --with-time"],
  ...["get demo banip ,", "status second", "status demo bogus", "banned"],
  ...["banned 192.0.2.1", "banned 192.0.2.1 203.0.113.7", "get demo banned"],
  ...["get demo banned 192.0.2.1", "get demo banned 192.0.2.1 203.0.113.7"],
  ...["get demo bantime", "get second bantime", "get demo findtime"],
  ...["get demo maxretry", "get demo maxlines", "get demo usedns"],
  ...["get demo logpath", "get demo logencoding", "get demo ignoreip"],
  ...["get demo ignoreself", "get demo ignorecommand", "get demo ignoreregex"],
  ...["get demo prefregex", "get loglevel", "get syslogsocket"],
  ...["set demo bantime 1h", "set demo findtime 20m", "set demo maxretry 4"],
  ...["set demo addignoreregex ^nothing$", "set demo delignoreregex 0"],
  ...["set demo usedns raw", "set demo maxlines 2", "set demo maxlines 1"],
  ...["set demo bantime.increment true", "get demo bantime.increment"],
  ...["set loglevel INFO"],
  ...["set demo unbanip 192.0.2.2", "set demo unbanip 203.0.113.99"],
  ...["set demo unbanip --report-absent 203.0.113.99", "unban 192.0.2.1"],
  ...["unban --all", "banned", "get demo banip", "flushlogs"],
  ...["status nosuch", "get nosuch bantime", "bogus", "get demo"],
  ...["get demo bogus", "set demo maxretry x", "start nosuch", "stop second"],
  ...["status", "status second"],
];

Deno.test({
  name:
    "Debian's fail2ban-client prints for the daemon what it prints for its own server",
  ignore,
  async fn() {
    await using daemon = await startFail2banJails();
    const folder = `${daemon.folder}/fail2ban`;
    Deno.mkdirSync(folder);
    const server = new Fail2banServer(folder, {
      jails: THEIRS.replace("@LOG", daemon.logFile),
      filters: { f2b: THEIR_FILTER },
    });
    await server.ask("start");
    await using _server = server;
    daemon.append(failures("192.0.2.1", 3));
    for (
      const ask of [
        () => server.run("banned"),
        () => askAsDebian(daemon, "banned"),
      ]
    ) {
      await until(
        "both jails ban it",
        async () => /demo.*192.*second.*192/.test((await ask()).out),
      );
    }
    // The jail of bans for ever begins empty, as in what is compared below.
    await server.ask("set", "second", "unbanip", "192.0.2.1");
    await askAsDebian(daemon, "set second unbanip 192.0.2.1");
    const [wanted, found]: [string[], string[]] = [[], []];
    for (const line of SAME) {
      const [theirs, ours] = await Promise.all([
        server.run(...line.split(" ")),
        askAsDebian(daemon, line, server.config),
      ]);
      wanted.push(`${line}: ${withoutTimes(theirs)}`);
      found.push(`${line}: ${withoutTimes(ours)}`);
    }
    deepStrictEqual(found, wanted);
    const reload = await askAsDebian(daemon, "reload", server.config);
    strictEqual(reload.out, "OK\n", reload.err);
    await daemon.heard(/Configuration reloaded added=second/);
    strictEqual(
      (await askAsDebian(daemon, "get demo maxretry")).out,
      "3\n",
    );
    const again = await askAsDebian(daemon, "restart demo", server.config);
    strictEqual(again.out, "OK\n", again.err);
  },
});

Deno.test({
  name: "client prints what Debian's fail2ban-client prints",
  ignore,
  async fn() {
    await using daemon = await startFail2banJails();
    const isOnce = /banip|^unban|^stop|ignoreregex/;
    daemon.append(failures("192.0.2.1", 3));
    await daemon.heard(/Ban host.*second|Ban host.*jail=second/);
    for (const line of SAME) {
      // What is another thing the second time is compared above.
      const ours = await askAsOurs(daemon, ...line.split(" "));
      if (isOnce.test(line) && ours.code === 0) continue;
      const theirs = await askAsDebian(daemon, line);
      strictEqual(withoutTimes(ours), withoutTimes(theirs), line);
    }
  },
});

Deno.test({
  name: "settings that are set act on the daemon until a reload",
  ignore,
  async fn() {
    await using daemon = await startFail2banJails();
    const ask = async (line: string) => {
      const { code, out, err } = await askAsDebian(daemon, line);
      strictEqual(code, 0, `${line}: ${out}${err}`);
      return out;
    };
    const denied = await askAsDebian(daemon, "set demo usedns warn");
    match(denied.out, /run of "\/usr\/bin\/getent" .* was given up at start/);
    await ask("set demo maxretry 2");
    await ask("set second addignoreip 203.0.113.0/24");
    daemon.append(failures("203.0.113.1", 2));
    await daemon.heard(/Ban host.*203\.0\.113\.1.*jail=demo/);
    daemon.append(failures("203.0.113.1", 3));
    daemon.append(failures("203.0.113.2", 3));
    await daemon.heard(/Ban host.*203\.0\.113\.2.*jail=demo/);
    strictEqual((await daemon.kernelBans("second")).size, 0);
    strictEqual((await daemon.kernelBans("demo")).size, 2);
    await ask("set demo addfailregex ^\\s*New:.<HOST>$");
    daemon.append(
      failures("203.0.113.3", 2).replaceAll(/F2B.*/g, "New: 203.0.113.3"),
    );
    await daemon.heard(/Ban host.*203\.0\.113\.3.*jail=demo/);
    await ask("unban 203.0.113.1 203.0.113.2 203.0.113.3");
    strictEqual((await daemon.kernelBans("demo")).size, 0);
    strictEqual((await daemon.cli("reload")).code, 0);
    strictEqual(await ask("get demo maxretry"), "3\n");
    daemon.append(failures("203.0.113.4", 3));
    await daemon.heard(/Ban host.*203\.0\.113\.4.*jail=second/);
  },
});

Deno.test("client reads options as fail2ban-client does, and tells what is wrong by 255", async () => {
  await using daemon = await startFail2banJails();
  const client = (...words: readonly string[]) => askAsOurs(daemon, ...words);
  deepStrictEqual(await client("-s", "/x", "-v", "--pname=x", "ping"), {
    ...{ code: 0, out: "Server replied: pong\n", err: "" },
  });
  strictEqual((await client("-V")).out, "1.1.0\n");
  match(
    (await client("--help")).out,
    /^Usage: fail2deno client <command\.\.\.>/,
  );
  strictEqual((await client("--str2sec", "1d12h")).out, "129600\n");
  strictEqual(
    (await client("-t")).out,
    "OK: configuration test is successful\n",
  );
  strictEqual((await client("stats")).out, STATS);
  match(
    (await client("status", "--all")).out,
    /\n {3}`- Jail: second\n {6}\|- Filter\n/,
  );
  for (const words of [["-d"], ["-i"], ["--bogus"], ["restart"], ["start"]]) {
    const { code, err } = await client(...words);
    strictEqual(code, 255, words.join(" "));
    match(err, /^fail2ban-client: /);
  }
  await daemon.kill("SIGTERM");
  const nobody = await client("ping");
  strictEqual(nobody.code, 255, nobody.out);
  match(nobody.err, /^fail2ban-client: ERROR {3}Cannot reach the daemon/);
  Deno.writeTextFileSync(daemon.configFile, "[jail.x]\nmax_retry = 0\n", {
    append: true,
  });
  const bad = await client("-t");
  strictEqual(bad.code, 255);
  ok(bad.out.startsWith("ERROR"), bad.out);
});

Deno.test("the launcher takes fail2ban-client's words when it is called by that name", async () => {
  await using daemon = await startFail2banJails();
  const link = `${daemon.folder}/fail2ban-client`;
  Deno.symlinkSync(LAUNCHER, link);
  const { code, out } = await daemon.exec(
    ...[link, "-c", daemon.configFile, "status"] as const,
  );
  strictEqual(
    out,
    "Status\n|- Number of jail:\t2\n`- Jail list:\tdemo, second\n",
  );
  strictEqual(code, 0);
});
