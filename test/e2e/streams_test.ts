/**
 * Lines that stand in no file: standard input, a named pipe, a command. The configurations are those of docs/sources.md.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { startDaemon, syslogTime, until } from "../support/daemon.ts";
import { createNetwork } from "../support/netns.ts";
import { runText } from "../support/run.ts";

const DOCS = Deno.readTextFileSync(
  new URL("../../docs/sources.md", import.meta.url),
);

/** @returns the example below that heading of docs/sources.md, with a threshold of two */
function example(heading: string): string {
  const [, section = ""] = DOCS.split(`\n## ${heading}\n`);
  const [, toml = ""] = /```toml\n([^]*?)```/.exec(section) ?? [];
  ok(toml !== "", `docs/sources.md has no example for "${heading}"`);
  return `${toml}max_retry = 2\n`;
}

function failedLogin(host: string): string {
  return `${
    syslogTime(new Date())
  } box app[4]: login of root failed, client ${host}\n`;
}

Deno.test("run bans by what comes on standard input, and gives the shell up", async () => {
  await using network = await createNetwork();
  const folder = Deno.makeTempDirSync();
  try {
    const input = `${folder}/input`;
    strictEqual((await runText("mkfifo", [input])).code, 0);
    const { namespace } = network.server;
    await using daemon = await startDaemon({
      config: example("Standard input"),
      namespace,
      // Open for both, so that the shell waits for no writer.
      enter: [
        ...["sh", "-c", 'input=$1; shift; exec "$@" <>"$input"', "sh", input],
        ...["ip", "netns", "exec", namespace],
      ],
    });
    await Deno.writeTextFile(input, failedLogin("203.0.113.5").repeat(2));
    await daemon.heard(/Ban host host=203\.0\.113\.5/);
    deepStrictEqual([...(await daemon.kernelBans("app")).keys()], [
      "203.0.113.5",
    ]);
    match((await daemon.cli("status", "app")).out, /standard input/);
    ok(!(await daemon.cli("permissions")).out.includes("/bin/sh"));
    strictEqual(await daemon.kill("SIGTERM"), 0);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("run bans by what comes through a named pipe, and finds the pipe in place of a file", async () => {
  await using daemon = await startDaemon({
    config: example("A named pipe").replace("/run/app", "@DIR@"),
    files: { "log.pipe": "" },
  });
  const pipe = `${daemon.folder}/log.pipe`;
  Deno.removeSync(pipe);
  strictEqual((await runText("mkfifo", [pipe])).code, 0);
  await daemon.heard(/Watch named pipe/);
  // Two writers, one after the other.
  await Deno.writeTextFile(pipe, failedLogin("203.0.113.6"));
  await Deno.writeTextFile(pipe, failedLogin("203.0.113.6"));
  await daemon.heard(/Ban host host=203\.0\.113\.6/);
  ok((await daemon.kernelBans("app")).has("203.0.113.6"));
  strictEqual((await daemon.cli("check")).code, 0);
  strictEqual(await daemon.kill("SIGTERM"), 0);
});

Deno.test("run bans by what a command prints, runs it again, and ends it at a reload", async () => {
  const jail = example("Standard input").replace(
    'source = "-"',
    'log_command = ["tail", "-n", "0", "-f", "@LOG@"]',
  );
  const other = '[jail.other]\nlog_path = "@LOG@"\nfilter = ["x <HOST>"]\n';
  await using daemon = await startDaemon({ config: jail + other });
  const commands = async () =>
    (await runText("pgrep", ["-f", `tail -n 0 -f ${daemon.logFile}`]))
      .out.split("\n").filter((line) => line !== "");
  const isUp = async () => (await commands()).length === 1;
  await until("the command runs", isUp);
  await pause(200);
  daemon.append(failedLogin("203.0.113.7").repeat(2));
  await daemon.heard(/Ban host host=203\.0\.113\.7/);
  ok((await daemon.kernelBans("app")).has("203.0.113.7"));
  match((await daemon.cli("permissions")).out, /log_command of jail app/);

  const [first = ""] = await commands();
  Deno.kill(Number(first), "SIGKILL");
  await daemon.heard(/Log command ended.*reason="killed by SIGKILL" seconds=1/);
  await until(
    "it runs again",
    async () => await isUp() && !(await commands()).includes(first),
  );
  await pause(200);
  daemon.append(failedLogin("203.0.113.8").repeat(2));
  await daemon.heard(/Ban host host=203\.0\.113\.8/);

  const text = Deno.readTextFileSync(daemon.configFile);
  Deno.writeTextFileSync(
    daemon.configFile,
    text.replace("[jail.app]\n", "[jail.app]\nenabled = false\n"),
  );
  const reload = await daemon.cli("reload");
  strictEqual(reload.code, 0, reload.err);
  await until(
    "the command is gone",
    async () => (await commands()).length === 0,
  );
  Deno.writeTextFileSync(daemon.configFile, text);
  strictEqual((await daemon.cli("reload")).code, 0);
  await until("the command runs", isUp);
  strictEqual(await daemon.kill("SIGTERM"), 0);
  deepStrictEqual(await commands(), []);
});

Deno.test("run answers, and stays small, while a command floods it and writes a line without an end", async () => {
  await using daemon = await startDaemon({
    config: example("Standard input").replace(
      'source = "-"',
      `log_command = "yes '${failedLogin("x").trim()}' & cat /dev/zero >&2"`,
    ),
  });
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    await pause(500);
    const begin = performance.now();
    strictEqual((await daemon.cli("status")).code, 0);
    times.push(performance.now() - begin);
  }
  const status = Deno.readTextFileSync(`/proc/${daemon.pid}/status`);
  const megabytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  const worst = Math.max(...times);
  console.log(
    `status ${worst.toFixed()} ms at most, ${megabytes.toFixed()} MB`,
  );
  ok(worst < 5000, `${times}`);
  ok(megabytes < 300, `${megabytes} MB`);
  strictEqual(await daemon.kill("SIGTERM"), 0);
});

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
