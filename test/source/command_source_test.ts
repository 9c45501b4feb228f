import assert from "node:assert/strict";
import { createCommandSource } from "../../src/source/command_source.ts";
import { until } from "../support/daemon.ts";
import { isThere } from "../support/is_there.ts";
import { runSource } from "./stream_fixture.ts";
import { withFolder } from "./tail_fixture.ts";

function run(command: string | readonly string[], firstRetryMs = 60_000) {
  return runSource((log) =>
    createCommandSource({ path: "command:x", command, log, firstRetryMs })
  );
}

Deno.test("createCommandSource() hands words on without a shell's eye on them", async () => {
  await using running = await run([
    "printf",
    "%s\\n",
    "$(echo a) b",
    ";exit 3",
    "'",
    "-c",
  ]);
  const expected = "$(echo a) b\n;exit 3\n'\n-c\n";
  await until("it is read", () => running.text === expected);
});

Deno.test("createCommandSource() has the shell read a text, in an empty environment", async () => {
  Deno.env.set("F2D_SECRET", "x");
  await using running = await run("env | cut -d= -f1 | sort | grep -v PWD");
  Deno.env.delete("F2D_SECRET");
  await until("it has ended", () => running.said.length > 1);
  assert.deepEqual(
    running.text.split("\n").filter((name) => !/^(_|SHLVL|)$/.test(name)),
    ["LC_ALL", "PATH"],
  );
});

Deno.test("createCommandSource() runs a command again that ended, later each time, and says why it ended", async () => {
  await using running = await run("echo line; printf half; exit 3", 20);
  const ends = () =>
    running.said.filter(({ message }) =>
      message === "Log command ended, run it again"
    ).map(({ fields }) => fields);
  await until("it ended three times", () => ends().length >= 3);
  assert.deepEqual(
    ends().slice(0, 3).map(({ reason, seconds }) => [reason, seconds]),
    [["exit code 3", 0.02], ["exit code 3", 0.04], ["exit code 3", 0.08]],
  );
  assert.ok(running.text.startsWith("line\nhalfline\nhalfline\nhalf"));
  assert.equal(running.source.describe().reason, "exit code 3");
});

Deno.test("createCommandSource() tells of a program that is not there", async () => {
  await using running = await run(["/nowhere/program"]);
  await until(
    "it has ended",
    () => running.source.describe().state === "failed",
  );
  assert.equal(running.source.describe().reason, "exit code 127");
  const { fields } =
    running.said.find(({ message }) => message === "Log command says") ?? {};
  assert.match(String(fields?.line), /not found/);
});

Deno.test("createCommandSource() kills all that a command started when it is stopped", async () => {
  await withFolder(async (folder) => {
    const running = await run(
      `sleep 1000 & echo $! >${folder}/a; sleep 1000 & echo $! >${folder}/b; echo up; wait`,
    );
    await until("it runs", () => running.text === "up\n");
    const processes = ["a", "b"].map((name) =>
      `/proc/${Deno.readTextFileSync(`${folder}/${name}`).trim()}/cwd`
    );
    assert.deepEqual(processes.map(isThere), [true, true]);
    await running.source.stop();
    await until("they are gone", () => !processes.some(isThere));
    assert.equal(running.source.describe().state, "stopped");
  });
});

Deno.test("createCommandSource() says ten lines of standard error at most, and reads all of it", async () => {
  await using running = await run(
    "i=0; while [ $i -lt 20000 ]; do echo noise $i; i=$((i+1)); done >&2; echo done",
  );
  await until("it is through", () => running.text === "done\n");
  await until(
    "it has ended",
    () => running.source.describe().state === "failed",
  );
  const lines = running.said.filter(({ message }) =>
    message === "Log command says"
  );
  assert.ok(lines.length >= 10 && lines.length <= 12, `${lines.length}`);
  assert.equal(lines[0]?.fields.line, "noise 0");
});

Deno.test("createCommandSource() holds a bounded part of a line without an end, and lets timers run in a flood", async () => {
  await using running = await run(
    "head -c 20000000 /dev/zero | tr '\\0' x; echo; echo after; yes flood",
  );
  await until("the line after it is read", () => running.text.length > 1e6);
  assert.ok(running.text.startsWith("after\nflood\n"));
  assert.equal(running.source.describe().overlongLines, 1);
  const begin = performance.now();
  let turns = 0;
  while (performance.now() - begin < 500) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    turns++;
  }
  assert.ok(turns > 1, `${turns} turns in half a second`);
});
