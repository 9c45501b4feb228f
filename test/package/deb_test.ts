import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { portableFile } from "../support/portable_file.ts";
import { runText } from "../support/run.ts";
import {
  openScratchMachine,
  type ScratchMachine,
} from "../support/scratch_machine.ts";
import { withFolder } from "../support/with_folder.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/deb", import.meta.url));

async function must(program: string, ...words: string[]): Promise<string> {
  const { code, out, err } = await runText(program, words);
  strictEqual(code, 0, out + err);
  return out;
}

const makePackage = async (path: string) =>
  await must("sh", SCRIPT, "--from", await portableFile(), path);

let made: Promise<string> | undefined;

/** @returns the package, made once for all tests */
function packageFile(): Promise<string> {
  return made ??= makeOnce();
}

async function makeOnce(): Promise<string> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  globalThis.addEventListener("unload", () => {
    Deno.removeSync(folder, { recursive: true });
  });
  await makePackage(`${folder}/fail2deno.deb`);
  return `${folder}/fail2deno.deb`;
}

/** Unpacks a package, changes it as `edit` says, and packs it again, quickly. */
async function repack(
  path: string,
  other: string,
  edit: (folder: string) => void,
): Promise<void> {
  await withFolder(async (folder) => {
    await must("dpkg-deb", "-R", path, `${folder}/package`);
    edit(`${folder}/package`);
    Deno.removeSync(`${folder}/package/DEBIAN/md5sums`);
    await must("dpkg-deb", "-Znone", "-b", `${folder}/package`, other);
  });
}

const replaceIn = (path: string, from: string, to: string) => {
  const text = Deno.readTextFileSync(path);
  ok(text.includes(from), `${path}: ${from}`);
  Deno.writeTextFileSync(path, text.replace(from, to));
};

/** The daemon of the package, as its own user with the two capabilities of its unit. */
const RUN_AS_SERVICE = `
install -d -m 700 -o fail2deno -g fail2deno /run/fail2deno
setpriv --reuid fail2deno --regid fail2deno --clear-groups --no-new-privs \\
  --inh-caps=+net_admin,+dac_read_search --ambient-caps=+net_admin,+dac_read_search \\
  fail2deno run </dev/null >/run/said 2>&1 &
for _ in $(seq 600); do
  if grep -q "Daemon started" /run/said; then break; fi
  sleep 0.1
done
fail2deno status && fail2deno ban 203.0.113.9 sshd && fail2deno list-bans
kill $! && wait $!
`;

const CAT_PAGES = `cd /usr/share
zcat man/man8/fail2deno.8.gz man/man8/fail2deno-explain.8.gz
cat bash-completion/completions/fail2deno zsh/vendor-completions/_fail2deno fish/vendor_completions.d/fail2deno.fish`;

/** All that bears our name where packages put files, but what dpkg itself remembers. */
const listFiles = async (machine: ScratchMachine) =>
  (await machine.run(
    "find /etc /usr /var -path /var/lib/dpkg -prune -o -path '*fail2deno*' -print | sort; cat /etc/passwd /etc/group",
  )).out;

Deno.test("package is the same when it is made again, and lintian finds no error", async () => {
  await withFolder(async (folder) => {
    const [one, other] = [await packageFile(), `${folder}/other.deb`];
    await makePackage(other);
    const sums = await must("sha256sum", one, other);
    const [first, second] = sums.split("\n").map((line) => line.slice(0, 64));
    strictEqual(first, second);
    const { out } = await runText("lintian", [
      ...[
        "--allow-root",
        "--fail-on",
        "error",
        "--tag-display-limit",
        "0",
        one,
      ],
    ]);
    deepStrictEqual(
      out.split("\n").filter((line) => line.startsWith("E:")),
      [],
    );
  });
});

Deno.test("package is installed, upgraded over a changed configuration, removed and purged", async (t) => {
  await using machine = await openScratchMachine();
  const { inbox } = machine;
  // What the machine's own runs of the program left.
  await machine.run("rm -rf /var/cache/fail2deno /var/lib/fail2deno");
  const before = await listFiles(machine);
  Deno.copyFileSync(await packageFile(), `${inbox}/new.deb`);
  await repack(`${inbox}/new.deb`, `${inbox}/old.deb`, (folder) => {
    replaceIn(`${folder}/DEBIAN/control`, "Version: ", "Version: 0.0.1~");
    replaceIn(
      `${folder}/etc/fail2deno/config.toml`,
      "max_retry = 5",
      "max_retry = 6",
    );
  });
  const does = async (text: string) => {
    const { code, out, err } = await machine.run(text);
    strictEqual(code, 0, out + err);
    return out + err;
  };
  await t.step(
    "install: the program runs, with a user and folders of its own",
    async () => {
      await does("dpkg -i /run/in/old.deb");
      match(await does("fail2deno version"), /^fail2deno \d/);
      match(await does("fail2deno check"), /./);
      match(
        await does("stat -c '%U %a' /var/lib/fail2deno"),
        /^fail2deno 700$/m,
      );
      match(await does("systemctl is-enabled fail2deno"), /^enabled$/m);
      strictEqual(await does("dpkg -V fail2deno"), "");
    },
  );
  await t.step("its manual pages and completions are found", async () => {
    const pages = await does(CAT_PAGES);
    for (
      const head of [
        ...[/^\.TH FAIL2DENO 8/m, /^\.TH FAIL2DENO\\-EXPLAIN 8/m],
        ...[/^complete .*-F _fail2deno/m, /^#compdef fail2deno/m],
        /^complete -c fail2deno/m,
      ]
    ) match(pages, head);
  });
  await t.step("its service runs as its own user, and bans", async () => {
    const said = await does(RUN_AS_SERVICE);
    match(said, /is running: pid \d+/);
    match(said, /203\.0\.113\.9/);
  });
  await t.step("upgrade: what the administrator changed stays", async () => {
    await does(
      "sed -i 's/max_retry = 6/max_retry = 3/' /etc/fail2deno/config.toml",
    );
    await does("dpkg -i --force-confold /run/in/new.deb");
    match(await does("cat /etc/fail2deno/config.toml"), /max_retry = 3/);
    match(
      await does("cat /etc/fail2deno/config.toml.dpkg-dist"),
      /max_retry = 5/,
    );
  });
  await t.step(
    "remove: the configuration and the state stay, the program goes",
    async () => {
      await does("touch /var/lib/fail2deno/state.db");
      await does("dpkg -r fail2deno");
      ok((await machine.run("command -v fail2deno")).code !== 0);
      await does(
        "test -f /etc/fail2deno/config.toml && test -f /var/lib/fail2deno/state.db",
      );
    },
  );
  await t.step("purge: nothing is left", async () => {
    await does("dpkg -P fail2deno");
    strictEqual(await listFiles(machine), before);
    ok((await machine.run("getent passwd fail2deno")).code !== 0);
  });
});

Deno.test("package beside a fail2ban that runs is not enabled, and says how to take over", async () => {
  await using machine = await openScratchMachine();
  Deno.copyFileSync(await packageFile(), `${machine.inbox}/new.deb`);
  const { code, out, err } = await machine.run(
    // A program by that name is what is looked for.
    `cp "$(readlink -f "$(command -v sleep)")" /tmp/fail2ban-server && { /tmp/fail2ban-server 600 & } &&
dpkg -i /run/in/new.deb; code=$?; kill $!; exit $code`,
  );
  strictEqual(code, 0, out + err);
  match(err, /a fail2ban is running; it is left alone/);
  match(err, /fail2deno import --bans --force/);
  const enabled = await machine.run("systemctl is-enabled fail2deno");
  match(enabled.out, /^disabled$/m);
});
