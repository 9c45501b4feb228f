import { match, ok, strictEqual } from "node:assert/strict";
import { FAIL2BAN_PROGRAMS, PYTHON_MODULES } from "../support/fail2ban.ts";
import { makeVerifyTree, NAMES } from "../conformance/verify_tree.ts";
import { LAUNCHER } from "../support/daemon.ts";
import { isFile } from "../support/is_file.ts";
import { type RunResult, runText } from "../support/run.ts";

const ignore = !isFile(`${FAIL2BAN_PROGRAMS}/fail2ban-regex`);

/** Shows the unpacked program and its modules where a package puts them, in a mount namespace of its own. */
const INSTALL = `set -e
mount -t overlay overlay -o "lowerdir=$1:/usr/bin" /usr/bin
mount -t overlay overlay -o "lowerdir=$2:/usr/lib/python3/dist-packages" /usr/lib/python3/dist-packages
shift 2
exec "$@"
`;

/** Runs the program itself, with just its own permissions. */
async function verify(...words: string[]): Promise<RunResult> {
  return await runText("unshare", [
    ...["--mount", "sh", "-c", INSTALL, "sh"],
    ...[FAIL2BAN_PROGRAMS, PYTHON_MODULES],
    ...[LAUNCHER, "import", ...words],
  ]);
}

Deno.test({
  name:
    "import --verify agrees with the fail2ban-regex of the machine, and tells a filter that differs",
  ignore,
  async fn() {
    const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
    try {
      const { config, logs } = makeVerifyTree(folder);
      const files = NAMES.map((name) => logs[name] ?? "");
      const output = ["--output", `${folder}/out`];
      const good = await verify(config, ...output, "--verify", ...files);
      strictEqual(good.code, 0, good.out + good.err);
      match(good.out, /^They agree on every line$/m);
      for (const name of NAMES) {
        match(
          good.out,
          new RegExp(
            `^  ${name}: \\d+ lines, [1-9]\\d* failures? in both, 0 only in fail2ban, 0 only here$`,
            "m",
          ),
        );
      }
      // Ours takes stamps without a zone for local ones, and says so when it imports.
      Deno.writeTextFileSync(
        `${config}/jail.local`,
        "[nginx-http-auth]\nlogtimezone = UTC-0430\n",
        { append: true },
      );
      const bad = await verify(config, ...output, "--verify", files[2] ?? "");
      strictEqual(bad.code, 1, bad.out + bad.err);
      match(bad.out, /^They disagree on 2 lines$/m);
      match(
        bad.out,
        /fail2ban: 192\.0\.2\.1 at \S+\n +here: +192\.0\.2\.1 at /,
      );
      const left = [...Deno.readDirSync(folder)].map(({ name }) => name);
      ok(!left.includes("out"), "a configuration was written");
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
