/**
 * Becomes another user without rights; a process that is no root's already loses the rights it was given.
 *
 * @module
 */

import {
  type ConfiningLibc,
  control,
  must,
  toCString,
} from "./confining_libc.ts";

/** Who is become, and what has to be readable then. */
export interface NobodyOptions {
  /** `UID:GID` that root becomes. */
  readonly ids: string;
  /** The program's own files and folders. */
  readonly programFiles: readonly string[];
}

const PR_SET_KEEPCAPS = 8;
const PR_SET_SECUREBITS = 28;
const SECBIT_NO_SETUID_FIXUP = 4;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_RAISE = 2;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;

const LINUX_CAPABILITY_VERSION_3 = 0x20080522;
const CAP_DAC_READ_SEARCH = 2;
const CAP_SETPCAP = 8;

const R_OK = 4;

/**
 * Gives up user, groups and capabilities.
 *
 * A checkout below a home folder may be closed to others. Then one right is kept where it was there: to read whatever the
 * kernel does not deny by other means. Whoever calls this must see to such means.
 *
 * @returns whether that right was kept
 * @throws {Error} when something cannot be given up
 */
export function becomeNobody(
  libc: ConfiningLibc,
  { ids, programFiles }: NobodyOptions,
): boolean {
  if (libc.geteuid() === 0) changeIds(libc, ids);
  must(
    libc,
    "drop its capabilities",
    () => control(libc, PR_CAP_AMBIENT, [PR_CAP_AMBIENT_CLEAR_ALL]),
  );
  // access() asks by user and mode, whatever capabilities there are.
  const isReadable = programFiles.every((path) =>
    libc.access(toCString(path), R_OK) === 0
  );
  if (!isReadable && keepSearch(libc)) return true;
  must(libc, "drop its capabilities", () => setCapabilities(libc, 0));
  return false;
}

/** @returns whether the right was there to be kept */
function keepSearch(libc: ConfiningLibc): boolean {
  const search = 1 << CAP_DAC_READ_SEARCH;
  // Deno asks access() whether a package is there, which otherwise answers for a user without rights.
  if (setCapabilities(libc, search | 1 << CAP_SETPCAP) === 0) {
    control(libc, PR_SET_SECUREBITS, [SECBIT_NO_SETUID_FIXUP]);
  }
  if (setCapabilities(libc, search) !== 0) return false;
  const raised = [PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH] as const;
  must(
    libc,
    "keep a way to its own files",
    () => control(libc, PR_CAP_AMBIENT, raised),
  );
  return true;
}

function changeIds(libc: ConfiningLibc, ids: string): void {
  const match = /^(\d{1,9}):(\d{1,9})$/.exec(ids);
  const uid = Number(match?.[1] ?? 0);
  const gid = Number(match?.[2] ?? 0);
  if (uid === 0 || gid === 0) {
    throw new Error(
      `Cannot harden the sandbox: user "${ids}", expected UID:GID of nobody`,
    );
  }
  // Until it is known which of them are needed.
  control(libc, PR_SET_KEEPCAPS, [1]);
  must(libc, "leave its groups", () => libc.setgroups(0n, null));
  must(libc, "change its group", () => libc.setresgid(gid, gid, gid));
  must(libc, "change its user", () => libc.setresuid(uid, uid, uid));
}

/** Effective, permitted and inheritable. @param mask of the first 32 capabilities @returns 0 when it worked */
function setCapabilities(libc: ConfiningLibc, mask: number): number {
  const header = new Uint32Array([LINUX_CAPABILITY_VERSION_3, 0]);
  const sets = new Uint32Array([mask, mask, mask, 0, 0, 0]);
  return libc.capset(
    new Uint8Array(header.buffer),
    new Uint8Array(sets.buffer),
  );
}
