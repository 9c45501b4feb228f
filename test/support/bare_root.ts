/**
 * A root file system with next to nothing in it, as scripts/bare_root makes it: a shell, what Debian counts as essential and the
 * portable file needs, and the C library; no Deno, no Node, no npm, no firewall's tools.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { dirname } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { isThere } from "./is_there.ts";
import { runText } from "./run.ts";

const SCRIPT = fileURLToPath(
  new URL("../../scripts/bare_root", import.meta.url),
);

/** The root, gone when its scope ends. */
export interface BareRoot extends AsyncDisposable {
  /** The root as it is seen from outside. */
  readonly root: string;
  /** Runs the program that is given in it. */
  readonly enter: string;
  /** Runs the portable file in it. */
  readonly launcher: string;
}

/** Makes it. @param file a portable file, which is copied into it */
export async function makeBareRoot(file: string): Promise<BareRoot> {
  // Not in /tmp or /run: those of the machine are shown in it.
  const folder = Deno.makeTempDirSync({
    dir: "/var/tmp",
    prefix: "fail2deno-test-",
  });
  const remove = () => Deno.remove(folder, { recursive: true });
  try {
    const { code, err } = await runText("sh", [SCRIPT, folder, file]);
    strictEqual(code, 0, err);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    root: `${folder}/root`,
    enter: `${folder}/enter`,
    launcher: `${folder}/fail2deno`,
    [Symbol.asyncDispose]: remove,
  };
}

/** @returns where the program of a launcher finds its files: the bare root beside it, or this machine's root as "" */
export function programRoot(launcher: string): string {
  const root = `${dirname(launcher)}/root`;
  return isThere(`${root}/usr/bin/fail2deno`) ? root : "";
}
