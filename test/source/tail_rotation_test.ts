import assert from "node:assert/strict";
import type { Position } from "../../src/source/types.ts";
import {
  append,
  sleep,
  toBytes,
  waitUntil,
  WAKES,
  withFolder,
  withNewLog,
  withTail,
  writeAll,
} from "./tail_fixture.ts";

for (const { name, ...wake } of WAKES) {
  Deno.test(`createTail() does read the old file to its end when it was renamed and woken by ${name}`, () =>
    withFolder(async (folder) => {
      const path = `${folder}/a.log`;
      append(path, "");
      await withTail(path, wake, async ({ expect, tail, chunks }) => {
        const writer = Deno.openSync(path, { append: true });
        writeAll(writer, toBytes("one\n"));
        await expect("one\n");
        Deno.renameSync(path, `${folder}/a.log.1`);
        writeAll(writer, toBytes("two\n"));
        await expect("one\ntwo\n");
        writeAll(writer, toBytes("three\nfour, unended"));
        append(path, "five\n");
        writer.close();
        await expect("one\ntwo\nthree\nfour, unendedfive\n");
        assert.equal(tail.describe().rotations, 1);
        assert.ok(chunks.every(({ isCatchUp }) => !isCatchUp));
        const { inode, offset } = chunks.at(-1)?.position ?? {};
        assert.equal(inode, Deno.statSync(path).ino);
        assert.equal(offset, 5);
        append(path, "six\n");
        await expect("one\ntwo\nthree\nfour, unendedfive\nsix\n");
      });
    }));

  Deno.test(`createTail() does begin again when the file was truncated and woken by ${name}`, () =>
    withFolder(async (folder) => {
      const path = `${folder}/a.log`;
      append(path, "");
      await withTail(path, wake, async ({ expect, tail, chunks }) => {
        append(path, "a first line\nanother\n");
        await expect("a first line\nanother\n");
        Deno.copyFileSync(path, `${folder}/a.log.1`);
        Deno.truncateSync(path, 0);
        append(path, "new\n");
        await expect("a first line\nanother\nnew\n");
        assert.equal(tail.describe().rotations, 1);
        assert.equal(chunks.at(-1)?.position.offset, 4);
      });
    }));

  Deno.test(`createTail() does begin again when the file was truncated and grew longer at once and woken by ${name}`, () =>
    withFolder(async (folder) => {
      const path = `${folder}/a.log`;
      append(path, "");
      await withTail(path, wake, async ({ expect }) => {
        append(path, "short\n");
        await expect("short\n");
        Deno.truncateSync(path, 0);
        const longer = "much longer than what was there before\n".repeat(20);
        append(path, longer);
        await expect(`short\n${longer}`);
      });
    }));

  Deno.test(`createTail() does read a file that was removed and made anew when woken by ${name}`, () =>
    withFolder(async (folder) => {
      const path = `${folder}/a.log`;
      append(path, "");
      await withTail(path, wake, async ({ expect, tail }) => {
        append(path, "one\n");
        await expect("one\n");
        append(path, "two\n");
        Deno.removeSync(path);
        append(path, "three\n");
        await expect("one\ntwo\nthree\n");
        Deno.removeSync(path);
        await waitUntil(() => tail.describe().state === "waiting");
        append(path, "four\n");
        await expect("one\ntwo\nthree\nfour\n");
        assert.equal(tail.describe().rotations, 2);
      });
    }));
}

Deno.test("createTail() does read late writers' lines when the new file is written already", () =>
  withNewLog(async ({ expect, chunks }, path, folder) => {
    const late = Deno.openSync(path, { append: true });
    Deno.renameSync(path, `${folder}/a.log.1`);
    append(path, "new\n");
    await expect("new\n");
    writeAll(late, toBytes("late\n"));
    late.close();
    await expect("new\nlate\n");
    // Each line tells of its own file.
    const rotated = Deno.statSync(`${folder}/a.log.1`);
    assert.equal(chunks.at(-1)?.position.inode, rotated.ino);
    assert.equal(chunks.at(-1)?.position.offset, 5);
  }));

Deno.test("createTail() does wait with an unended line while the new file is empty", () =>
  withNewLog(async ({ expect, tail }, path, folder) => {
    const writer = Deno.openSync(path, { append: true });
    writeAll(writer, toBytes("half a "));
    Deno.renameSync(path, `${folder}/a.log.1`);
    append(path, "");
    await waitUntil(() => tail.describe().rotations === 1);
    await sleep(20);
    writeAll(writer, toBytes("line\n"));
    writer.close();
    await expect("half a line\n");
  }));

Deno.test("createTail() does hand out an unended line when its file was truncated and replaced at once", () =>
  withNewLog(async ({ expect, tail }, path) => {
    append(path, "unended");
    await waitUntil(() => tail.describe().bytesRead === 7);
    Deno.truncateSync(path, 0);
    Deno.removeSync(path);
    append(path, "new\n");
    await expect("unendednew\n");
  }));

Deno.test("createTail() does let go of a removed file after some polls", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "");
    await withTail(path, { pollMs: 5 }, async ({ expect }) => {
      append(path, "one\nunended");
      await expect("one\n");
      Deno.removeSync(path);
      await expect("one\nunended");
      await waitUntil(() => !countOpen().has(`${path} (deleted)`));
    });
  }));

Deno.test("createTail() does go on where it was when a file is renamed away and back", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "");
    await withTail(path, { pollMs: 5 }, async ({ expect, tail }) => {
      append(path, "one\n");
      await expect("one\n");
      Deno.renameSync(path, `${folder}/away`);
      await waitUntil(() => tail.describe().state === "waiting");
      await sleep(100);
      append(`${folder}/away`, "two\n");
      Deno.renameSync(`${folder}/away`, path);
      append(path, "three\n");
      await expect("one\ntwo\nthree\n");
    });
  }));

Deno.test("createTail() does skip the hole when a writer goes on at its old offset after a truncation", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    const writer = Deno.openSync(path, { write: true, create: true });
    await withTail(path, {}, async ({ expect, tail }) => {
      const first = "x".repeat(400_000) + "\n";
      writeAll(writer, toBytes(first));
      await expect(first);
      Deno.truncateSync(path, 0);
      writeAll(writer, toBytes("second\n"));
      await expect(`${first}second\n`);
      assert.equal(tail.describe().overlongLines, 0);
    });
    writer.close();
  }));

Deno.test("createTail() does read on in holes when a writer that keeps its offset is copied and truncated again and again", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    const writer = Deno.openSync(path, { write: true, create: true });
    let wanted = "";
    const write = (line: string) => {
      wanted += line;
      writeAll(writer, toBytes(line));
    };
    let resumeAt: readonly Position[] = [];
    const start = "beginning";
    for (let rotation = 1; rotation <= 4; rotation++) {
      const before = wanted.length;
      write(`left behind rotation ${rotation}\n`.repeat(30));
      await withTail(path, { resumeAt, start }, async (run) => {
        await run.expect(wanted.slice(before));
        write(`a line that is only in copy ${rotation}\n`);
        copyAndTruncate(path, 10 - rotation);
        write(`the first line behind hole ${rotation}\n`);
        await run.expect(wanted.slice(before));
        assert.equal(run.tail.describe().overlongLines, 0);
        resumeAt = run.positions();
      });
    }
    writer.close();
  }));

/** Files that this process holds open. */
function countOpen(): Set<string> {
  const open = new Set<string>();
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    try {
      open.add(Deno.readLinkSync(`/proc/self/fd/${name}`));
    } catch {
      // The descriptor that listed the folder is closed by now.
    }
  }
  return open;
}

Deno.test("createTail() does read a file whose name came and went between two looks", () =>
  withNewLog(async ({ expect }, path, folder) => {
    append(path, "one\n");
    await expect("one\n");
    // All in one round of the loop, so nobody sees the second file under its name.
    append(path, "two\n");
    Deno.renameSync(path, `${folder}/a.log.1`);
    append(path, "three\n");
    Deno.renameSync(`${folder}/a.log.1`, `${folder}/a.log.2`);
    Deno.renameSync(path, `${folder}/a.log.1`);
    append(path, "four\n");
    await expect("one\ntwo\nthree\nfour\n");
  }));

Deno.test("createTail() does read in the copy what was truncated away before anybody looked", () =>
  withNewLog(async ({ expect, tail, chunks }, path) => {
    append(path, "one\nhalf");
    await expect("one\n");
    const { ino } = Deno.statSync(path);
    append(path, " and half\ntwo\nunended");
    Deno.copyFileSync(path, `${path}.1`);
    Deno.truncateSync(path, 0);
    append(path, "three\n");
    await expect("one\nhalf and half\ntwo\nunendedthree\n");
    assert.equal(tail.describe().bytesRead, 35);
    // Another run has to find the place by the file that was copied.
    assert.ok(chunks.every(({ position }) => position.inode === ino));
  }));

Deno.test("createTail() does read all copies when a file was truncated twice between two looks", () =>
  withNewLog(async ({ expect }, path) => {
    append(path, "one\n");
    await expect("one\n");
    append(path, "two\n");
    copyAndTruncate(path, 2);
    append(path, "three\n");
    copyAndTruncate(path, 1);
    append(path, "four\n");
    // It looks like the log, and is none of its copies.
    append(`${path}.note`, "five\n");
    await expect("one\ntwo\nthree\nfour\n");
  }));

Deno.test("createTail() does leave a copy alone when all of it was read", () =>
  withNewLog(async ({ expect }, path) => {
    append(path, "one\n");
    await expect("one\n");
    copyAndTruncate(path, 1);
    append(path, "two\n");
    await expect("one\ntwo\n");
    // A rename looks for files that came between, and finds the copy.
    Deno.renameSync(path, `${path}.2`);
    append(path, "three\n");
    await expect("one\ntwo\nthree\n");
  }));

/** As logrotate does it; the copies of a log are not of the same moment. */
function copyAndTruncate(path: string, number: number): void {
  Deno.copyFileSync(path, `${path}.${number}`);
  const seconds = Date.now() / 1000 - number;
  Deno.utimeSync(`${path}.${number}`, seconds, seconds);
  Deno.truncateSync(path, 0);
}
