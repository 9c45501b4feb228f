/**
 * The first life of a sandbox process: it gives up every right that the kernel lets it give up, and becomes the second.
 *
 * A right is given up by a thread, and only execve brings that to all threads of a process. So this runs before any code of
 * an action is there, and the process that loads such code has never had more.
 *
 * @module
 */

import {
  type ConfiningLibc,
  execute,
  openConfiningLibc,
  toCString,
} from "./confining_libc.ts";
import { restrictFiles } from "./landlock.ts";

/** What becomes of the process. */
export interface HardenOptions {
  /** `UID:GID` that root becomes. */
  readonly ids: string;
  /** Where the program's own files are. */
  readonly programFiles: readonly string[];
  /** Memory that it may set aside, in MiB. */
  readonly dataMebibytes: number;
  /** Path and arguments of the second life; Landlock's version is added as the last. */
  readonly next: readonly string[];
}

const PR_SET_PDEATHSIG = 1n;
const PR_SET_NO_NEW_PRIVS = 38n;
const PR_CAP_AMBIENT = 47n;
const PR_CAP_AMBIENT_CLEAR_ALL = 4n;
const SIGKILL = 9n;

const LINUX_CAPABILITY_VERSION_3 = 0x20080522;

const SYS_CLOSE_RANGE = 436n;
const CLOSE_RANGE_CLOEXEC = 4;

const MEBIBYTE = 1024 * 1024;

/** Counts the memory that a process may write to, used or not. */
const RLIMIT_DATA = 2;
/** A dump would write secrets to a disk. */
const RLIMIT_CORE = { resource: 4, value: 0 };
const RLIMIT_NOFILE = { resource: 7, value: 256 };
/** Seconds of work; a call takes some milliseconds, and a process is ended by the core when it is an hour old. */
const RLIMIT_CPU = { resource: 0, value: 300 };

/** Whoever spins between two calls shall not take time from the daemon. */
const NICENESS = 10;
const PRIO_PROCESS = 0;

/** Beside the program: the libraries it is linked with, and what name resolution and TLS read. Nothing here is secret. */
const SYSTEM_FILES = [
  ...["/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime"],
  ...["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/gai.conf"],
  ...["/etc/host.conf", "/etc/services", "/run/systemd/resolve"],
  ...["/run/resolvconf", "/run/NetworkManager/resolv.conf"],
  ...["/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/pki/tls"],
  ...["/etc/pki/ca-trust", "/etc/crypto-policies", "/dev/null"],
  ...["/dev/urandom", "/proc/self", "/proc/cpuinfo", "/proc/meminfo"],
  ...["/sys/devices/system/cpu", "/sys/fs/cgroup"],
];

/**
 * Gives everything up and goes on as `next`.
 *
 * @throws {Error} when a right that must go cannot be given up, or there is no such program
 */
export function harden(options: HardenOptions): never {
  const { ids, programFiles, dataMebibytes, next } = options;
  const data = { resource: RLIMIT_DATA, value: dataMebibytes * MEBIBYTE };
  const libc = openConfiningLibc();
  // Pipes and sockets of the core, should any have come along.
  libc.close_range(SYS_CLOSE_RANGE, 3, 0xffffffff, CLOSE_RANGE_CLOEXEC);
  if (libc.geteuid() === 0) becomeNobody(libc, ids);
  must(
    libc,
    "drop its capabilities",
    () => control(libc, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL),
  );
  must(libc, "drop its capabilities", () => dropCapabilities(libc));
  must(
    libc,
    "give up new rights",
    () => control(libc, PR_SET_NO_NEW_PRIVS, 1n),
  );
  // Ends with the core, even when it was killed. Becoming another user forgets this, so it comes after that.
  control(libc, PR_SET_PDEATHSIG, SIGKILL);
  libc.setpriority(PRIO_PROCESS, 0, NICENESS);
  for (const limit of [RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_CPU, data]) {
    must(libc, "limit itself", () => setLimit(libc, limit));
  }
  const landlock = restrictFiles(libc, [...programFiles, ...SYSTEM_FILES]);
  must(libc, `start "${next[0]}"`, () => {
    execute([...next, String(landlock)]);
    return -1;
  });
  throw new Error("Cannot harden the sandbox: it came back from execve");
}

function becomeNobody(libc: ConfiningLibc, ids: string): void {
  const match = /^(\d{1,9}):(\d{1,9})$/.exec(ids);
  const uid = Number(match?.[1] ?? 0);
  const gid = Number(match?.[2] ?? 0);
  if (uid === 0 || gid === 0) {
    throw new Error(
      `Cannot harden the sandbox: user "${ids}", expected UID:GID of nobody`,
    );
  }
  must(libc, "leave its groups", () => libc.setgroups(0n, null));
  must(libc, "change its group", () => libc.setresgid(gid, gid, gid));
  must(libc, "change its user", () => libc.setresuid(uid, uid, uid));
}

/** The ambient ones above are what a service of systemd's has; this takes those that could come back. */
function dropCapabilities(libc: ConfiningLibc): number {
  const header = new Uint32Array([LINUX_CAPABILITY_VERSION_3, 0]);
  // Effective, permitted and inheritable, twice 32 of each.
  return libc.capset(new Uint8Array(header.buffer), new Uint8Array(24));
}

function control(libc: ConfiningLibc, option: bigint, value: bigint): number {
  return libc.prctl(Number(option), value, 0n, 0n, 0n);
}

function setLimit(
  libc: ConfiningLibc,
  { resource, value }: { readonly resource: number; readonly value: number },
): number {
  const both = new BigUint64Array([BigInt(value), BigInt(value)]);
  return libc.setrlimit(resource, new Uint8Array(both.buffer));
}

/** @param act returns 0 when it worked */
function must(libc: ConfiningLibc, what: string, act: () => number): void {
  if (act() === 0) return;
  const text = new Uint8Array(128);
  const length = libc.snprintf(text, BigInt(text.length), toCString("%m"));
  const reason = new TextDecoder().decode(text.subarray(0, length));
  throw new Error(`Cannot harden the sandbox: it cannot ${what}: ${reason}`);
}
