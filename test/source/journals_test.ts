/**
 * The reader with a program in place of journalctl, for what a real one seldom does; test/e2e/journal_test.ts has a real one.
 *
 * @module
 */

import assert from "node:assert/strict";
import { groupByJournal, Journals } from "../../src/source/journals.ts";
import type { Cursor, Source } from "../../src/source/types.ts";
import { SILENT } from "../../src/util/log.ts";
import { exportText } from "./journal_fixture.ts";
import { toText, waitUntil } from "./tail_fixture.ts";

const NOW = 1_763_665_700;

/** A folder with a program in place of journalctl, which notes its arguments, and what came of it. */
interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly lines: string[];
  readonly settled: Cursor[];
  readonly source: Source;
  /** Arguments of each run. */
  runs(): string[];
}

Deno.test("a source reads on behind the last entry when journalctl dies, and leaves out what comes twice", async () => {
  await using scene = await play(`
    case $(wc -l <"$0.runs") in
    1) cat "$0.1"; kill -9 $$ ;;
    2) cat "$0.1" "$0.2"; exit 3 ;;
    *) cat "$0.1" "$0.2" "$0.3"; exec sleep 60 ;;
    esac`);
  await waitUntil(() => scene.lines.length >= 3, () => scene.lines.join());
  assert.deepEqual(scene.lines, ["a: 1", "a: 2", "a: 3"]);
  const starts = scene.runs().map((run) =>
    /--(?:since|cursor)=\S+/.exec(run)?.[0]
  );
  assert.deepEqual(starts, [
    `--since=@${NOW - 600}.000000`,
    `--cursor=${cursorOf(1)}`,
    `--cursor=${cursorOf(2)}`,
  ]);
  assert.deepEqual(
    scene.settled.map(({ cursor }) => cursor),
    [1, 2, 3].map(cursorOf),
  );
});

Deno.test("a source begins at a time where the journal does not know its cursor", async () => {
  await using scene = await play(
    `
    case "$*" in *--cursor*) echo "Failed to seek to cursor" >&2; exit 1 ;; esac
    cat "$0.1" "$0.2"; exec sleep 60`,
    { cursor: cursorOf(1), timeSeconds: NOW - 60 },
  );
  await waitUntil(() => scene.lines.length >= 1, () => scene.runs().join());
  assert.deepEqual(scene.lines, ["a: 2"]);
  assert.match(
    scene.runs()[1] ?? "",
    new RegExp(`--since=@${NOW - 60}.000000`),
  );
});

Deno.test("a source says what is wrong with journalctl, and stops while it waits", async () => {
  await using scene = await play("echo no; echo journal >&2; exit 7");
  const reason = () => scene.source.describe().reason ?? "";
  await waitUntil(() => /exit/.test(reason()), reason);
  assert.equal(scene.source.describe().state, "failed");
  assert.equal(reason(), "exit code 7: journal");
});

Deno.test("a source says that journalctl is not there", async () => {
  await using scene = await play("", undefined, "/nowhere/journalctl");
  const { source } = scene;
  await waitUntil(
    () => source.describe().state === "failed",
    () => "no failure",
  );
  assert.equal(
    source.describe().reason,
    "there is no /nowhere/journalctl, expected systemd's",
  );
});

Deno.test("a source starts anew where the output is no export", async () => {
  await using scene = await play(`
    if [ $(wc -l <"$0.runs") -gt 1 ]; then cat "$0.1"; exec sleep 60; fi
    printf 'MESSAGE\\n\\001\\0\\0\\0\\0\\0\\0\\0xyz\\n'; exec sleep 60`);
  await waitUntil(() => scene.lines.length > 0, () => scene.runs().join());
  assert.deepEqual(scene.lines, ["a: 1"]);
});

Deno.test("a source leaves out what comes again and again, and stops in the midst of a flood", async () => {
  await using scene = await play(`while :; do cat "$0.1" "$0.2" "$0.3"; done`);
  await waitUntil(() => scene.settled.length > 0, () => "nothing");
  await new Promise((resolve) => setTimeout(resolve, 300));
  await scene.source.stop();
  const { length } = scene.settled;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(scene.settled.length, length);
  // Entries that come again are none.
  assert.deepEqual(scene.lines, ["a: 1", "a: 2", "a: 3"]);
});

Deno.test("a source stops a journalctl that hangs", async () => {
  await using scene = await play("trap '' TERM; exec sleep 60");
  await waitUntil(() => scene.runs().length > 0, () => "not started");
  await scene.source.stop();
  assert.equal(scene.source.describe().bytesRead, 0);
});

Deno.test("groupByJournal() joins those who read the same of the same journal", () => {
  const user = (match: string, more = {}) =>
    ({ logBackend: "systemd", journalMatch: [match], ...more }) as const;
  const a = user("A=1 + B=2");
  const same = user("B=2 + A=1");
  const elsewhere = user("A=1 + B=2", { journalPlace: { namespace: "web" } });
  const file = { logBackend: "file", journalMatch: [] } as const;
  const groups = groupByJournal([a, file, same, elsewhere]);
  assert.deepEqual([...groups.values()], [[a, same], [elsewhere]]);
});

async function play(
  script: string,
  resumeAfter?: Cursor,
  program?: string,
): Promise<Scene> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-journals-" });
  const path = `${folder}/journalctl`;
  Deno.writeTextFileSync(
    path,
    `#!/bin/sh\necho "$*" >>"$0.runs"\n${script}\n`,
    { mode: 0o700 },
  );
  for (const number of [1, 2, 3]) {
    Deno.writeFileSync(`${path}.${number}`, entryOf(number));
  }
  const lines: string[] = [];
  const settled: Cursor[] = [];
  const journals = new Journals({
    log: SILENT,
    program: program ?? path,
    onSettled: (_paths, cursor) => settled.push(cursor),
  });
  const source = journals.createSource(
    { logBackend: "systemd", journalMatch: ["A=1"] },
    { resumeAfter, recentSeconds: 600, beginSeconds: NOW },
  );
  await source.start(({ bytes }) =>
    lines.push(...toText(bytes).trimEnd().split("\n"))
  );
  return {
    ...{ folder, lines, settled, source },
    runs: () => readIfThere(`${path}.runs`).split("\n").slice(0, -1),
    async [Symbol.asyncDispose]() {
      await source.stop();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

function entryOf(number: number): Uint8Array {
  return exportText({
    __CURSOR: cursorOf(number),
    __REALTIME_TIMESTAMP: String((NOW - 30 + number) * 1_000_000),
    A: "1",
    SYSLOG_IDENTIFIER: "a",
    MESSAGE: String(number),
  });
}

function cursorOf(number: number): string {
  return `s=aa;i=${number};b=bb;m=${number};t=66129f0558a8${number};x=1`;
}

function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
