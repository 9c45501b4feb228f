/**
 * The first life of a sandbox process: it gives up every right that the kernel lets it give up, and becomes the second.
 *
 * A right is given up by a thread, and only execve brings that to all threads of a process. So this runs before any code of
 * an action is there, and the process that loads such code has never had more.
 *
 * @module
 */

import { becomeNobody } from "./become_nobody.ts";
import {
  type ConfiningLibc,
  control,
  execute,
  must,
  openConfiningLibc,
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

const PR_SET_PDEATHSIG = 1;
const PR_SET_NO_NEW_PRIVS = 38;
const SIGKILL = 9;

const SIG_BLOCK = 0;
const SIGUSR1 = 10n;

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
  const keepsSearch = becomeNobody(libc, { ids, programFiles });
  must(
    libc,
    "give up new rights",
    () => control(libc, PR_SET_NO_NEW_PRIVS, [1]),
  );
  // Ends with the core, even when it was killed. Becoming another user forgets this, so it comes after that.
  control(libc, PR_SET_PDEATHSIG, [SIGKILL]);
  must(libc, "block a signal", () => blockDebugger(libc));
  libc.setpriority(PRIO_PROCESS, 0, NICENESS);
  for (const limit of [RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_CPU, data]) {
    must(libc, "limit itself", () => setLimit(libc, limit));
  }
  const landlock = restrictFiles(libc, [...programFiles, ...SYSTEM_FILES]);
  if (keepsSearch && landlock === 0) throw unreadable(programFiles);
  must(libc, `start "${next[0]}"`, () => {
    execute([...next, String(landlock)]);
    return -1;
  });
  throw new Error("Cannot harden the sandbox: it came back from execve");
}

function unreadable(files: readonly string[]): Error {
  return new Error(
    `Cannot harden the sandbox: its user may not read ${files.join(", ")}, ` +
      "expected a place that everybody may read, or a kernel with Landlock",
  );
}

/** Under `deno run`, SIGUSR1 opens a debugger to all users of the machine, and a worker may send it to its own process. */
function blockDebugger(libc: ConfiningLibc): number {
  // `sigset_t`, where signal 1 is bit 0.
  const signals = new BigUint64Array(16);
  signals[0] = 1n << (SIGUSR1 - 1n);
  return libc.sigprocmask(
    SIG_BLOCK,
    new Uint8Array(signals.buffer),
    null,
  );
}

function setLimit(
  libc: ConfiningLibc,
  { resource, value }: { readonly resource: number; readonly value: number },
): number {
  const both = new BigUint64Array([BigInt(value), BigInt(value)]);
  return libc.setrlimit(resource, new Uint8Array(both.buffer));
}
