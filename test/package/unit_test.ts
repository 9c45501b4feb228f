import { doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { openLibc } from "../../src/util/libc.ts";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";
import { listenDatagrams } from "../support/datagrams.ts";
import { portableFile } from "../support/portable_file.ts";
import { type RunResult, runText } from "../support/run.ts";
import { makeTrustedFolder, pluginText } from "../support/sandbox_rig.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";
import { enterUnit, UNIT, UNIT_USER } from "../support/unit_restrictions.ts";
import { withFolder } from "../support/with_folder.ts";

const libc = openLibc();

/** CAP_DAC_READ_SEARCH, number 2, and CAP_NET_ADMIN, number 12. */
const CAPABILITIES = "0000000000001004";

/** What `systemd-analyze security` may say at most; docs/decisions/0033 states it. */
const MOST_EXPOSED = 2;

Deno.test("unit is understood by systemd, and as little exposed as is said", async () => {
  const { out } = await runText("systemd-analyze", [
    ...["security", "--no-pager", "--offline=yes", UNIT],
  ]);
  const [, score = "10"] =
    /Overall exposure level for \S+: ([\d.]+) /.exec(out) ?? [];
  ok(Number(score) <= MOST_EXPOSED, out);
  const page = new URL(
    "../../docs/decisions/0033_unit.md",
    import.meta.url,
  );
  match(Deno.readTextFileSync(page), new RegExp(`\\b${score} `));
  const verified = await runText("systemd-analyze", ["verify", UNIT]);
  doesNotMatch(verified.err, /Unknown|Failed to parse|ignoring/i);
});

/** A place where programs run as the unit would run them. */
interface UnitPlace extends AsyncDisposable {
  readonly program: string;
  readonly namespace: string;
  readonly enter: readonly string[];
  /** Runs a program with a scratch folder of its own. */
  run(...words: string[]): Promise<RunResult>;
  /** Runs one whose last word is a file in its scratch folder. */
  runOn(file: string, ...words: string[]): Promise<RunResult>;
}

async function openUnit(): Promise<UnitPlace> {
  const folder = makeTrustedFolder();
  // Not below /tmp, which is another one for the unit.
  const program = `${folder}/fail2deno`;
  Deno.chmodSync(folder, 0o755);
  Deno.copyFileSync(await portableFile(), program);
  // Root unpacks it, as a package or the first command does; the unit's user may not.
  strictEqual((await runText(program, ["version"])).code, 0);
  const namespace = `f2d-${crypto.randomUUID().slice(0, 8)}`;
  await runText("ip", ["netns", "add", namespace]);
  const enter = ["ip", "netns", "exec", namespace, ...await enterUnit()];
  const runOn = (file: string, ...words: string[]) => {
    const [first = "", ...rest] = enter;
    return runText(first, [...rest, ...words, file]);
  };
  Deno.mkdirSync(`${folder}/scratch`);
  return {
    program,
    namespace,
    enter,
    runOn,
    run: (...words) => runOn(`${folder}/scratch/x`, ...words),
    async [Symbol.asyncDispose]() {
      await runText("ip", ["netns", "del", namespace]);
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

Deno.test("unit's daemon bans with two capabilities, and may start nothing", async (t) => {
  await using unit = await openUnit();
  await using daemon = await startDaemon({ config: SAMPLE_JAIL, ...unit });
  await t.step("it has a filter, and no way to more rights", () => {
    const status = Deno.readTextFileSync(`/proc/${daemon.pid}/status`);
    for (const set of ["CapPrm", "CapEff", "CapBnd", "CapAmb"]) {
      match(status, new RegExp(`^${set}:\\s+${CAPABILITIES}$`, "m"));
    }
    match(status, new RegExp(`^Uid:\\s+${UNIT_USER}\\s`, "m"));
    match(status, /^NoNewPrivs:\s+1$/m);
    match(status, /^Seccomp:\s+2$/m);
  });
  await t.step(
    "it bans in the kernel, by a log that only root may read",
    () => bans(daemon),
  );
  await t.step("it may start no shell, nor anything else", async () => {
    const { out } = await daemon.cli("permissions", "--json");
    const held: { kind: string }[] = JSON.parse(out);
    ok(held.length > 0);
    ok(!held.some(({ kind }) => ["run", "ffi", "net"].includes(kind)), out);
  });
  await t.step("it ends by SIGTERM and leaves no table", async () => {
    strictEqual(await daemon.kill("SIGTERM"), 0);
    const { out } = await daemon.exec("nft", "list", "tables");
    doesNotMatch(out, /fail2deno/);
  });
});

Deno.test("unit's sandbox gives up what is left, and answers", async () => {
  await using unit = await openUnit();
  const folder = makeTrustedFolder();
  try {
    const file = `${folder}/team.ts`;
    Deno.writeTextFileSync(file, pluginText("team", "ban() { return []; }"));
    const words = [unit.program, "action", "check"];
    const { code, out, err } = await unit.runOn(file, ...words);
    strictEqual(code, 0, out + err);
    match(out, /team/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("unit hides what is secret, whoever asks", async () => {
  await using unit = await openUnit();
  for (const path of ["/etc/shadow", "/etc/gshadow", "/etc/ssh", "/root"]) {
    const text = `if [ -d ${path} ]; then ls -A ${path}; else cat ${path}; fi`;
    strictEqual((await unit.run("sh", "-c", text)).out, "", path);
  }
  ok(Deno.readTextFileSync("/etc/shadow").length > 0, "nothing was hidden");
  // By its capability it reads what is there.
  const log = `${makeTrustedFolder()}/log`;
  Deno.writeTextFileSync(log, "a line", { mode: 0o600 });
  strictEqual((await unit.run("sh", "-c", `cat ${log}`)).out, "a line");
  Deno.removeSync(log.replace(/\/log$/, ""), { recursive: true });
});

/** Each: Python that ends with 0 where the deed is done. */
const DEEDS: Readonly<Record<string, string>> = {
  "write below /etc": "open('/etc/fail2deno-test', 'w')",
  "write below /usr": "open('/usr/fail2deno-test', 'w')",
  "change the program": "open('/var/cache/fail2deno/x', 'w')",
  "make a namespace": "import os; os.unshare(0x40000000)",
  "open a raw socket":
    "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)",
  "mount":
    "import ctypes, os; os._exit(0 if ctypes.CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0 else 1)",
  "use io_uring":
    "import ctypes, os; p = ctypes.create_string_buffer(120); os._exit(0 if ctypes.CDLL(None).syscall(425, 1, p) >= 0 else 1)",
  "become root": "import os; os.setuid(0)",
};

Deno.test("unit forbids what the daemon has no use for", async (t) => {
  await using unit = await openUnit();
  strictEqual((await unit.run("python3", "-c", "pass")).code, 0);
  for (const [name, deed] of Object.entries(DEEDS)) {
    await t.step(name, async () => {
      const { code, err } = await unit.run("python3", "-c", deed);
      ok(code !== 0);
      doesNotMatch(err, /SyntaxError|ModuleNotFound/);
    });
  }
});

async function bans(daemon: TestDaemon): Promise<void> {
  Deno.chownSync(daemon.logFile, 0, 0);
  Deno.chmodSync(daemon.logFile, 0o600);
  for (let n = 0; n < 5; n++) daemon.append(failedPassword("203.0.113.9"));
  await until(
    "the kernel drops the host",
    async () => (await daemon.kernelBans()).has("203.0.113.9"),
    daemon.said,
  );
}

Deno.test("run tells its supervisor when it watches, that it lives, and when it ends", async () => {
  await withFolder(async (folder) => {
    const socket = `${folder}/notify`;
    using listener = listenDatagrams(libc, socket);
    await using daemon = await startDaemon({
      config: SAMPLE_JAIL,
      environment: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "300000" },
    });
    const heard = new Set<string>();
    const wait = (text: string) =>
      until(`the supervisor hears ${text}`, () => {
        const next = listener.hear();
        if (next !== undefined) heard.add(next);
        return heard.has(text);
      }, daemon.said);
    await wait("READY=1");
    await wait("WATCHDOG=1");
    strictEqual(await daemon.kill("SIGTERM"), 0);
    await wait("STOPPING=1");
  });
});
