import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openConfiningLibc } from "../../../src/act/sandbox/confining_libc.ts";
import { landlockVersion } from "../../../src/act/sandbox/landlock.ts";
import { runText } from "../../support/run.ts";
import { IS_ROOT, leftCapabilities } from "../../support/sandbox_rig.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const NOBODY = "65534";

/**
 * Hardens a process, which then runs a line of shell.
 *
 * @param before words that start it with other rights
 * @param folder the program's
 */
async function runHardened(
  line: string,
  before: readonly string[] = [],
  folder = ROOT,
) {
  const [program = "", ...words] = [
    ...before,
    ...[Deno.execPath(), "run", "-q", "--no-prompt", "--config"],
    ...[`${ROOT}deno.json`, "-P=harden", "--v8-flags=--jitless"],
    ...[`${ROOT}main.ts`, "plugin-host", "harden", `${NOBODY}:${NOBODY}`],
    ...[folder, "/bin/sh", "-c", line],
  ];
  return await runText(program, words, {
    DENO_DIR: `${ROOT}.deno/cache`,
  });
}

/** As the systemd unit starts the daemon: another user, with rights of root's that its children inherit. */
const AS_DAEMON = [
  ...["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"],
  "--inh-caps=+net_admin,+dac_read_search",
  "--ambient-caps=+net_admin,+dac_read_search",
];

/** By the shell itself: /proc/self of another program is none of its own. */
const PRINT_STATUS =
  'while read -r line; do echo "$line"; done </proc/self/status';

/** @returns which capabilities of four kinds there are */
function capabilitiesIn(status: string): readonly (string | undefined)[] {
  return [...status.matchAll(/^Cap(?:Inh|Prm|Eff|Amb):\s(\w{16})$/mg)]
    .map(([, set]) => set);
}

/** Which Landlock this kernel has; 6 also confines signals. */
const LANDLOCK = landlockVersion(openConfiningLibc());

function testHarden(
  name: string,
  fn: () => Promise<void>,
  landlock = 0,
): void {
  const ignore = !IS_ROOT || LANDLOCK < landlock;
  Deno.test({ name: `harden() ${name}`, ignore, fn });
}

testHarden("tells the next life which Landlock holds it", async () => {
  const { out } = await runHardened(`echo "$0"`);
  strictEqual(out, `${LANDLOCK}\n`);
});

testHarden("leaves root's process no user, group or capability", async () => {
  const { out } = await runHardened(
    `id -u; id -g; id -G; ${PRINT_STATUS}`,
  );
  const [uid, gid, groups] = out.split("\n");
  deepStrictEqual([uid, gid, groups], [NOBODY, NOBODY, NOBODY]);
  deepStrictEqual(capabilitiesIn(out), Array(4).fill(leftCapabilities()));
});

testHarden("takes the capabilities of a daemon that is not root", async () => {
  const before = await runText("setpriv", [
    ...AS_DAEMON.slice(1),
    ...["grep", "^CapEff", "/proc/self/status"],
  ]);
  match(before.out, /^CapEff:\t0000000000001004$/m);
  const { out } = await runHardened(
    PRINT_STATUS,
    AS_DAEMON,
  );
  deepStrictEqual(capabilitiesIn(out), Array(4).fill(leftCapabilities()));
});

for (
  const path of [
    "/etc/passwd",
    "/etc/fail2deno",
    "/var/log",
    "/var/lib",
    "/root",
    "/home",
    "/tmp",
    "/run",
    "/proc/1/status",
  ]
) {
  testHarden(`denies ${path}, whoever may read it`, async () => {
    const { code, err } = await runHardened(
      `test -d ${path} && exec ls ${path}; exec cat ${path}`,
    );
    strictEqual(code === 0, false);
    match(err, /Permission denied|No such file/);
  }, 1);
}

testHarden("allows what name resolution reads", async () => {
  const { code, err } = await runHardened(
    "cat /etc/hosts /etc/resolv.conf /etc/nsswitch.conf",
  );
  strictEqual(code, 0, err);
});

testHarden("denies to write anywhere, even where everybody may", async () => {
  const { err } = await runHardened(
    "(: >/tmp/fail2deno-harden); (: >/dev/shm/fail2deno-harden); (: >/dev/null)",
  );
  strictEqual(err.match(/Permission denied/g)?.length, 3, err);
}, 1);

testHarden("denies a signal to a process of the same user", async () => {
  const sleeper = new Deno.Command("setpriv", {
    args: [
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      "--clear-groups",
      "sleep",
      "60",
    ],
  }).spawn();
  try {
    const { code, err } = await runHardened(`kill -TERM ${sleeper.pid}`);
    strictEqual(code === 0, false);
    match(err, /not permitted/);
  } finally {
    sleeper.kill("SIGKILL");
    strictEqual((await sleeper.status).signal, "SIGKILL");
  }
}, 6);

testHarden("blocks the signal that would open a debugger", async () => {
  const { out } = await runHardened("kill -USR1 $$; echo alive");
  strictEqual(out, "alive\n");
});

testHarden("denies to become root again", async () => {
  const { out } = await runHardened("exec setpriv --reuid=0 id -u", AS_DAEMON);
  strictEqual(out, "");
});

testHarden(
  "keeps a way to a program that is closed to others, and to nothing else",
  async () => {
    const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
    try {
      Deno.writeTextFileSync(`${folder}/file`, "own", { mode: 0o600 });
      const { out, err } = await runHardened(
        `cat ${folder}/file; ${PRINT_STATUS}; cat /etc/shadow`,
        [],
        folder,
      );
      match(out, /^own/);
      match(out, /^CapEff:\s0{15}4$/m);
      match(err, /\/etc\/shadow: Permission denied/);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
);

testHarden("fails where there is no such program", async () => {
  const { code, err } = await runText(Deno.execPath(), [
    ...["run", "-q", "--no-prompt", "--config", `${ROOT}deno.json`],
    ...["-P=harden", "--v8-flags=--jitless", `${ROOT}main.ts`, "plugin-host"],
    ...["harden", `${NOBODY}:${NOBODY}`, ROOT, "/usr/bin/none"],
  ], { DENO_DIR: `${ROOT}.deno/cache` });
  strictEqual(code, 1);
  match(err, /cannot start "\/usr\/bin\/none": No such file/);
});

testHarden("refuses to stay root", async () => {
  const { code, err } = await runText(Deno.execPath(), [
    ...["run", "-q", "--no-prompt", "--config", `${ROOT}deno.json`],
    ...["-P=harden", `${ROOT}main.ts`, "plugin-host", "harden", "0:0"],
    ...[ROOT, "/bin/true"],
  ], { DENO_DIR: `${ROOT}.deno/cache` });
  strictEqual(code, 1);
  match(err, /user "0:0", expected UID:GID of nobody/);
});
