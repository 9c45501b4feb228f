import { match, ok } from "node:assert/strict";
import { failedPassword, startDaemon, until } from "../support/daemon.ts";

const JAIL = `[jail.sshd]
log_path = ["@LOG@", "@DIR@/web-*.log", "@DIR@/later/*.log"]
filter = "sshd"
max_retry = 3
`;

Deno.test("run counts failures in all logs of a jail together, and finds those of its patterns", async () => {
  await using daemon = await startDaemon({
    config: JAIL,
    files: { "web-1.log": "", "web-2.log": "" },
  });
  const { folder } = daemon;
  const append = (name: string, host: string) =>
    Deno.writeTextFileSync(`${folder}/${name}`, failedPassword(host), {
      append: true,
    });
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

  append("web-3.log", "203.0.113.7");
  append("web-3.log", "203.0.113.7");
  append("web-3.log", "203.0.113.7");
  ok(!/203\.0\.113\.7/.test(daemon.said()));
  ok((await daemon.cli("reload")).code === 0);
  await daemon.heard(/Ban host.*203\.0\.113\.7/);
  await until(
    "every log is watched",
    async () => /sshd +watching /.test((await daemon.cli("status")).out),
  );
});
