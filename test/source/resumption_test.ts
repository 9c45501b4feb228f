/**
 * Logs that were rotated and packed while nobody read, by Debian's logrotate: what is left is read once and in order.
 *
 * @module
 */

import assert from "node:assert/strict";
import { isFile } from "../support/is_file.ts";
import { runText } from "../support/run.ts";
import {
  append,
  readAndStop,
  sleep,
  waitUntil,
  withFolder,
  withTail,
} from "./tail_fixture.ts";

const LOGROTATE = "/usr/sbin/logrotate";
const ZSTD = "/usr/bin/zstd";

/** What logrotate is told, each with the names that come of three rotations. */
const WAYS = [
  { name: "compress", text: "compress", ends: [".1.gz", ".2.gz", ".3.gz"] },
  {
    name: "delaycompress",
    text: "compress\ndelaycompress",
    ends: [".1", ".2.gz", ".3.gz"],
  },
  {
    name: "zstd",
    text: `compress\ncompresscmd ${ZSTD}\ncompressext .zst\n` +
      "compressoptions -q",
    ends: [".1.zst", ".2.zst", ".3.zst"],
  },
  {
    name: "copytruncate",
    text: "copytruncate",
    ends: [".1", ".2", ".3"],
  },
  {
    name: "copytruncate and compress",
    text: "copytruncate\ncompress",
    ends: [".1.gz", ".2.gz", ".3.gz"],
  },
  {
    name: "dateext and compress",
    text: "compress\ndateext\ndateformat -%Y%m%d-%s",
    ends: undefined,
  },
] as const;

for (const { name, text, ends } of WAYS) {
  for (const rotations of [1, 2, 3]) {
    Deno.test({
      name:
        `createTail() does go on behind ${rotations} rotations with ${name} while it was down`,
      ignore: !isFile(LOGROTATE) || !isFile(ZSTD),
      fn: () =>
        withFolder(async (folder) => {
          const path = `${folder}/a.log`;
          append(path, "one\ntwo\n");
          const resumeAt = await readAndStop(path, "one\ntwo\n");
          append(path, "three\n");
          let wanted = "three\n";
          for (let rotation = 1; rotation <= rotations; rotation++) {
            await rotate(path, text);
            const line = `behind rotation ${rotation}\n`;
            append(path, line);
            wanted += line;
          }
          const names = listOthers(path);
          assert.equal(names.length, rotations);
          if (ends) {
            assert.deepEqual(
              names,
              ends.slice(0, rotations).map((end) => `a.log${end}`),
            );
          }
          await withTail(path, { resumeAt }, async ({ expect, chunks }) => {
            await expect(wanted);
            assert.ok(chunks.every(({ isResumed }) => isResumed));
            append(path, "live\n");
            await expect(`${wanted}live\n`);
            assert.equal(chunks.at(-1)?.isResumed, false);
          });
        }),
    });
  }
}

Deno.test("createTail() does go on in a packed file at any line where an earlier run was killed in it", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "first\n");
    let resumeAt = await readAndStop(path, "first\n");
    let wanted = "";
    for (let line = 0; line < 40_000; line++) wanted += `line ${line}\n`;
    append(path, `${wanted}unended`);
    Deno.renameSync(path, `${path}.1`);
    await pack("gzip", `${path}.1`);
    append(path, "live\n");
    wanted += "unendedlive\n";
    let seen = "";
    while (seen !== wanted) {
      const maxBytesPerTurn = 50_000;
      await withTail(path, { resumeAt, maxBytesPerTurn }, async (run) => {
        await waitUntil(() => run.chunks.length > 0);
        seen += run.text();
        resumeAt = run.positions();
      });
      assert.ok(wanted.startsWith(seen), `handed out ${seen.slice(-200)}`);
    }
  }));

Deno.test("createTail() does read on behind a packed file that is cut short, and say so", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "first\n");
    const resumeAt = await readAndStop(path, "first\n");
    for (let line = 0; line < 10_000; line++) append(path, `line ${line}\n`);
    Deno.renameSync(path, `${path}.1`);
    await pack("gzip", `${path}.1`);
    Deno.truncateSync(`${path}.1.gz`, Deno.statSync(`${path}.1.gz`).size / 2);
    append(path, "live\n");
    await withTail(path, { resumeAt }, async ({ text, records }) => {
      await waitUntil(() => text().endsWith("live\n"));
      assert.match(text(), /^line 0\nline 1\n/);
      const said = records.filter(({ level }) => level === "warn");
      assert.deepEqual(said.map(({ fields }) => fields.reason), [
        "it ends in the middle of the archive",
      ]);
    });
  }));

Deno.test("createTail() does find an empty file's lines when it was rotated and packed since", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "one\n");
    const [former] = await readAndStop(path, "one\n");
    await rotate(path, "create\ncompress");
    const { dev, ino } = Deno.statSync(path);
    const empty = {
      device: dev,
      inode: ino ?? 0,
      offset: 0,
      head: new Uint8Array(0),
    };
    append(path, "two\n");
    await rotate(path, "create\ncompress");
    append(path, "three\n");
    assert.ok(former);
    const resumeAt = [former, empty];
    await withTail(path, { resumeAt }, ({ expect }) => expect("two\nthree\n"));
  }));

Deno.test("createTail() does take a file with the inode of an earlier one for a new file when it begins differently", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "one\ntwo\n");
    const [position] = await readAndStop(path, "one\ntwo\n");
    Deno.renameSync(path, `${path}.1`);
    append(path, "three\nfour\n");
    assert.ok(position);
    const { ino } = Deno.statSync(path);
    // As where a file system gives the number of a removed file to the next one.
    const resumeAt = [{ ...position, inode: ino ?? 0 }];
    append(`${path}.1`, "left\n");
    await withTail(
      path,
      { resumeAt },
      ({ expect }) => expect("left\nthree\nfour\n"),
    );
  }));

/** @returns once all is rotated; a date in a name is another one the next time */
async function rotate(path: string, text: string): Promise<void> {
  if (text.includes("dateext")) {
    const second = Math.floor(Date.now() / 1000);
    // The clock that logrotate reads is a few milliseconds late.
    while (Math.floor(Date.now() / 1000 - 0.1) <= second) await sleep(20);
  }
  const config = `${path}.conf`;
  const rotation = `${path} {\nrotate 9\nmissingok\n${text}\n}\n`;
  Deno.writeTextFileSync(config, rotation, { mode: 0o644 });
  const words = ["-f", "-s", `${path}.status`, config];
  const { code, err } = await runText(LOGROTATE, words);
  Deno.removeSync(config);
  Deno.removeSync(`${path}.status`);
  assert.equal(code, 0, err);
}

/** @returns names of the rotated files */
function listOthers(path: string): readonly string[] {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return Array.from(Deno.readDirSync(folder), ({ name }) => name)
    .filter((name) => name !== "a.log").sort();
}

async function pack(program: string, path: string): Promise<void> {
  assert.equal((await runText(program, [path])).code, 0);
}
