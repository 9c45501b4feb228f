import assert from "node:assert/strict";
import { createFolderWatches } from "../../src/source/folder_watch.ts";
import { createPipeSource } from "../../src/source/pipe_source.ts";
import { until } from "../support/daemon.ts";
import { runText } from "../support/run.ts";
import { runSource } from "./stream_fixture.ts";
import { withFolder } from "./tail_fixture.ts";

async function makePipe(path: string): Promise<void> {
  assert.equal((await runText("mkfifo", [path])).code, 0);
}

async function write(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text);
}

Deno.test("createPipeSource() reads one writer after the other, and their half lines", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/pipe`;
    await makePipe(path);
    await using running = await runSource((log) =>
      createPipeSource({ path, log })
    );
    // It did not wait for a writer.
    assert.equal(running.source.describe().state, "watching");
    await write(path, "one\nha");
    await until("the first is read", () => running.text === "one\nha");
    await write(path, "two\n");
    await until("the second is read", () => running.text === "one\nhatwo\n");
    await write(path, "x\n".repeat(100_000));
    await until("all is read", () => running.text.length === 200_010);
  });
});

Deno.test("createPipeSource() finds a pipe that was made anew under its name", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/pipe`;
    await makePipe(path);
    await using running = await runSource((log) =>
      createPipeSource({ path, log })
    );
    Deno.removeSync(path);
    await until(
      "its end is seen",
      () => running.source.describe().state === "waiting",
    );
    await makePipe(path);
    await write(path, "new\n");
    await until("it is read", () => running.text === "new\n");
    assert.deepEqual(running.said.map(({ message }) => message), [
      "Watch named pipe",
      "Cannot read named pipe",
      "Watch named pipe",
    ]);
  });
});

Deno.test({
  name: "createPipeSource() fails aloud where it may not read",
  permissions: { read: false },
  async fn() {
    await using running = await runSource((log) =>
      createPipeSource({ path: "/tmp/pipe", log })
    );
    assert.deepEqual(running.source.describe().state, "failed");
    assert.equal(running.said[0]?.message, "Cannot read named pipe");
  },
});

Deno.test("a folder with a named pipe in it is polled only", async () => {
  await withFolder(async (folder) => {
    await makePipe(`${folder}/pipe`);
    const watches = createFolderWatches({ log: SILENT, pollMs: 5 });
    let polls = 0;
    const subscription = watches.subscribe(folder, {
      name: "a.log",
      onHint: () => {},
      onPoll: () => polls++,
    });
    assert.equal(watches.watchedFolders, 0);
    await until("it is polled", () => polls > 1);
    await subscription.close();
  });
});

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };
