import assert from "node:assert/strict";
import type { Position } from "../../src/source/types.ts";
import {
  append,
  readAndStop,
  toText,
  waitUntil,
  withFolder,
  withTail,
} from "./tail_fixture.ts";

const EPOCH = 1_700_000_000;

/** 50,000 lines, one a second, every third followed by an undated one. */
function makeDatedLines(): string[] {
  const lines: string[] = [];
  for (let second = 0; lines.length < 50_000; second++) {
    lines.push(`${EPOCH + second} Failed password for root\n`);
    if (second % 3 === 0) lines.push(`  undated after ${second}\n`);
  }
  return lines;
}

function isSince(time: number): (line: Uint8Array) => boolean | undefined {
  return (line) => {
    const match = /^(\d{10}) /.exec(toText(line));
    return match ? Number(match[1]) >= time : undefined;
  };
}

Deno.test("createTail() does begin at the first recent line when started with `recent`", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    const lines = makeDatedLines();
    append(path, lines.join(""));
    const wanted = EPOCH + 33_333;
    const first = lines.findIndex((line) => line.startsWith(`${wanted} `));
    const recent = lines.slice(first).join("");
    assert.ok(recent.length > 100_000);
    const start = { recent: isSince(wanted) };
    await withTail(path, { start }, async ({ expect, chunks }) => {
      await expect(recent);
      assert.ok(chunks.every(({ isCatchUp }) => isCatchUp));
      append(path, "live\n");
      await expect(`${recent}live\n`);
      assert.equal(chunks.at(-1)?.isCatchUp, false);
    });
  }));

Deno.test("createTail() does begin at the end when `recent` throws, and say so", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "1700000000 old\n");
    const start = {
      recent: () => {
        throw new Error("no clock");
      },
    };
    await withTail(path, { start }, async ({ expect, records }) => {
      append(path, "live\n");
      await expect("live\n");
      const errors = records.filter(({ level }) => level === "error");
      assert.deepEqual(errors.map(({ fields }) => fields.reason), ["no clock"]);
    });
  }));

Deno.test("createTail() does hand out all there is as catch-up when started at the beginning", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "one\ntwo\nthr");
    const start = "beginning";
    await withTail(path, { start }, async ({ expect, chunks }) => {
      await expect("one\ntwo\n");
      append(path, "ee\n");
      await expect("one\ntwo\nthree\n");
      assert.deepEqual(chunks.map((chunk) => chunk.isCatchUp), [true, false]);
    });
  }));

Deno.test("createTail() does hand a line out whole when its first half was there before", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "old\nfirst half");
    await withTail(path, { start: "end" }, async ({ expect }) => {
      append(path, " and second\n");
      await expect("first half and second\n");
    });
  }));

Deno.test("createTail() does read a file that comes later from its beginning, not as catch-up", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    const start = { recent: () => false };
    await withTail(path, { start }, async ({ expect, chunks }) => {
      append(`${folder}/made`, "one\ntwo\n");
      Deno.renameSync(`${folder}/made`, path);
      await expect("one\ntwo\n");
      assert.equal(chunks[0]?.isCatchUp, false);
    });
  }));

Deno.test("createTail() does go on where an earlier run stopped", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "one\ntwo\n");
    const resumeAt = await readAndStop(path, "one\ntwo\n");
    append(path, "three\n");
    await withTail(path, { resumeAt }, async ({ expect, chunks }) => {
      await expect("three\n");
      assert.equal(chunks[0]?.isCatchUp, true);
      assert.equal(chunks[0]?.isResumed, true);
      append(path, "four\n");
      await expect("three\nfour\n");
      assert.equal(chunks.at(-1)?.isResumed, false);
    });
  }));

Deno.test("createTail() does read what was rotated away since an earlier run stopped, the oldest first", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "one\ntwo\n");
    const resumeAt = await readAndStop(path, "one\ntwo\n");
    append(path, "three\n");
    Deno.renameSync(path, `${folder}/a.log.2`);
    append(`${folder}/a.log.1`, "four\n");
    append(path, "five\n");
    // Neither of them ever was this log.
    append(`${folder}/a.log.pos`, "not a line\n");
    append(`${folder}/a.log.3.gz`, "not text\n");
    await withTail(path, { resumeAt }, async ({ expect, chunks }) => {
      await expect("three\nfour\nfive\n");
      assert.ok(chunks.every(({ isResumed }) => isResumed));
      append(`${folder}/a.log.1`, "late\n");
      append(path, "six\n");
      await expect("three\nfour\nfive\nlate\nsix\n");
    });
  }));

Deno.test("createTail() does resume in both files when an earlier run stopped during a rotation", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "one\n");
    const [former] = await readAndStop(path, "one\n");
    append(path, "two\n");
    Deno.renameSync(path, `${folder}/a.log.1`);
    append(path, "three\n");
    const [current] = await readAndStop(path, "three\n");
    append(path, "four\n");
    assert.ok(former && current);
    const resumeAt = [former, current];
    await withTail(path, { resumeAt }, ({ expect }) => expect("two\nfour\n"));
  }));

Deno.test("createTail() does begin anew in a file that was truncated and written again since", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "one\n");
    const resumeAt = await readAndStop(path, "one\n");
    Deno.writeTextFileSync(path, "another one\n");
    const start = "beginning";
    await withTail(path, { start, resumeAt }, async ({ expect, chunks }) => {
      await expect("another one\n");
      assert.equal(chunks[0]?.isResumed, false);
    });
  }));

Deno.test("createTail() does begin as configured when the place to resume is in another file or behind the end", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "one\n");
    const { dev, ino } = Deno.statSync(path);
    const inode = ino ?? 0;
    const head = new TextEncoder().encode("one\n");
    const start = "beginning";
    const elsewhere: Position[] = [
      { device: dev, inode: inode + 1, offset: 4, head },
      { device: dev + 1, inode, offset: 4, head },
      { device: dev, inode, offset: 5, head },
    ];
    for (const position of elsewhere) {
      const resumeAt = [position];
      await withTail(path, { start, resumeAt }, async ({ expect, tail }) => {
        await expect("one\n");
        await waitUntil(() => tail.describe().state === "watching");
      });
    }
  }));
