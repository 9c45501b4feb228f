/**
 * From the start of the program to a log that is watched, and to a daemon that answers; beside it the runtime alone.
 *
 *     deno task bench:start
 *     FAIL2DENO_PROGRAM=dist/fail2deno-0.1.0-linux-x86_64 deno task bench:start     the portable file
 *
 * Each start finds an empty state folder and a namespace without a table of ours. The first one, which may unpack, is not
 * counted.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import { formatTable } from "../../src/cli/table.ts";
import { LAUNCHER } from "../support/daemon.ts";
import { enterNamespace, percentile } from "./support.ts";

const STARTS = 15;
const GOAL_MS = 300;

/** Milliseconds. */
interface Start {
  readonly watching: number;
  readonly answering: number;
}

(await enterNamespace()).close();
const folder = Deno.makeTempDirSync({ prefix: "fail2deno-bench-" });
const config = `${folder}/config.toml`;
Deno.writeTextFileSync(`${folder}/auth.log`, "");
Deno.writeTextFileSync(`${folder}/empty.js`, "");
Deno.writeTextFileSync(
  config,
  `[global]
state_dir = "${folder}/state"
socket_path = "${folder}/run/control.sock"
[jail.sshd]
log_path = "${folder}/auth.log"
`,
);

await start();
const starts: Start[] = [];
const alone: number[] = [];
for (let i = 0; i < STARTS; i++) {
  alone.push(await startRuntime());
  starts.push(await start());
}
Deno.removeSync(folder, { recursive: true });
const watching = report();
Deno.exit(watching <= GOAL_MS ? 0 : 1);

async function start(): Promise<Start> {
  const begin = performance.now();
  const child = new Deno.Command(LAUNCHER, {
    args: ["run", "-c", config],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let text = "";
  let watching = NaN;
  let answering = NaN;
  for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
    text += part;
    const now = performance.now() - begin;
    if (Number.isNaN(watching) && text.includes("Watch log file")) {
      watching = now;
    }
    if (Number.isNaN(answering) && text.includes("Daemon started jails=sshd")) {
      answering = now;
      child.kill("SIGTERM");
    }
  }
  const { success } = await child.status;
  ok(success && watching <= answering, text);
  Deno.removeSync(`${folder}/state`, { recursive: true });
  return { watching, answering };
}

async function startRuntime(): Promise<number> {
  const begin = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-config", `${folder}/empty.js`],
  }).output();
  ok(success);
  return performance.now() - begin;
}

/** @returns the median */
function report(): number {
  const row = (what: string, times: readonly number[]) => {
    const sorted = times.toSorted((a, b) => a - b);
    const show = (part: number) => percentile(sorted, part).toFixed(0);
    return [what, show(0), show(0.5), show(1)];
  };
  const watching = starts.map((one) => one.watching);
  console.log(
    `${STARTS} starts, milliseconds; the goal is ${GOAL_MS} to watching\n` +
      formatTable(["UNTIL", "LEAST", "MEDIAN", "MOST"], [
        row("the log is watched", watching),
        row("the socket answers", starts.map((one) => one.answering)),
        row("the runtime alone runs nothing and ends", alone),
      ]),
  );
  return percentile(watching.toSorted((a, b) => a - b), 0.5);
}
