import assert from "node:assert/strict";
import { createFolderWatches } from "../../src/source/folder_watch.ts";
import { createTail } from "../../src/source/tail.ts";
import {
  append,
  createRecordingLogger,
  sleep,
  toBytes,
  waitUntil,
  WAKES,
  withFolder,
  withTail,
  writeAll,
} from "./tail_fixture.ts";

for (const { name, ...wake } of WAKES) {
  Deno.test(`createTail() does hand out appended lines in order when woken by ${name}`, () =>
    withFolder(async (folder) => {
      const path = `${folder}/a.log`;
      append(path, "old\n");
      await withTail(path, wake, async ({ expect, chunks, tail }) => {
        append(path, "one\n");
        await expect("one\n");
        append(path, "two\nthree\n");
        await expect("one\ntwo\nthree\n");
        assert.deepEqual(chunks.map((chunk) => chunk.isCatchUp), [
          false,
          false,
        ]);
        assert.equal(chunks.at(-1)?.position.offset, 18);
        assert.equal(chunks.at(-1)?.position.inode, Deno.statSync(path).ino);
        assert.deepEqual(tail.describe(), {
          path,
          state: "watching",
          bytesRead: 14,
          overlongLines: 0,
          rotations: 0,
        });
      });
    }));

  Deno.test(`createTail() does wait for a file that is not there when woken by ${name}`, () =>
    withFolder(async (folder) => {
      const path = `${folder}/a.log`;
      await withTail(path, wake, async ({ expect, tail, chunks, records }) => {
        assert.equal(tail.describe().state, "waiting");
        assert.equal(tail.describe().reason, "no such file");
        append(path, "first\n");
        await expect("first\n");
        assert.equal(tail.describe().state, "watching");
        assert.equal(tail.describe().reason, undefined);
        assert.equal(chunks[0]?.isCatchUp, false);
        const messages = records.filter(({ level }) => level === "info");
        assert.deepEqual(messages.map(({ message }) => message), [
          "Wait for log file",
          "Watch log file",
        ]);
      });
    }));

  Deno.test(`createTail() does follow a symbolic link that is switched when woken by ${name}`, () =>
    withFolder(async (folder) => {
      const path = `${folder}/current.log`;
      for (const day of ["monday", "tuesday"]) {
        Deno.mkdirSync(`${folder}/${day}`);
        append(`${folder}/${day}/log`, "");
      }
      Deno.symlinkSync(`${folder}/monday/log`, path);
      await withTail(path, wake, async ({ expect, tail }) => {
        append(path, "m1\n");
        await expect("m1\n");
        Deno.symlinkSync(`${folder}/tuesday/log`, `${folder}/new`);
        Deno.renameSync(`${folder}/new`, path);
        append(`${folder}/monday/log`, "m2\n");
        await expect("m1\nm2\n");
        append(path, "t1\n");
        await expect("m1\nm2\nt1\n");
        append(path, "t2\n");
        await expect("m1\nm2\nt1\nt2\n");
        assert.equal(tail.describe().rotations, 1);
      });
    }));
}

Deno.test("createTail() does hand a line out once when it is torn at any byte", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "");
    const content = "é one\r\n\ntwo\0\xff\n";
    await withTail(path, {}, async ({ expect, chunks }) => {
      let wanted = "";
      for (let at = 0; at <= content.length; at++) {
        append(path, content.slice(0, at));
        await sleep(1);
        append(path, content.slice(at));
        wanted += content;
        await expect(wanted);
      }
      assert.ok(chunks.every(({ text }) => text.endsWith("\n")));
    });
  }));

Deno.test("createTail() does complete a line byte by byte", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "");
    const content = "a line that comes slowly\r\nand another\n";
    await withTail(path, {}, async ({ expect }) => {
      for (const character of content) {
        append(path, character);
        await sleep(0);
      }
      await expect(content);
    });
  }));

Deno.test("createTail() does leave every byte as it is", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "");
    let content = "";
    for (let byte = 0; byte < 256; byte++) {
      content += String.fromCharCode(byte);
    }
    content += "\xc3\x28 \xf0\x9f \xed\xa0\x80 \xff\xfe\r\n\r\n";
    await withTail(path, {}, async ({ expect }) => {
      append(path, content);
      await expect(content);
    });
  }));

Deno.test("createTail() does leave out and count a line of 10 MB, and go on behind it", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "");
    await withTail(path, {}, async ({ expect, tail }) => {
      append(path, "before\n");
      const half = new Uint8Array(5_000_000).fill(120);
      append(path, half);
      await waitUntil(() => tail.describe().bytesRead === 5_000_007);
      append(path, half);
      append(path, "\nbehind\n");
      await expect("before\nbehind\n");
      assert.equal(tail.describe().overlongLines, 1);
      assert.equal(tail.describe().bytesRead, 10_000_015);
    });
  }));

Deno.test("createTail() does hand out a line as long as the limit, and none that is longer", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "");
    await withTail(
      path,
      { maxLineBytes: 300_000 },
      async ({ expect, tail }) => {
        const longest = "y".repeat(300_000) + "\n";
        append(path, `a\n${longest}z${longest}b\n`);
        await expect(`a\n${longest}b\n`);
        assert.equal(tail.describe().overlongLines, 1);
      },
    );
  }));

Deno.test("createTail() does hand out 10,000 lines when each is its own write", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "");
    await withTail(path, {}, async ({ expect }) => {
      const file = Deno.openSync(path, { append: true });
      let wanted = "";
      for (let number = 0; number < 10_000; number++) {
        const line = `${number} Failed password\n`;
        wanted += line;
        writeAll(file, toBytes(line));
        if (number % 1000 === 0) await sleep(1);
      }
      file.close();
      await expect(wanted);
    });
  }));

Deno.test("createTail() does let others run between turns when there is much to read", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    const size = 4_000_000;
    append(path, new Uint8Array(size).fill(10));
    let rounds = 0;
    const counter = setInterval(() => rounds++, 0);
    await withTail(
      path,
      { start: "beginning", maxBytesPerTurn: 4096 },
      async ({ tail }) => {
        await waitUntil(() => tail.describe().bytesRead === size);
      },
    );
    clearInterval(counter);
    assert.ok(rounds > 2, `${rounds} rounds`);
  }));

Deno.test("createTail() does wait for a folder that is not there, and for its return", () =>
  withFolder(async (folder) => {
    const path = `${folder}/sub/a.log`;
    await withTail(path, { pollMs: 10 }, async ({ expect, tail, records }) => {
      assert.equal(
        tail.describe().reason,
        `no such folder "${folder}/sub"`,
      );
      Deno.mkdirSync(`${folder}/sub`);
      append(path, "one\n");
      await expect("one\n");
      Deno.removeSync(`${folder}/sub`, { recursive: true });
      await waitUntil(() => tail.describe().state === "waiting");
      await sleep(50);
      Deno.mkdirSync(`${folder}/sub`);
      append(path, "two\n");
      await expect("one\ntwo\n");
      append(path, "three\n");
      await expect("one\ntwo\nthree\n");
      const polled = records.filter(({ level }) => level === "warn");
      assert.ok(polled.length >= 1 && polled.length <= 2);
      assert.equal(polled[0]?.fields.folder, `${folder}/sub`);
    });
  }));

Deno.test("createTail() does say once that a folder is polled only, and still read", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "");
    const options = { pollMs: 5, hasEvents: false };
    await withTail(path, options, async ({ expect, records }) => {
      append(path, "one\n");
      await expect("one\n");
      await sleep(400);
      const warnings = records.filter(({ level }) => level === "warn");
      assert.equal(warnings.length, 1);
      assert.equal(
        warnings[0]?.fields.reason,
        "Too many open files (os error 24)",
      );
    });
  }));

Deno.test("createTail() does fail in words when the path is not a regular file, and recover", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    Deno.mkdirSync(path);
    await withTail(path, { pollMs: 5 }, async ({ expect, tail, records }) => {
      const { state, reason } = tail.describe();
      assert.equal(state, "failed");
      assert.equal(
        reason,
        `Cannot tail "${path}": a folder, expected a regular file`,
      );
      await sleep(50);
      const errors = records.filter(({ level }) => level === "error");
      assert.equal(errors.length, 1);
      Deno.removeSync(path);
      append(path, "one\n");
      await expect("one\n");
      assert.equal(tail.describe().state, "watching");
    });
  }));

Deno.test({
  name:
    "createTail() does fail in words when the process may not read the folder",
  permissions: { read: ["."], write: ["."] },
  async fn() {
    const { log, records } = createRecordingLogger();
    const watches = createFolderWatches({ log });
    const path = "/var/log/fail2deno-unreadable.log";
    const tail = createTail({ path, watches, log, start: "end" });
    await tail.start(() => {});
    const { state, reason } = tail.describe();
    await tail.stop();
    assert.equal(state, "failed");
    assert.equal(reason, "outside the folders that this process may read");
    const levels = records.map(({ level }) => level);
    assert.deepEqual(levels, ["warn", "error"]);
  },
});

Deno.test("createTail() does go on when the sink throws", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "");
    const { log, records } = createRecordingLogger();
    const watches = createFolderWatches({ log, pollMs: 3_600_000 });
    const tail = createTail({ path, watches, log, start: "end" });
    let calls = 0;
    await tail.start(() => {
      calls++;
      throw new Error("sink is full");
    });
    append(path, "one\n");
    await waitUntil(() => calls === 1);
    append(path, "two\n");
    await waitUntil(() => calls === 2);
    await tail.stop();
    const errors = records.filter(({ level }) => level === "error");
    assert.deepEqual(errors.map(({ fields }) => fields.reason), [
      "sink is full",
    ]);
  }));

Deno.test("createTail() does hand out nothing after stop() when stopped between writes", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "");
    await withTail(path, { pollMs: 5 }, async ({ expect, tail, text }) => {
      append(path, "one\n");
      await expect("one\n");
      append(path, "two\n");
      await tail.stop();
      const last = text();
      append(path, "three\n");
      await sleep(50);
      assert.equal(text(), last);
      assert.equal(tail.describe().state, "stopped");
      await tail.stop();
    });
  }));

Deno.test("createTail() does hand out nothing after stop() when the sink calls it", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "short\n".repeat(100_000));
    const { log } = createRecordingLogger();
    const watches = createFolderWatches({ log, pollMs: 5 });
    const tail = createTail({ path, watches, log, start: "beginning" });
    let calls = 0;
    await tail.start(() => {
      calls++;
      tail.stop();
    });
    append(path, "more\n");
    await sleep(50);
    assert.equal(calls, 1);
    assert.equal(tail.describe().state, "stopped");
    assert.equal(watches.watchedFolders, 0);
  }));

Deno.test("createTail() does refuse a second start", () =>
  withFolder(async (folder) => {
    await withTail(`${folder}/a.log`, {}, async ({ tail }) => {
      await assert.rejects(tail.start(() => {}), {
        message:
          `Cannot start tail "${folder}/a.log": it was started before, expected a new one`,
      });
    });
  }));

Deno.test("createTail() does share one watch when two tails are in a folder", () =>
  withFolder(async (folder) => {
    const opened: string[] = [];
    const { log } = createRecordingLogger();
    const watches = createFolderWatches({
      log,
      pollMs: 3_600_000,
      watchFs: (path) => {
        opened.push(path);
        return Deno.watchFs(path, { recursive: false });
      },
    });
    const seen: string[] = [];
    const tails = ["a.log", "b.log"].map((name) => {
      append(`${folder}/${name}`, "");
      const path = `${folder}/${name}`;
      return createTail({ path, watches, log, start: "end" });
    });
    for (const tail of tails) {
      await tail.start(({ source }) => seen.push(source));
    }
    append(`${folder}/a.log`, "one\n");
    await waitUntil(() => seen.length === 1);
    append(`${folder}/b.log`, "two\n");
    await waitUntil(() => seen.length === 2);
    assert.deepEqual(seen, [`${folder}/a.log`, `${folder}/b.log`]);
    assert.deepEqual(opened, [folder]);
    await tails[0]?.stop();
    assert.equal(watches.watchedFolders, 1);
    append(`${folder}/b.log`, "three\n");
    await waitUntil(() => seen.length === 3);
    await tails[1]?.stop();
    assert.equal(watches.watchedFolders, 0);
  }));
