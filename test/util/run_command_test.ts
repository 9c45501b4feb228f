import { strict as assert } from "node:assert";

import { runCommand } from "../../src/util/run_command.ts";

const OPTIONS = {
  shell: "/bin/sh",
  env: { IP: "192.0.2.7" },
  deadlineMs: 60_000,
  outputLimit: 100,
};

Deno.test("runCommand() gives a command nothing but its own environment", async () => {
  Deno.env.set("ACT_TEST_SECRET", "1");
  const { status, output } = await runCommand("env; pwd; cat", OPTIONS);
  Deno.env.delete("ACT_TEST_SECRET");
  assert.equal(status, "ok");
  const lines = output.trim().split("\n")
    .filter((line) => !/^(PWD|OLDPWD|SHLVL|_)=/.test(line));
  assert.deepEqual(
    lines.sort(),
    [
      "/",
      "IP=192.0.2.7",
      "LC_ALL=C",
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ].sort(),
  );
});

Deno.test("runCommand() tells how a command failed, errors first", async () => {
  const failed = await runCommand("echo out; echo err >&2; exit 3", OPTIONS);
  assert.deepEqual(failed, {
    status: "failed",
    code: 3,
    message: "exit code 3",
    output: "err\nout\n",
  });
  const killed = await runCommand("kill -9 $$", OPTIONS);
  assert.equal(killed.status, "failed");
  assert.equal(killed.message, "killed by SIGKILL");
  const shell = "/nonexistent/sh";
  const { status } = await runCommand("true", { ...OPTIONS, shell });
  assert.equal(status, "not started");
});

Deno.test("runCommand() keeps the start of long output and reads it all", async () => {
  const command =
    "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done";
  const { status, output } = await runCommand(command, OPTIONS);
  assert.equal(status, "ok");
  assert.equal(output, "0123456789\n".repeat(10).slice(0, 100));
});

Deno.test("runCommand() kills a command and its children at the deadline", async () => {
  const folder = await Deno.makeTempDir();
  const command = `(sleep 30; :) & echo $! > ${folder}/pid; sleep 30; :`;
  const outcome = await runCommand(command, { ...OPTIONS, deadlineMs: 300 });
  assert.equal(outcome.status, "timed out");
  assert.equal(outcome.message, "no end after 0.3 s, killed");
  const pid = (await Deno.readTextFile(`${folder}/pid`)).trim();
  assert.match(pid, /^\d+$/);
  // Its new parent may not have buried it yet.
  const state = await Deno.readTextFile(`/proc/${pid}/stat`)
    .catch(() => "gone) Z");
  assert.match(state, /\) [ZX]/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runCommand() does not wait for what a command leaves behind", async () => {
  const started = Date.now();
  const { status, output } = await runCommand("sleep 20 & echo $!", OPTIONS);
  assert.equal(status, "ok");
  assert(Date.now() - started < 15_000);
  Deno.kill(Number(output), "SIGKILL");
});
