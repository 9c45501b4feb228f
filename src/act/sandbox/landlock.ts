/**
 * Landlock: the kernel denies this process, and all that comes of it, every file but some.
 *
 * https://docs.kernel.org/userspace-api/landlock.html
 *
 * @module
 */

import { IS_LITTLE_ENDIAN } from "../../util/byte_order.ts";
import { type ConfiningLibc, toCString } from "./confining_libc.ts";

const SYS_LANDLOCK_CREATE_RULESET = 444n;
const SYS_LANDLOCK_ADD_RULE = 445n;
const SYS_LANDLOCK_RESTRICT_SELF = 446n;

const LANDLOCK_CREATE_RULESET_VERSION = 1;
const LANDLOCK_RULE_PATH_BENEATH = 1;

const EXECUTE = 1n << 0n;
const READ_FILE = 1n << 2n;
const READ_DIR = 1n << 3n;

/** How many kinds of access to files each version knows; the last counts for all later ones. */
const FILE_ACCESS_BITS = [0n, 13n, 14n, 15n, 15n, 16n];

/** From this version on, TCP ports can be denied. */
const NET_VERSION = 4;
const BIND_TCP = 1n;

/** From this version on, signals to processes outside, and their abstract sockets, can be denied. */
const SCOPE_VERSION = 6;
const SCOPE_ABSTRACT_UNIX_SOCKET = 1n;
const SCOPE_SIGNAL = 2n;

const O_PATH = 0o10000000;
const O_CLOEXEC = 0o2000000;

/**
 * Denies every file but those under `readable`, which can be read and executed; denies to listen on TCP, and to signal
 * processes outside. What the kernel is too old for stays allowed.
 *
 * The calling thread needs PR_SET_NO_NEW_PRIVS.
 *
 * @param readable folders and files, absolute; those that are not there are passed over
 * @returns the version in force, or 0: this kernel has none, or it is turned off
 */
export function restrictFiles(
  libc: ConfiningLibc,
  readable: readonly string[],
): number {
  const version = landlockVersion(libc);
  if (version === 0) return 0;
  const attributes = describeRuleset(version);
  const ruleset = Number(libc.landlock_create_ruleset(
    ...[SYS_LANDLOCK_CREATE_RULESET, attributes] as const,
    BigInt(attributes.length),
    0,
  ));
  if (ruleset < 0) return 0;
  for (const path of readable) allowReading(libc, { ruleset, path });
  const result = libc.landlock_restrict_self(
    SYS_LANDLOCK_RESTRICT_SELF,
    ruleset,
    0,
  );
  libc.close(ruleset);
  return Number(result) === 0 ? version : 0;
}

/** @returns which version this kernel has, 0 for none */
export function landlockVersion(libc: ConfiningLibc): number {
  const version = libc.landlock_create_ruleset(
    ...[SYS_LANDLOCK_CREATE_RULESET, null, 0n] as const,
    LANDLOCK_CREATE_RULESET_VERSION,
  );
  return Math.max(0, Number(version));
}

/** `struct landlock_ruleset_attr`, as long as the version knows it. */
function describeRuleset(version: number): Uint8Array<ArrayBuffer> {
  const bits = FILE_ACCESS_BITS[version] ?? 16n;
  const words = new BigUint64Array([
    (1n << bits) - 1n,
    BIND_TCP,
    SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL,
  ]);
  const count = version >= SCOPE_VERSION ? 3 : version >= NET_VERSION ? 2 : 1;
  return new Uint8Array(words.buffer).slice(0, 8 * count);
}

function allowReading(
  libc: ConfiningLibc,
  { ruleset, path }: { readonly ruleset: number; readonly path: string },
): void {
  const descriptor = libc.open(toCString(path), O_PATH | O_CLOEXEC);
  if (descriptor < 0) return;
  // The right to list a folder is refused for a file.
  for (const access of [EXECUTE | READ_FILE | READ_DIR, EXECUTE | READ_FILE]) {
    // `struct landlock_path_beneath_attr`, packed.
    const rule = new DataView(new ArrayBuffer(12));
    rule.setBigUint64(0, access, IS_LITTLE_ENDIAN);
    rule.setInt32(8, descriptor, IS_LITTLE_ENDIAN);
    const result = libc.landlock_add_rule(
      ...[SYS_LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH] as const,
      new Uint8Array(rule.buffer),
      0,
    );
    if (Number(result) === 0) break;
  }
  libc.close(descriptor);
}
