/**
 * What the end-to-end benches share: a namespace, the two contestants in it, and a look into the kernel's sets.
 *
 * @module
 */

import { MessageWriter } from "../../src/act/netlink/codec.ts";
import {
  NETLINK_NETFILTER,
  type NetlinkSocket,
  NLM_F,
  openNetlink,
} from "../../src/act/netlink/socket.ts";
import { parseAddress } from "../../src/util/address.ts";
import { openLibc } from "../../src/util/libc.ts";
import { LAUNCHER } from "../support/daemon.ts";
import { runText } from "../support/run.ts";

const CLONE_NEWNET = 0x40000000;
const NFNL_SUBSYS_NFTABLES = 10;
const NFT_MSG_GETSETELEM = 13;
const NFPROTO_INET = 1;

/** A program that reads a log and bans. */
export interface Contestant {
  readonly name: string;
  /** Where its bans stand in the kernel. */
  readonly set: { readonly table: string; readonly set: string };
  readonly logFile: string;
  readonly pid: number;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

/** What a contestant is started with. */
export interface ContestantOptions {
  readonly maxRetry: number;
  /** Jails besides sshd's, for ours only: TOML, with `@LOG@` for the log's path. */
  readonly moreJails?: string;
  /** Of ours only; default 1. */
  readonly scanThreads?: number;
}

/** Moves this process into a network namespace of its own, which its children inherit. */
export async function enterNamespace(): Promise<NetlinkSocket> {
  const libc = openLibc();
  if (libc.unshare(CLONE_NEWNET) !== 0) {
    throw new Error("Cannot make a network namespace: expected to be root");
  }
  await runText("ip", ["link", "set", "lo", "up"]);
  return openNetlink(libc, NETLINK_NETFILTER);
}

/** Starts fail2deno with one sshd jail. */
export async function startOurs(
  options: ContestantOptions,
): Promise<Contestant> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-bench-" });
  const logFile = `${folder}/auth.log`;
  Deno.writeTextFileSync(logFile, "");
  Deno.writeTextFileSync(
    `${folder}/config.toml`,
    `[global]\nstate_dir = "${folder}/state"\nsocket_path = "${folder}/run/control.sock"\n` +
      `scan_threads = ${options.scanThreads ?? 1}\n` +
      `[jail.sshd]\nlog_path = "${logFile}"\nfilter = "sshd"\nmax_retry = ${options.maxRetry}\n` +
      `port = "ssh"\nban_time = "1h"\n` +
      (options.moreJails ?? "").replaceAll("@LOG@", logFile),
  );
  const child = new Deno.Command(LAUNCHER, {
    args: ["run", "-c", `${folder}/config.toml`],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const started = Promise.withResolvers<void>();
  const reading = readLines(child.stderr, (text) => {
    if (text.includes("Daemon started")) started.resolve();
  });
  reading.then((text) => started.reject(new Error(text)));
  await started.promise;
  return {
    name: "fail2deno",
    set: { table: "fail2deno", set: "sshd-v4" },
    logFile,
    pid: child.pid,
    stop: () => end(child, reading, folder),
  };
}

/** Starts Debian's fail2ban with its own sshd filter and nftables action. @returns undefined where it is not installed */
export async function startFail2ban(
  options: ContestantOptions,
): Promise<Contestant | undefined> {
  if (!isInstalled("/usr/bin/fail2ban-server")) return undefined;
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-bench-" });
  const logFile = `${folder}/auth.log`;
  Deno.writeTextFileSync(logFile, "");
  for (const part of ["action.d", "filter.d"]) {
    Deno.symlinkSync(`/etc/fail2ban/${part}`, `${folder}/${part}`);
  }
  Deno.writeTextFileSync(
    `${folder}/fail2ban.conf`,
    `[Definition]\nloglevel = NOTICE\nlogtarget = ${folder}/f2b.log\nsyslogsocket = auto\n` +
      `socket = ${folder}/f2b.sock\npidfile = ${folder}/f2b.pid\ndbfile = None\n` +
      `dbmaxmatches = 10\ndbpurgeage = 1d\n[Thread]\nstacksize = 0\n`,
  );
  Deno.writeTextFileSync(
    `${folder}/jail.conf`,
    `[bench]\nenabled = true\nfilter = sshd\nlogpath = ${logFile}\nbackend = auto\nmaxretry = ${options.maxRetry}\n` +
      `findtime = 600\nbantime = 3600\nport = ssh\nprotocol = tcp\nusedns = no\n` +
      `action = nftables[type=multiport, name=bench, port=ssh, protocol=tcp]\n`,
  );
  const child = new Deno.Command("/usr/bin/fail2ban-server", {
    args: ["-f", "-c", folder, "-s", `${folder}/f2b.sock`, "start"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const reading = readLines(child.stderr, () => {});
  await waitFor(
    "fail2ban answers",
    async () =>
      (await runText("/usr/bin/fail2ban-client", [
        ...["-c", folder, "-s", `${folder}/f2b.sock`, "status", "bench"],
      ])).code === 0,
  );
  return {
    name: "fail2ban",
    set: { table: "f2b-table", set: "addr-set-bench" },
    logFile,
    pid: child.pid,
    stop: () => end(child, reading, folder),
  };
}

/** @returns a function that says at once whether an IPv4 host stands in the set */
export function createSetProbe(
  socket: NetlinkSocket,
  where: Contestant["set"],
): (host: string) => boolean {
  const writer = new MessageWriter(512);
  const words = new Uint32Array(4);
  let sequence = 1;
  return (host) => {
    parseAddress(host, words);
    writer.reset();
    writer.beginMessage({
      type: (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETSETELEM,
      flags: NLM_F.REQUEST | NLM_F.ACK,
      sequence: ++sequence,
      header: new Uint8Array([NFPROTO_INET, 0, 0, 0]),
    });
    writer.string(1, where.table);
    writer.string(2, where.set);
    const elements = writer.beginNested(3);
    const element = writer.beginNested(1);
    const key = writer.beginNested(1);
    writer.words(1, words, 3);
    writer.endNested(key);
    writer.endNested(element);
    writer.endNested(elements);
    writer.endMessage();
    return socket.request(writer.bytes(), sequence).length === 0;
  };
}

/** Polls a condition every 50 ms for up to two minutes. */
export async function waitFor(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = Date.now() + 120_000;
  while (Date.now() < end) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Waited in vain until ${what}`);
}

/** @returns the value below which the share `p` (0-1) of the sorted values lies */
export function percentile(sorted: readonly number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ??
    NaN;
}

function isInstalled(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

async function readLines(
  stream: ReadableStream<Uint8Array>,
  onText: (text: string) => void,
): Promise<string> {
  const decoder = new TextDecoder();
  let tail = "";
  for await (const part of stream) {
    const text = decoder.decode(part, { stream: true });
    tail = (tail + text).slice(-4000);
    onText(tail);
  }
  return tail;
}

async function end(
  child: Deno.ChildProcess,
  reading: Promise<string>,
  folder: string,
): Promise<void> {
  child.kill("SIGTERM");
  await child.status;
  await reading;
  Deno.removeSync(folder, { recursive: true });
}
