import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { AppendFile } from "../../src/observe/append_file.ts";
import { until } from "../support/daemon.ts";
import { fillDisk, makeSmallDisk } from "../support/small_disk.ts";
import { withFolder } from "../support/with_folder.ts";

const IS_ROOT = Deno.uid() === 0;

function openFile(path: string) {
  const troubles: string[] = [];
  const recoveries: number[] = [];
  const file = new AppendFile({
    path,
    onTrouble: (reason) => troubles.push(reason),
    onRecovery: (lost) => recoveries.push(lost),
  });
  return { file, troubles, recoveries };
}

async function holds(path: string, text: string): Promise<void> {
  await until(
    `"${path}" holds ${JSON.stringify(text)}`,
    () => {
      try {
        return Deno.readTextFileSync(path) === text;
      } catch {
        return false;
      }
    },
  );
}

Deno.test("AppendFile adds to what is there, in order, and makes what is not", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/log`;
    Deno.writeTextFileSync(path, "before\n");
    const { file, troubles } = openFile(path);
    for (let n = 0; n < 1000; n++) file.append(`line ${n}`);
    await file.close();
    const lines = Array.from({ length: 1000 }, (_, n) => `line ${n}\n`);
    strictEqual(Deno.readTextFileSync(path), `before\n${lines.join("")}`);
    const other = openFile(`${folder}/new`);
    other.file.append("x");
    await holds(`${folder}/new`, "x\n");
    strictEqual((Deno.statSync(`${folder}/new`).mode ?? 0) & 0o777, 0o640);
    await other.file.close();
    deepStrictEqual([...troubles, ...other.troubles], []);
  });
});

Deno.test("AppendFile makes no file before there is a line", async () => {
  await withFolder(async (folder) => {
    const { file } = openFile(`${folder}/log`);
    await file.close();
    deepStrictEqual([...Deno.readDirSync(folder)], []);
  });
});

Deno.test("AppendFile goes on in a new file when the old one was renamed, removed or truncated", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/log`;
    const { file, troubles } = openFile(path);
    file.append("one");
    await holds(path, "one\n");
    Deno.renameSync(path, `${path}.1`);
    // Asked for, as by SIGHUP, and seen at once.
    file.reopen();
    file.append("two");
    await holds(path, "two\n");
    Deno.removeSync(path);
    // Seen by itself, within a second.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    file.append("three");
    await holds(path, "three\n");
    Deno.truncateSync(path);
    file.append("four");
    await holds(path, "four\n");
    await file.close();
    strictEqual(Deno.readTextFileSync(`${path}.1`), "one\n");
    deepStrictEqual(troubles, []);
  });
});

Deno.test("AppendFile says once that it cannot write, and writes all when it can", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/later/log`;
    const { file, troubles, recoveries } = openFile(path);
    file.append("one");
    await until("it says so", () => troubles.length > 0);
    file.append("two");
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    strictEqual(troubles.length, 1);
    match(troubles[0] ?? "", /No such file/);
    Deno.mkdirSync(`${folder}/later`);
    await holds(path, "one\ntwo\n");
    file.append("three");
    await holds(path, "one\ntwo\nthree\n");
    await file.close();
    deepStrictEqual(recoveries, [0]);
  });
});

Deno.test("AppendFile keeps so much and counts the rest", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/later/log`;
    const { file, recoveries } = openFile(path);
    const line = "x".repeat(1023);
    for (let n = 0; n < 10_000; n++) file.append(line);
    await new Promise((resolve) => setTimeout(resolve, 200));
    Deno.mkdirSync(`${folder}/later`);
    await until("it is written", () => recoveries.length > 0);
    await file.close();
    strictEqual(Deno.statSync(path).size, 8 << 20);
    deepStrictEqual(recoveries, [10_000 - (8 << 10)]);
  });
});

Deno.test({
  name: `AppendFile loses nothing of what it kept over a full disk${
    IS_ROOT ? "" : " (skipped: needs root)"
  }`,
  ignore: !IS_ROOT,
  async fn() {
    await using disk = await makeSmallDisk();
    const path = `${disk.folder}/log`;
    const { file, troubles } = openFile(path);
    file.append("first");
    await holds(path, "first\n");
    fillDisk(`${disk.folder}/full`);
    const lines = Array.from({ length: 2000 }, (_, n) => `line ${n}`);
    for (const line of lines) file.append(line);
    await until("it says so", () => troubles.length > 0);
    ok(Deno.statSync(path).size < 10_000);
    Deno.removeSync(`${disk.folder}/full`);
    await holds(path, ["first", ...lines, ""].join("\n"));
    await file.close();
    strictEqual(troubles.length, 1);
  },
});
