/**
 * A disk that is soon full.
 *
 * @module
 */

import { ok } from "node:assert/strict";

/** A folder on a disk of its own, which goes with it. */
export interface SmallDisk extends AsyncDisposable {
  readonly folder: string;
}

/** Makes a disk of 4 MB; needs root. */
export async function makeSmallDisk(): Promise<SmallDisk> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-disk-" });
  const mounted = await run(
    "mount",
    "-t",
    "tmpfs",
    "-o",
    "size=4m",
    "none",
    folder,
  );
  ok(mounted, "no tmpfs");
  return {
    folder,
    async [Symbol.asyncDispose]() {
      await run("umount", "-l", folder);
      Deno.removeSync(folder);
    },
  };
}

/** Fills the disk that the path lies on, to the last byte. */
export function fillDisk(path: string): void {
  using file = Deno.openSync(path, { create: true, write: true });
  try {
    for (;;) file.writeSync(new Uint8Array(512));
  } catch {
    // It is full.
  }
}

async function run(program: string, ...args: string[]): Promise<boolean> {
  return (await new Deno.Command(program, { args }).output()).success;
}
