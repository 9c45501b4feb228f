/**
 * Turns the permission set of deno.json into the one of the compiled program.
 *
 * In deno.json a path that begins with `./` stands for the project's folder. A compiled program would resolve it against the
 * folder it is started in, which anyone may choose: those entries go, and the program's own names take the launcher's place.
 * The network is granted as a whole: a sandbox for actions narrows that to hosts that a configuration names, and every other
 * life of the program gives it up first of all (main.ts).
 *
 *     deno run --allow-read=deno.json scripts/compile_permissions.ts    # prints flags, one a line
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** A set as deno.json writes it. */
export type PermissionSet = Readonly<
  Record<string, readonly string[] | { readonly allow: readonly string[] }>
>;

/** The launcher in deno.json's words. */
const LAUNCHER = "./scripts/fail2deno";

/** Where the compiled program may start itself: by PATH as it is when it starts, and where packages put it. */
export const PROGRAM_PATHS: readonly string[] = [
  "fail2deno",
  "/usr/bin/fail2deno",
  "/usr/local/bin/fail2deno",
];

/**
 * Writes the flags that replace what cannot be compiled in as it stands.
 *
 * @param set `permissions.daemon` of deno.json
 * @returns for example `["--allow-read=/etc/fail2deno,/var/log", "--allow-run=/bin/sh,fail2deno"]`
 * @throws {Error} when another kind than the network is granted as a whole, or an entry cannot be written as a flag
 */
export function compileFlags(set: PermissionSet): readonly string[] {
  const flags: string[] = [];
  for (const [kind, value] of Object.entries(set)) {
    const entries = "allow" in value ? value.allow : value;
    if (!Array.isArray(entries) || entries.length === 0) {
      throw new Error(
        `Cannot compile permission "${kind}": not a list, expected entries`,
      );
    }
    if (kind === "net") {
      flags.push("--allow-net");
      continue;
    }
    const absolute = entries.flatMap((entry) => toAbsolute(kind, entry));
    if (absolute.join() !== entries.join()) {
      flags.push(`--allow-${kind}=${absolute.join()}`);
    }
  }
  return flags;
}

function toAbsolute(kind: string, entry: string): readonly string[] {
  if (/[,\s]/.test(entry)) {
    throw new Error(
      `Cannot compile permission "${entry}": it has a comma or a blank, expected neither`,
    );
  }
  if (kind === "run" && entry === LAUNCHER) return PROGRAM_PATHS;
  if (kind === "read" && entry === "./") return [];
  const isPath = ["read", "write", "run", "ffi"].includes(kind);
  if (isPath && !entry.startsWith("/")) {
    throw new Error(
      `Cannot compile permission "${entry}": a relative path of kind ${kind}, expected an absolute one`,
    );
  }
  return [entry];
}

if (import.meta.main) {
  const file = fileURLToPath(new URL("../deno.json", import.meta.url));
  const { permissions } = JSON.parse(Deno.readTextFileSync(file));
  for (const flag of compileFlags(permissions.daemon)) console.log(flag);
}
