import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type * as z from "zod/mini";
import { COMMANDS } from "../../src/cli/commands.ts";
import { ANSWERS } from "../../src/control/answers.ts";
import { EXPORTED, SHAPES, STOPPED_SHAPES } from "../cli/json_shapes.ts";
import {
  failedPassword,
  LAUNCHER,
  startDaemon,
  type TestDaemon,
} from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const FILES: Readonly<Record<string, string>> = {
  "fail2ban/fail2ban.conf": "[Definition]\nloglevel = INFO\n",
  "fail2ban/jail.local":
    "[app]\nenabled = true\nfilter = app\nlogpath = /var/log/app.log\n",
  "fail2ban/filter.d/app.conf": "[Definition]\nfailregex = from <HOST>$\n",
};

function fill(daemon: TestDaemon, words: readonly string[]): string[] {
  const { folder, logFile } = daemon;
  const paths: Readonly<Record<string, string>> = {
    "{log}": logFile,
    "{fail2ban}": `${folder}/fail2ban`,
    "{action}": `${folder}/actions/tell.ts`,
    "{export}": `${folder}/state.jsonl`,
  };
  return words.map((word) => paths[word] ?? word);
}

async function hold(
  daemon: TestDaemon,
  words: readonly string[],
  shape: z.ZodMiniType,
): Promise<void> {
  const { out, err } = await daemon.cli(...fill(daemon, words), "--json");
  ok(out !== "", `${words.join(" ")}: ${err}`);
  const { error } = shape.safeParse(JSON.parse(out));
  strictEqual(
    error,
    undefined,
    `${words.join(" ")}: ${error?.message}\n${out}`,
  );
}

Deno.test("each command prints JSON of the shape that docs/commands.md tells", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL, files: FILES });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host/);
  Deno.mkdirSync(`${daemon.folder}/actions`);
  const made = await daemon.cli(
    ...["action", "new", "tell", `${daemon.folder}/actions`, "--json"],
  );
  strictEqual(made.code, 0, made.err);
  deepStrictEqual(Object.keys(JSON.parse(made.out)), ["path"]);
  for (const [words, shape] of SHAPES) await hold(daemon, words, shape);
  const exported = await daemon.cli("db", "export");
  for (const line of exported.out.trimEnd().split("\n")) {
    ok(EXPORTED.safeParse(JSON.parse(line)).success, line);
  }
  Deno.writeTextFileSync(`${daemon.folder}/state.jsonl`, exported.out);
  await daemon.kill("SIGTERM");
  for (const [words, shape] of STOPPED_SHAPES) await hold(daemon, words, shape);
});

Deno.test("events --json and status --watch --json print one object a line", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  for (
    const [words, shape] of [
      [["events"], ANSWERS.ControlEvent],
      [["status", "--watch", "--interval", "0.1"], ANSWERS.DaemonStatus],
    ] as const
  ) {
    const child = new Deno.Command(LAUNCHER, {
      args: [...words, "--json", "-c", daemon.configFile],
      stdout: "piped",
    }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    let text = "";
    const more = lines.read();
    let isThere = false;
    void more.then(() => isThere = true);
    while (!isThere) {
      daemon.append(failedPassword("203.0.113.4"));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    text += (await more).value ?? "";
    child.kill("SIGTERM");
    for (;;) {
      const { value, done } = await lines.read();
      if (done) break;
      text += value;
    }
    strictEqual((await child.status).code, 0);
    for (const line of text.trimEnd().split("\n")) {
      ok(shape.safeParse(JSON.parse(line)).success, line);
    }
  }
});

Deno.test("every command that takes --json has its shape held", () => {
  const held = new Set(
    [...SHAPES, ...STOPPED_SHAPES].map(([[name = ""]]) => name),
  );
  for (const { name, json } of COMMANDS) {
    ok(json === undefined || held.has(name) || name === "events", name);
  }
});
