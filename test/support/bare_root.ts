/**
 * A root file system with next to nothing in it: a shell, what Debian counts as essential and the portable file needs, and the
 * C library; no Deno, no Node, no npm, no firewall's tools.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { runText } from "./run.ts";

const PROGRAMS = [
  ...["sh", "ls", "cat", "id", "env", "uname", "readlink", "mkdir", "mktemp"],
  ...["tail", "sha256sum", "gzip", "tar", "rm", "mv", "sync", "find", "sleep"],
];

/** Copies programs with the libraries they are linked with. `$1`: the new root, then names of programs. */
const FILL = `
set -eu
root=$1
shift
mkdir -p "$root/bin" "$root/tmp" "$root/proc" "$root/dev" "$root/run" "$root/etc" "$root/var/cache" "$root/var/log" "$root/root"
chmod 1777 "$root/tmp"
for name in "$@"; do
  path=$(readlink -f "$(command -v "$name")")
  cp "$path" "$root/bin/$name"
  ldd "$path"
done | grep -o '/[^ ]*' | sort -u >"$root/libraries"
# What Deno is linked with beside the C library.
for name in libc libm libdl librt libpthread libgcc_s; do
  find /lib/*-linux-gnu -maxdepth 1 -name "$name.so.*"
done >>"$root/libraries"
while read -r path; do
  mkdir -p "$root\${path%/*}"
  cp -L "$path" "$root$path"
done <"$root/libraries"
rm "$root/libraries"
`;

/** Enters it in a mount namespace of its own, with the machine's /tmp in it. `$0`: the root. */
const ENTER = `
set -eu
mount --bind /proc "$0/proc"
mount --rbind /dev "$0/dev"
mount --bind /tmp "$0/tmp"
exec chroot "$0" "$@"
`;

/** The root, gone when its scope ends. */
export interface BareRoot extends AsyncDisposable {
  readonly folder: string;
  /** The words that run a program in it. */
  readonly enter: readonly string[];
}

/** Makes it. @param programs beside those that every root has */
export async function makeBareRoot(
  programs: readonly string[] = [],
): Promise<BareRoot> {
  const folder = Deno.makeTempDirSync({
    dir: "/run",
    prefix: "fail2deno-test-",
  });
  Deno.chmodSync(folder, 0o755);
  const words = ["-c", FILL, "fill", folder, ...PROGRAMS, ...programs];
  const { code, err } = await runText("sh", words);
  strictEqual(code, 0, err);
  return {
    folder,
    enter: ["unshare", "--mount", "sh", "-c", ENTER, folder],
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
