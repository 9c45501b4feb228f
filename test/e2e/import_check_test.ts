/**
 * fail2ban's whole stock configuration, and Debian's, with every jail enabled: what `import` makes of it is fine by `check` on a
 * machine that has the folders of all those logs. The machine is this one, seen through an overlay of the root.
 *
 * @module
 */

import { match, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { programRoot } from "../support/bare_root.ts";
import { LAUNCHER } from "../support/daemon.ts";
import { FAIL2BAN_CONFIG } from "../support/fail2ban.ts";
import { isFile } from "../support/is_file.ts";
import { runText } from "../support/run.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url)).replace(
  /\/$/,
  "",
);
const SHARED = `${ROOT}/../shared/conformance/fail2ban-config`;

/** $1 scratch folder, $2 project, $3 launcher, $4 program's root. The folders are made in the overlay, so that none comes to the machine. */
const CHECK = `
set -eu
mkdir "$1/top"
mount -t tmpfs none "$1/top"
mkdir "$1/top/upper" "$1/top/work" "$1/top/root"
mount -t overlay none -o "lowerdir=/,upperdir=$1/top/upper,workdir=$1/top/work" "$1/top/root"
root=$1/top/root
mount -t proc none "$root/proc"
mount --rbind /dev "$root/dev"
for folder in "$2" "$1/out"; do
  mkdir -p "$root$folder"
  mount --rbind "$folder" "$root$folder"
done
grep -o '"/[^"]*"' "$1/out/config.toml" | tr -d '"' | grep -v '[*]' | while read -r log; do
  mkdir -p "$root$(dirname "$log")" "$root$4$(dirname "$log")"
done
exec chroot "$root" "$3" check -c "$1/out/config.toml"
`;

for (
  const [title, source] of [["stock", SHARED], ["Debian", FAIL2BAN_CONFIG]]
) {
  Deno.test({
    name: `check accepts the import of every jail of ${title}`,
    ignore: !isFile(`${source}/jail.conf`),
    async fn() {
      const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
      try {
        const tree = `${folder}/fail2ban`;
        strictEqual((await runText("cp", ["-r", `${source}`, tree])).code, 0);
        Deno.writeTextFileSync(
          `${tree}/jail.local`,
          "[DEFAULT]\nenabled = true\n",
        );
        const words = ["import", tree, "-o", `${folder}/out`];
        const imported = await runText(LAUNCHER, words);
        strictEqual(imported.code, 0, imported.out + imported.err);
        match(imported.out, / 0 not carried over\n/);
        const checked = await runText("unshare", [
          ...["-m", "sh", "-c", CHECK, "sh"],
          ...[folder, ROOT, LAUNCHER, programRoot(LAUNCHER)],
        ]);
        strictEqual(checked.code, 0, checked.err.slice(0, 4000));
        const count = /is fine: (\d+) jails/.exec(checked.out)?.[1];
        ok(Number(count) > 80, checked.out);
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    },
  });
}
