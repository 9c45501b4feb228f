/**
 * A real systemd-journald in a network and mount namespace of its own: /run, /dev and /var/log are private, so that the
 * machine's own journal hears nothing of the test.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import { until } from "./daemon.ts";
import { type RunResult, runText } from "./run.ts";
import { isThere } from "./is_there.ts";
import { PRIVATE_MACHINE } from "./private_machine.ts";

const JOURNALD = "/lib/systemd/systemd-journald";

/** A long-lived writer of entries. */
export interface EntryWriter extends AsyncDisposable {
  /** Writes lines, one entry each. */
  write(lines: string): Promise<void>;
}

/** Where a journal is at work. */
export interface Journald extends AsyncDisposable {
  /** The network namespace. */
  readonly namespace: string;
  /** Words that run a program beside the journal. */
  readonly enter: readonly string[];
  /** Runs a program there. */
  exec(program: string, ...words: string[]): Promise<RunResult>;
  /** Begins to write as `identifier`. */
  open(identifier: string): EntryWriter;
  /** Starts a program that logs to the journal, and kills it in the end. */
  start(program: string, ...words: string[]): void;
}

/** Why no journal can be had here; undefined where it can. */
export const JOURNALD_OBSTACLE: string | undefined = findObstacle();

/** `$1` is the scratch folder. */
const BOOT = `${PRIVATE_MACHINE}
mount --bind "$1/machine-id" /etc/machine-id
mkdir -p /run/systemd/journal /run/systemd/journald.conf.d
ln -s /run/systemd/journal/dev-log /dev/log
cat >/run/systemd/journald.conf.d/test.conf <<'END'
[Journal]
Storage=persistent
RateLimitIntervalSec=0
RateLimitBurst=0
ReadKMsg=no
Audit=no
END
exec ${JOURNALD}
`;

/**
 * Starts the journal; it takes entries on return, and keeps them in /run until it is told to flush.
 *
 * @param given a network namespace that exists already; default: a new one of its own
 */
export async function startJournald(given?: string): Promise<Journald> {
  await using stack = new AsyncDisposableStack();
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-journal-" });
  stack.defer(() => Deno.removeSync(folder, { recursive: true }));
  const id = crypto.randomUUID().replaceAll("-", "");
  Deno.mkdirSync(`${folder}/log/journal/${id}`, { recursive: true });
  Deno.writeTextFileSync(`${folder}/machine-id`, `${id}\n`);
  const namespace = given ?? `f2d-${crypto.randomUUID().slice(0, 8)}`;
  if (given === undefined) {
    await must("ip", "netns", "add", namespace);
    stack.defer(() => must("ip", "netns", "del", namespace));
  }
  // Not `ip netns exec`: it would hide the control groups, without which journald does not start.
  const journald = spawn("nsenter", [
    ...[`--net=/run/netns/${namespace}`, "unshare", "--mount"],
    ...["/bin/sh", "-c", BOOT, "boot", folder],
  ]);
  stack.defer(() => end(journald));
  // FAIL2DENO_MAIN may be relative.
  const options = ["-t", String(journald.pid), "-m", "-n"];
  const enter = ["nsenter", ...options, `--wd=${Deno.cwd()}`, "--"];
  const inside = (...words: string[]) => [...enter.slice(1), ...words];
  const exec = (...words: string[]) => runText("nsenter", inside(...words));
  await until(
    "the journal takes entries",
    async () =>
      (await exec("test", "-S", "/run/systemd/journal/stdout")).code === 0,
    () => Deno.readTextFileSync(`${folder}/said`),
  );
  const kept = stack.move();
  return {
    namespace,
    enter,
    exec,
    open: (identifier) => openWriter(inside("systemd-cat", "-t", identifier)),
    start(...words) {
      const child = spawn("nsenter", inside(...words));
      kept.defer(() => end(child));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function openWriter(words: readonly string[]): EntryWriter {
  const child = new Deno.Command("nsenter", {
    args: [...words],
    stdin: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const encoder = new TextEncoder();
  return {
    write: (lines) => writer.write(encoder.encode(lines)),
    async [Symbol.asyncDispose]() {
      await writer.close();
      ok((await child.status).success, "systemd-cat failed");
    },
  };
}

function spawn(program: string, args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

async function end(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
  await child.status;
}

function findObstacle(): string | undefined {
  if (Deno.uid() !== 0) return "no root";
  const files = [
    JOURNALD,
    "/usr/bin/journalctl",
    "/usr/bin/systemd-cat",
    "/etc/machine-id",
  ];
  const missing = files.find((path) => !isThere(path));
  return missing && `no ${missing}, expected from Debian's package systemd`;
}

async function must(program: string, ...words: string[]): Promise<void> {
  const result = await runText(program, words);
  ok(result.code === 0, `${program} ${words.join(" ")}: ${result.err}`);
}
