/**
 * A real OpenSSH server on a test's node, logging as on any Debian server: sshd → /dev/log → rsyslog → auth.log.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import { until } from "./daemon.ts";
import { commandOn, type TestNode } from "./netns.ts";
import { runText } from "./run.ts";
import { PRIVATE_MACHINE } from "./private_machine.ts";

/** How rsyslog writes a line: `Nov 20 19:08:03 box sshd[7]: …` or `2025-11-20T19:08:03.123456+00:00 box sshd[7]: …`. */
export type LogFormat = "traditional" | "iso8601";

/** A server that listens on port 22 of its node, stopped by `await using`. */
export interface SshServer extends AsyncDisposable {
  /** The file that rsyslog writes. */
  readonly logFile: string;
  /** What the log holds now. */
  readLog(): string;
}

/** Where each program comes from, for those who miss it. */
const NEEDED = {
  "/usr/sbin/sshd": "openssh-server",
  "/usr/sbin/rsyslogd": "rsyslog",
  "/usr/bin/ssh-keygen": "openssh-client",
  "/usr/bin/unshare": "util-linux",
};

const TEMPLATES = {
  traditional: "RSYSLOG_TraditionalFileFormat",
  iso8601: "RSYSLOG_FileFormat",
} as const;

/**
 * Runs as init of its own process, mount and network namespace; `$1` is the scratch folder. /dev, /run and /var/log
 * are private, so that the machine's own syslog and btmp hear nothing of the test. The configuration lies where an
 * AppArmor profile of rsyslogd expects it.
 */
const BOOT = `${PRIVATE_MACHINE}
mount --bind "$1/rsyslog.conf" /etc/rsyslog.conf
rsyslogd -n -i NONE &
tries=0
until [ -S /dev/log ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 200 ]
  sleep 0.05
done
# From 9.8 on, sshd itself shuts out who fails too often; older ones do not know the word.
penalties=PerSourcePenalties=no
/usr/sbin/sshd -t -f "$1/sshd_config" -o "$penalties" 2>/dev/null || penalties=UseDNS=no
exec /usr/sbin/sshd -D -f "$1/sshd_config" -o "$penalties"
`;

/**
 * Starts sshd and rsyslogd. Both work when it returns: the log says that sshd listens.
 *
 * @param node where
 * @param logFormat default traditional
 * @throws {Error} without root, or when a program is missing; nothing is left behind then
 */
export async function startSshServer(
  node: TestNode,
  logFormat: LogFormat = "traditional",
): Promise<SshServer> {
  checkPrograms();
  await using stack = new AsyncDisposableStack();
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-sshd-" });
  stack.defer(() => Deno.removeSync(folder, { recursive: true }));
  await writeFiles(folder, logFormat);
  const child = commandOn(node, "unshare", {
    args: [
      ...["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
      ...["/bin/sh", "-c", BOOT, "boot", folder],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  // With the init of a process namespace all that runs in it ends, each session of sshd too.
  stack.defer(() => stop(child));
  const logFile = `${folder}/log/auth.log`;
  const readLog = () => readIfThere(logFile);
  await until(
    "sshd listens and its log says so",
    () => /Server listening on ::/.test(readLog()),
    () => readIfThere(`${folder}/said`) + readLog(),
  );
  const kept = stack.move();
  return {
    logFile,
    readLog,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function checkPrograms(): void {
  for (const [path, debianPackage] of Object.entries(NEEDED)) {
    let isThere = true;
    try {
      Deno.statSync(path);
    } catch {
      isThere = false;
    }
    ok(
      isThere,
      `Cannot run "${path}": not found, expected from Debian's package ${debianPackage}`,
    );
  }
}

async function writeFiles(folder: string, format: LogFormat): Promise<void> {
  Deno.mkdirSync(`${folder}/log`);
  const key = ["-q", "-t", "ed25519", "-N", "", "-f", `${folder}/host_key`];
  const { code, err } = await runText("ssh-keygen", key);
  strictEqual(code, 0, err);
  Deno.writeTextFileSync(`${folder}/rsyslog.conf`, rsyslogConfig(format));
  Deno.writeTextFileSync(`${folder}/sshd_config`, sshdConfig(folder));
}

function rsyslogConfig(format: LogFormat): string {
  return `global(workDirectory="/run")
module(load="imuxsock" SysSock.RateLimit.Interval="0")
auth,authpriv.* action(type="omfile" file="/var/log/auth.log" template="${
    TEMPLATES[format]
  }")
`;
}

/** @returns what sshd needs for the tests' client; the folder holds its `host_key` */
export function sshdConfig(folder: string): string {
  return `Port 22
HostKey ${folder}/host_key
PidFile none
UsePAM no
PermitRootLogin yes
PasswordAuthentication yes
PubkeyAuthentication no
KbdInteractiveAuthentication no
LoginGraceTime 5
MaxStartups 100
LogLevel INFO
`;
}

/** Kills the init rather than `unshare`: the latter then reaps it, and no zombie is left to the machine's own init. */
async function stop(unshare: Deno.ChildProcess): Promise<void> {
  const { pid } = unshare;
  const [init] = readIfThere(`/proc/${pid}/task/${pid}/children`).split(" ");
  try {
    if (init === undefined || init === "") unshare.kill("SIGKILL");
    else Deno.kill(Number(init), "SIGKILL");
  } catch {
    // It has ended already.
  }
  await unshare.status;
}

function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
