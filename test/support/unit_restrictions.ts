/**
 * Runs programs as the systemd unit would, where no systemd runs: the same user's rights, files and system calls, by
 * util-linux and libseccomp, from what the unit's file says.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { runText } from "./run.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The unit's file. */
export const UNIT = here("../../scripts/package/systemd/fail2deno.service");

/** A user that no machine has, in the place of `fail2deno`. */
export const UNIT_USER = 64123;

/**
 * `ProtectSystem=strict`, `ProtectHome=yes`, `PrivateTmp=yes`, `PrivateDevices=yes` and `InaccessiblePaths=`. The folder of the
 * last word, the configuration, stands for the state and runtime folders. `$0`: paths that nobody may see.
 */
const ENTER = `
set -eu
for last; do :; done
folder=\${last%/*}
mkdir -p "$folder/dev"
mount -t tmpfs -o mode=755 tmpfs "$folder/dev"
for node in null zero full random urandom; do
  : >"$folder/dev/$node"
  mount --bind "/dev/$node" "$folder/dev/$node"
done
empty=$folder/dev/empty
mkdir -m 0 "$empty"
mount --bind "$folder" /mnt
for path in $0 /home /root; do
  if [ -d "$path" ]; then mount --bind "$empty" "$path"
  elif [ -e "$path" ]; then mount --bind "$folder/dev/null" "$path"; fi
done
mount --rbind "$folder/dev" /dev
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir -p "$folder"
mount --bind /mnt "$folder"
umount /mnt
chown -R ${UNIT_USER}:${UNIT_USER} "$folder"
mount -o remount,bind,ro /
exec "$@"
`;

/** @returns all values of a setting, in their order */
export function unitSetting(name: string): readonly string[] {
  return Deno.readTextFileSync(UNIT).split("\n")
    .filter((line) => line.startsWith(`${name}=`))
    .flatMap((line) => line.slice(name.length + 1).split(" "));
}

/** @returns the words that run a program under the restrictions; its last word is a file in its scratch folder */
export async function enterUnit(): Promise<readonly string[]> {
  for (
    const setting of [
      ...["ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes"],
      ...["PrivateDevices=yes", "NoNewPrivileges=yes"],
    ]
  ) {
    ok(Deno.readTextFileSync(UNIT).includes(`\n${setting}\n`), setting);
  }
  const capabilities = [
    "-all",
    ...unitSetting("AmbientCapabilities").map(
      (name) => `+${name.replace("CAP_", "").toLowerCase()}`,
    ),
  ].join(",");
  const hidden = unitSetting("InaccessiblePaths").map((path) =>
    path.replace(/^-/, "")
  );
  return [
    ...["unshare", "--mount", "sh", "-c", ENTER, hidden.join(" ")],
    ...["setpriv", `--reuid=${UNIT_USER}`, `--regid=${UNIT_USER}`],
    ...["--clear-groups", `--inh-caps=${capabilities}`, "--no-new-privs"],
    ...[`--ambient-caps=${capabilities}`, `--bounding-set=${capabilities}`],
    ...["python3", here("seccomp.py"), (await allowedCalls()).join(",")],
    unitSetting("RestrictAddressFamilies").join(","),
  ];
}

/** The allowed system calls by name, as `SystemCallFilter=` adds and takes away. */
async function allowedCalls(): Promise<readonly string[]> {
  const allowed = new Set<string>();
  const lines = Deno.readTextFileSync(UNIT).matchAll(
    /^SystemCallFilter=(~?)(.*)$/gm,
  );
  for (const [, tilde, words = ""] of lines) {
    for (const word of words.split(" ")) {
      for (const name of await expand(word)) {
        if (tilde === "~") allowed.delete(name);
        else allowed.add(name);
      }
    }
  }
  return [...allowed];
}

async function expand(word: string): Promise<readonly string[]> {
  if (!word.startsWith("@")) return [word];
  const { code, out, err } = await runText("systemd-analyze", [
    ...["--no-pager", "syscall-filter", word],
  ]);
  strictEqual(code, 0, err);
  const names = out.split("\n").slice(1).map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  return (await Promise.all(names.map(expand))).flat();
}
