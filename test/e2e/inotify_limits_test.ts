import { ok, strictEqual } from "node:assert/strict";
import { failedPassword, startDaemon } from "../support/daemon.ts";

const JAIL = `[jail.sshd]
log_path = ["@LOG@", "@DIR@/one/a.log", "@DIR@/two/a.log"]
filter = "sshd"
max_retry = 3
`;

/** Sets a limit of a user namespace of the daemon's own, and of nobody else. */
function limited(limit: string, value: number): readonly string[] {
  const set = `echo ${value} >/proc/sys/user/${limit}; exec "$@"`;
  return ["unshare", "--user", "--map-root-user", "--net"]
    .concat("sh", "-ec", set, "sh");
}

const LIMITS:
  readonly (readonly [limit: string, value: number, setting: string])[] = [
    ["max_inotify_instances", 0, "max_user_instances"],
    ["max_inotify_watches", 1, "max_user_watches"],
  ];

for (const [limit, value, setting] of LIMITS) {
  Deno.test(`run polls, and says so once, when ${limit} is ${value}`, async () => {
    await using daemon = await startDaemon({
      config: JAIL,
      // Each thread would say it once.
      scanThreads: 1,
      files: { "one/a.log": "", "two/a.log": "" },
      enter: limited(limit, value),
    });
    const { folder } = daemon;
    for (const [at, log] of ["auth.log", "one/a.log", "two/a.log"].entries()) {
      const host = `203.0.113.${at + 1}`;
      Deno.writeTextFileSync(
        `${folder}/${log}`,
        failedPassword(host).repeat(3),
        { append: true },
      );
      await daemon.heard(new RegExp(`Ban host.*${host}`));
    }
    const said = daemon.said().match(/Poll log folders.*/g) ?? [];
    strictEqual(said.length, 1, daemon.said());
    ok(said[0]?.includes(`fs.inotify.${setting}`), said[0]);
  });
}
