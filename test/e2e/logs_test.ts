import { match, ok } from "node:assert/strict";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";

const JAIL = `[jail.sshd]
log_path = ["@LOG@", "@DIR@/web-*.log", "@DIR@/later/*.log"]
filter = "sshd"
max_retry = 3
`;

function startWithTwo(): Promise<TestDaemon> {
  return startDaemon({
    config: JAIL,
    files: { "web-1.log": "", "web-2.log": "" },
  });
}

/** @returns what has a host fail in a log of the daemon's folder */
function appenderTo({ folder }: TestDaemon) {
  return (name: string, host: string) =>
    Deno.writeTextFileSync(`${folder}/${name}`, failedPassword(host), {
      append: true,
    });
}

Deno.test("run counts failures in all logs of a jail together, and finds those of its patterns", async () => {
  await using daemon = await startWithTwo();
  const { folder } = daemon;
  const append = appenderTo(daemon);
  daemon.append(failedPassword("203.0.113.5"));
  append("web-1.log", "203.0.113.5");
  append("web-2.log", "203.0.113.5");
  await daemon.heard(/Ban host.*203\.0\.113\.5/);
  ok((await daemon.kernelBans()).has("203.0.113.5"));

  match((await daemon.cli("status")).out, /waiting \(1 of 4\)/);
  match(
    (await daemon.cli("status", "sshd")).out,
    /later\/\*\.log\nState +waiting: no file matches/,
  );

  Deno.mkdirSync(`${folder}/later`);
  append("later/new.log", "203.0.113.6");
  append("later/new.log", "203.0.113.6");
  append("web-1.log", "203.0.113.6");
  await daemon.heard(/Ban host.*203\.0\.113\.6/);

  // What was written before the log was found counts: it is read from its first byte.
  append("web-3.log", "203.0.113.7");
  append("web-3.log", "203.0.113.7");
  append("web-3.log", "203.0.113.7");
  await daemon.heard(/Ban host.*203\.0\.113\.7/);
  await until(
    "every log is watched",
    async () => /sshd +watching /.test((await daemon.cli("status")).out),
  );
});

Deno.test("run lets a log go that was removed, and counts no line twice when a log gets a name that a pattern fits as well", async () => {
  await using daemon = await startWithTwo();
  const { folder } = daemon;
  const append = appenderTo(daemon);
  append("web-1.log", "203.0.113.5");
  append("web-1.log", "203.0.113.5");
  const failures = async () =>
    JSON.parse((await daemon.cli("status", "sshd", "--json")).out).failed.total;
  await until("both failures are counted", async () => await failures() === 2);
  Deno.renameSync(`${folder}/web-1.log`, `${folder}/web-before.log`);
  append("web-1.log", "203.0.113.6");
  Deno.removeSync(`${folder}/web-2.log`);
  await daemon.heard(/Let log file go.*web-2\.log/);
  const open = [...Deno.readDirSync(`/proc/${daemon.pid}/fd`)]
    .map(({ name }) => readLink(`/proc/${daemon.pid}/fd/${name}`));
  ok(open.some((path) => path.includes("web-1.log")));
  ok(!open.some((path) => path.includes("web-2.log")), open.join("\n"));
  // The folder was looked at by now.
  ok(!/web-before\.log/.test(daemon.said()));
  append("web-1.log", "203.0.113.6");
  append("web-1.log", "203.0.113.6");
  await daemon.heard(/Ban host.*203\.0\.113\.6/);
  ok(!/Ban host.*203\.0\.113\.5/.test(daemon.said()));
  match((await daemon.cli("status")).out, /waiting \(1 of 3\)/);
});

/** @returns where a link of /proc leads; nowhere, if that was closed meanwhile */
function readLink(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}
