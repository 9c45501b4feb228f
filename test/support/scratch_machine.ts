/**
 * This machine's file system, of which nothing that is changed stays: an overlay in a mount namespace.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { type RunResult, runText } from "./run.ts";

/** Mounts it, once. `$0`: the folder, as a tmpfs, in which what is changed lies. */
const OPEN = `
set -eu
mount -t tmpfs -o mode=755 tmpfs "$0"
mkdir "$0/upper" "$0/work" "$0/root"
mount -t overlay -o "lowerdir=/,upperdir=$0/upper,workdir=$0/work" overlay "$0/root"
for each in proc dev sys; do mount --rbind "/$each" "$0/root/$each"; done
for each in run tmp; do mount -t tmpfs -o mode=1777 tmpfs "$0/root/$each"; done
# No service may start, whatever a package wants.
printf '#!/bin/sh\\nexit 101\\n' >"$0/root/usr/sbin/policy-rc.d"
chmod 755 "$0/root/usr/sbin/policy-rc.d"
echo ready
exec sleep infinity
`;

/** The scratch machine, gone when its scope ends. */
export interface ScratchMachine extends AsyncDisposable {
  /** Its root as this process sees it is hidden; files come in by this folder, which is the machine's `/run/in`. */
  readonly inbox: string;
  /** Runs a shell's text in it. */
  run(text: string): Promise<RunResult>;
}

/** Opens one, with a network namespace of its own. */
export async function openScratchMachine(): Promise<ScratchMachine> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  const inbox = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  const child = new Deno.Command("unshare", {
    args: ["--mount", "--net", "sh", "-c", OPEN, folder],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  strictEqual(new TextDecoder().decode(value), "ready\n");
  const within = ["-t", String(child.pid), "-m", "-n"];
  const enter = [...within, "chroot", `${folder}/root`, "sh", "-c"];
  const mounted = await runText("nsenter", [
    ...[...within, "sh", "-c"],
    `mkdir "${folder}/root/run/in" && mount --bind "${inbox}" "${folder}/root/run/in"`,
  ]);
  strictEqual(mounted.code, 0, mounted.err);
  return {
    inbox,
    run: (text) => runText("nsenter", [...enter, text]),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
      for (const each of [folder, inbox]) {
        await Deno.remove(each, { recursive: true });
      }
    },
  };
}
