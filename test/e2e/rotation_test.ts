/**
 * Debian's logrotate at work in all its usual ways, up to five times a second, while 5,000 lines a second are written:
 * the daemon counts every line once.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { dirname } from "node:path/posix";
import { gunzipSync } from "node:zlib";
import { startDaemon, type TestDaemon, until } from "../support/daemon.ts";
import { isFile } from "../support/is_file.ts";
import { lineOf, RotatedLog } from "../support/rotated_log.ts";
import { runText } from "../support/run.ts";

const LOGROTATE = "/usr/sbin/logrotate";
const SECONDS = 30;
/** In all logs together: ten times as many failing hosts a second keep the state from being stored in time. */
const LINES_A_SECOND = 5_000;
const ROTATE_EVERY_MS = 200;
const WRITE_EVERY_MS = 10;
/** Slow ways are gone once a second, the others five times. */
const SLOW_EVERY = 5;
/** Of a failure's time, as it is stored. */
const TIME_BYTES = 4;

/** Of logrotate, by the jail that reads a log which is rotated so. The program creates its log where logrotate does not. */
const WAYS: Readonly<Record<string, string>> = {
  create: "rotate 999\ncreate 0640 root root",
  copytruncate: "rotate 999\ncopytruncate",
  nocreate: "rotate 999\nnocreate",
  compress: "rotate 999\ncreate 0640 root root\ncompress",
  delaycompress: "rotate 999\ncreate 0640 root root\ncompress\ndelaycompress",
  delete: "rotate 0\nnocreate",
  move: "rotate 999\ncreate 0640 root root\nsharedscripts\npostrotate\n" +
    "mv @FOLDER@/app.log.1 @FOLDER@/../moved/$(date +%s%N)\nendscript",
  dateext:
    "rotate 999\ncreate 0640 root root\ndateext\ndateformat -%Y%m%d-%s\ncompress",
};

/** All ways share the lines; `FAIL2DENO_ROTATIONS=create,delete` gives these alone all of them. */
const NAMES = Deno.env.get("FAIL2DENO_ROTATIONS")?.split(",") ??
  Object.keys(WAYS);

/** What is removed or moved away while the daemon gets no time cannot be read; dates in names have seconds. */
const SLOW: readonly string[] = ["delete", "move", "dateext"];

/** A host has one line; three would ban it. */
const CONFIG = `max_tracked = 262144
[defaults]
mode = "simulate"
max_retry = 3
find_time = "1h"
filter = ['^ \\S+ app\\[\\d+\\]: failed from <HOST>$']
` + NAMES.map((name) =>
  `[jail.${name}]\nlog_path = "@DIR@/logs/${name}/app.log"\n`
).join("");

Deno.test({
  name: "run counts every line once when logrotate rotates its logs",
  ignore: !isFile(LOGROTATE),
  fn: async () => {
    await using daemon = await startDaemon({
      config: CONFIG,
      files: Object.fromEntries(
        NAMES.map((name) => [`logs/${name}/app.log`, ""]),
      ),
    });
    Deno.mkdirSync(`${daemon.folder}/logs/moved`);
    using stack = new DisposableStack();
    const logs = new Map(NAMES.map((name) => {
      const path = `${daemon.folder}/logs/${name}/app.log`;
      return [name, stack.use(new RotatedLog(path))] as const;
    }));
    const rotations = await writeAndRotate(daemon, [...logs.values()]);
    ok(rotations >= SECONDS, `only ${rotations} rotations`);
    const counted = await countLines(daemon);
    const found = NAMES.map((name) =>
      judge(name, logs.get(name), counted.get(name))
    );
    for (const way of found) console.log(JSON.stringify(way));
    for (const way of found) {
      deepStrictEqual(
        { lost: way.lost, doubled: way.doubled, foreign: way.foreign },
        { lost: 0, doubled: 0, foreign: 0 },
        `${way.name}: ${JSON.stringify(way)}`,
      );
    }
  },
});

/** @returns how often all logs were rotated */
async function writeAndRotate(
  { folder }: TestDaemon,
  logs: readonly RotatedLog[],
): Promise<number> {
  const all = writeRotation(`${folder}/all.conf`, NAMES);
  const others = NAMES.filter((name) => !SLOW.includes(name));
  const most = writeRotation(`${folder}/most.conf`, others);
  const linesASecond = LINES_A_SECOND / logs.length;
  const startMs = performance.now();
  const secondsSoFar = () => (performance.now() - startMs) / 1000;
  const writing = setInterval(() => {
    const count = Math.min(SECONDS, secondsSoFar()) * linesASecond;
    for (const log of logs) log.writeUpTo(Math.floor(count));
  }, WRITE_EVERY_MS);
  let rotations = 0;
  try {
    while (secondsSoFar() < SECONDS) {
      const next = sleep(ROTATE_EVERY_MS);
      const config = rotations++ % SLOW_EVERY === 0 ? all : most;
      await runText(LOGROTATE, ["-f", "-s", `${folder}/rotated`, config]);
      await next;
    }
  } finally {
    clearInterval(writing);
  }
  for (const log of logs) log.writeUpTo(SECONDS * linesASecond);
  return rotations;
}

/** @returns the path of what logrotate is told */
function writeRotation(path: string, names: readonly string[]): string {
  const folder = `${dirname(path)}/logs`;
  const text = names.map((name) =>
    `${folder}/${name}/app.log {\n${WAYS[name]}\nmissingok\n}\n`
      .replaceAll("@FOLDER@", `${folder}/${name}`)
  ).join("");
  Deno.writeTextFileSync(path, text, { mode: 0o644 });
  return path;
}

/** @returns for each jail how often each line was counted, by its number, once no more are */
async function countLines(
  daemon: TestDaemon,
): Promise<Map<string, Map<number, number>>> {
  let before = -1;
  await until("all is read", async () => {
    await sleep(1500);
    const now = await countFailures(daemon);
    const isQuiet = now === before;
    before = now;
    return isQuiet;
  });
  // At its end all that is not stored yet is.
  await daemon.kill("SIGTERM");
  using database = new DatabaseSync(`${daemon.folder}/state/state.db`, {
    readOnly: true,
  });
  return readCounts(database);
}

async function countFailures(daemon: TestDaemon): Promise<number> {
  return JSON.parse((await daemon.cli("stats", "--json")).out).failures;
}

function readCounts(
  database: DatabaseSync,
): Map<string, Map<number, number>> {
  const counted = new Map<string, Map<number, number>>();
  const rows = database.prepare(
    "SELECT name, host, times FROM failure JOIN jail ON jail.id = failure.jail",
  ).iterate() as IterableIterator<FailureRow>;
  for (const { name, host, times } of rows) {
    const lines = counted.get(name) ?? new Map<number, number>();
    const line = new DataView(host.buffer, host.byteOffset).getUint32(12);
    counted.set(name, lines.set(line & 0xffffff, times.length / TIME_BYTES));
  }
  return counted;
}

/** As it is stored. */
interface FailureRow {
  readonly name: string;
  readonly host: Uint8Array;
  readonly times: Uint8Array;
}

interface Judgement {
  readonly name: string;
  readonly written: number;
  readonly counted: number;
  /** Lines that are in some file, or were, and were not counted. */
  readonly lost: number;
  /** Lines counted more than once. */
  readonly doubled: number;
  /** Lines that nobody wrote. */
  readonly foreign: number;
  /** Lines that are in no file: cut off between copying and truncating, or written to one that was packed just then. */
  readonly cutOff: number;
}

function judge(
  name: string,
  log: RotatedLog | undefined,
  counted: ReadonlyMap<number, number> = new Map(),
): Judgement {
  ok(log);
  const { path, written } = log;
  const held = name === "delete"
    ? Array.from({ length: written }, (_, line) => line)
    : readHeld(path);
  return {
    name,
    written,
    counted: counted.size,
    lost: held.filter((line) => !counted.has(line)).length,
    doubled: [...counted.values()].filter((count) => count > 1).length,
    foreign: [...counted.keys()].filter((line) => line >= written).length,
    cutOff: written - held.length,
  };
}

/** @returns the numbers of the lines that a log and all that it was rotated to hold */
function readHeld(path: string): readonly number[] {
  const folder = dirname(path);
  const moved = `${dirname(folder)}/moved`;
  const held = new Set<number>();
  for (const each of [folder, ...path.includes("/move/") ? [moved] : []]) {
    for (const { name } of Deno.readDirSync(each)) {
      const bytes = Deno.readFileSync(`${each}/${name}`);
      const text = new TextDecoder().decode(
        name.endsWith(".gz") ? gunzipSync(bytes) : bytes,
      );
      for (const [, host = ""] of text.matchAll(/ failed from (\S+)\n/g)) {
        held.add(lineOf(host));
      }
    }
  }
  return [...held];
}

function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
