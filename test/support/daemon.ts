/**
 * A real daemon for tests: its own network namespace, scratch folder, configuration, log and socket.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import { dirname } from "node:path/posix";
import { fileURLToPath } from "node:url";
import {
  formatNetwork,
  isMapped,
  maskWords,
  parseNetwork,
} from "../../src/util/address.ts";
import { type RunResult, runText } from "./run.ts";

/** The launcher, which runs the source, or the program that FAIL2DENO_PROGRAM names: the portable file. */
export const LAUNCHER = Deno.env.get("FAIL2DENO_PROGRAM") ??
  fileURLToPath(new URL("../../scripts/fail2deno", import.meta.url));

/** What the daemon is started with. */
export interface TestDaemonOptions {
  /**
   * Text of config.toml; `@LOG@`, `@DIR@` stand for the log's and the scratch folder's path. `[global]` is added. A
   * function makes it once folder, log and namespace are there.
   */
  readonly config: string | ((place: TestPlace) => Promise<string>);
  /** Default: what FAIL2DENO_SCAN_THREADS says, else 1. */
  readonly scanThreads?: number;
  /** Lines that are in the log before the start. */
  readonly log?: string;
  /** Files beside the configuration, by their path below its folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** A namespace that exists already; default: a new one of its own. */
  readonly namespace?: string;
  /** The words that run a program where the daemon is to be; default: `ip netns exec` with its namespace. */
  readonly enter?: readonly string[];
  /** Default: LAUNCHER. */
  readonly program?: string;
  /** Added to its environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Where a test daemon lives. */
export interface TestPlace {
  readonly folder: string;
  readonly namespace: string;
  readonly logFile: string;
}

/** A daemon that is running. */
export interface TestDaemon extends TestPlace {
  readonly configFile: string;
  readonly pid: number;
  /** Appends to the log. */
  append(text: string): void;
  /** Runs a command of fail2deno against this daemon. */
  cli(...words: string[]): Promise<RunResult>;
  /** Runs a program in the daemon's namespace. */
  exec(program: string, ...words: string[]): Promise<RunResult>;
  /** Everything the daemon said. */
  said(): string;
  /** Waits until the daemon has said it. */
  heard(pattern: RegExp): Promise<void>;
  /** Hosts in the kernel's set of the jail, with their remaining seconds (undefined: for ever). */
  kernelBans(jail?: string): Promise<Map<string, number | undefined>>;
  /** Kills the process and waits for its end. @returns its exit code */
  kill(signal: Deno.Signal): Promise<number>;
  /** Starts another life with the same files. */
  startAgain(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The pieces of one life of the process. */
interface Life {
  readonly child: Deno.ChildProcess;
  readonly output: { text: string };
  readonly read: Promise<void>;
}

/** Starts a daemon and waits until it watches. */
export async function startDaemon(
  options: TestDaemonOptions,
): Promise<TestDaemon> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  const isOwnNamespace = options.namespace === undefined;
  const namespace = options.namespace ??
    `f2d-${crypto.randomUUID().slice(0, 8)}`;
  if (isOwnNamespace) await must("ip", "netns", "add", namespace);
  const logFile = `${folder}/auth.log`;
  const configFile = `${folder}/config.toml`;
  Deno.writeTextFileSync(logFile, options.log ?? "");
  for (const [path, text] of Object.entries(options.files ?? {})) {
    Deno.mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
    Deno.writeTextFileSync(`${folder}/${path}`, text);
  }
  const text = typeof options.config === "string"
    ? options.config
    : await options.config({ folder, namespace, logFile });
  const { scanThreads = defaultScanThreads() } = options;
  writeConfig({ configFile, folder, logFile, text, scanThreads });
  const enter = options.enter ?? ["ip", "netns", "exec", namespace];
  const program = options.program ?? LAUNCHER;
  const words = [...enter, program, "run", "-c", configFile];
  const { environment = {} } = options;
  let life = live(words, environment);

  const daemon: TestDaemon = {
    folder,
    namespace,
    configFile,
    logFile,
    get pid() {
      return life.child.pid;
    },
    append: (text) => Deno.writeTextFileSync(logFile, text, { append: true }),
    cli: (...words) => runText(LAUNCHER, [...words, "-c", configFile]),
    exec: (program, ...words) =>
      runText("ip", ["netns", "exec", namespace, program, ...words]),
    said: () => life.output.text,
    heard: (pattern) =>
      until(
        `the daemon says ${pattern}`,
        () => pattern.test(life.output.text),
        () => life.output.text,
      ),
    kernelBans: (jail = "sshd") => listKernelBans(namespace, jail),
    async kill(signal) {
      life.child.kill(signal);
      const status = await life.child.status;
      await life.read;
      return status.code;
    },
    async startAgain() {
      life = live(words, environment);
      await daemon.heard(/Daemon started/);
    },
    async [Symbol.asyncDispose]() {
      try {
        life.child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
      await life.child.status;
      await life.read;
      if (isOwnNamespace) await must("ip", "netns", "del", namespace);
      Deno.removeSync(folder, { recursive: true });
    },
  };
  try {
    await daemon.heard(/Daemon started/);
  } catch (error) {
    await daemon[Symbol.asyncDispose]();
    throw error;
  }
  return daemon;
}

/** @returns how the kernel's set names a host that a jail of ours banned: an IPv6 host by its /64 */
export function bannedAs(host: string): string {
  const network = parseNetwork(host);
  if (network === undefined || isMapped(network.words)) return host;
  maskWords(network.words, 64);
  return formatNetwork({ words: network.words, prefix: 64 });
}

/** Waits up to a minute for a condition. @throws {Error} that names it */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  explain: () => string = () => "",
): Promise<void> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Waited in vain until ${what}\n${explain()}`);
}

/** Waits until the kernel's set of the jail holds the host. */
export function untilBanned(
  daemon: TestDaemon,
  host: string,
  jail?: string,
): Promise<void> {
  return until(
    `${host} is banned`,
    async () => (await daemon.kernelBans(jail)).has(host),
    daemon.said,
  );
}

/** A line of sshd in the log's own time format. */
export function failedPassword(host: string, user = "root"): string {
  return `${
    syslogTime(new Date())
  } box sshd[4242]: Failed password for ${user} from ${host} port 40022 ssh2\n`;
}

/** `Nov 20 19:08:03`, local time. */
export function syslogTime(time: Date): string {
  const month = time.toLocaleString("en-US", { month: "short" });
  const day = String(time.getDate()).padStart(2);
  return `${month} ${day} ${time.toTimeString().slice(0, 8)}`;
}

function writeConfig(
  parts: {
    readonly configFile: string;
    readonly folder: string;
    readonly logFile: string;
    readonly text: string;
    readonly scanThreads: number;
  },
): void {
  const text = parts.text
    .replaceAll("@LOG@", parts.logFile)
    .replaceAll("@DIR@", parts.folder);
  const global = `[global]\nstate_dir = "${parts.folder}/state"\n` +
    `socket_path = "${parts.folder}/run/control.sock"\n` +
    `scan_threads = ${parts.scanThreads}\n\n`;
  Deno.writeTextFileSync(parts.configFile, global + text);
}

/** So that all tests of the whole program can be run with several threads. */
function defaultScanThreads(): number {
  return Number(Deno.env.get("FAIL2DENO_SCAN_THREADS") ?? 1);
}

function live(
  [program = "", ...words]: readonly string[],
  environment: Readonly<Record<string, string>>,
): Life {
  const child = new Deno.Command(program, {
    args: words,
    env: { ...environment },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const output = { text: "" };
  const read = (async () => {
    const decoder = new TextDecoder();
    for await (const part of child.stderr) {
      output.text += decoder.decode(part, { stream: true });
    }
  })();
  return { child, output, read };
}

interface NftSet {
  readonly name: string;
  readonly elem?: readonly (
    | string
    | { readonly elem: { readonly val: string; readonly expires?: number } }
  )[];
}

async function listKernelBans(
  namespace: string,
  jail: string,
): Promise<Map<string, number | undefined>> {
  const { out } = await runText("ip", [
    ...["netns", "exec", namespace],
    ...["nft", "-j", "list", "table", "inet", "fail2deno"],
  ]);
  const bans = new Map<string, number | undefined>();
  if (out === "") return bans;
  const objects: readonly { readonly set?: NftSet }[] =
    JSON.parse(out).nftables;
  for (const { set } of objects) {
    if (set === undefined || !set.name.startsWith(`${jail}-v`)) continue;
    const bits = /net(\d+)$/.exec(set.name)?.[1];
    const suffix = bits === undefined ? "" : `/${bits}`;
    for (const element of set.elem ?? []) {
      if (typeof element === "string") bans.set(element + suffix, undefined);
      else bans.set(element.elem.val + suffix, element.elem.expires);
    }
  }
  return bans;
}

async function must(program: string, ...words: string[]): Promise<void> {
  const result = await runText(program, words);
  ok(result.code === 0, `${program} ${words.join(" ")}: ${result.err}`);
}
