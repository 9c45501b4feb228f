import assert from "node:assert/strict";
import { LogPaths } from "../../src/source/log_paths.ts";
import { createMemoryTree } from "../importer/memory_tree.ts";

/** Logs that come while the test runs. */
function createFolder(...paths: string[]) {
  const texts: Record<string, string> = {};
  const add = (...paths: string[]) => {
    for (const path of paths) texts[path] = "";
  };
  add(...paths);
  return { add, files: createMemoryTree(texts) };
}

Deno.test("LogPaths.group() brings the jails of each log together", () => {
  const { files } = createFolder("/log/a.log", "/log/b.log");
  const one = { logPaths: ["/log/*.log", "/log/a.log"] };
  const two = { logPaths: ["/log/b.log", "/log/later.log"] };
  assert.deepEqual([...new LogPaths(files).group([one, two])], [
    ["/log/a.log", [one]],
    ["/log/b.log", [one, two]],
    ["/log/later.log", [two]],
  ]);
});

Deno.test("LogPaths keeps what a pattern found until it is told to forget", () => {
  const { add, files } = createFolder("/log/a.log");
  const paths = new LogPaths(files);
  const readers = [{ logPaths: ["/log/a.log*"] }];
  assert.deepEqual([...paths.group(readers).keys()], ["/log/a.log"]);
  add("/log/a.log.1");
  assert.equal(paths.hasNews(), false);
  assert.deepEqual([...paths.group(readers).keys()], ["/log/a.log"]);
  paths.forget();
  assert.deepEqual(
    [...paths.group(readers).keys()],
    ["/log/a.log", "/log/a.log.1"],
  );
});

Deno.test("LogPaths tries a pattern again that found nothing", () => {
  const { add, files } = createFolder();
  const paths = new LogPaths(files);
  const readers = [{ logPaths: ["/log/*.log"] }];
  assert.equal(paths.group(readers).size, 0);
  assert.equal(paths.hasNews(), false);
  add("/log/a.log");
  assert.equal(paths.hasNews(), true);
  assert.deepEqual(paths.find("/log/*.log"), []);
  assert.deepEqual([...paths.group(readers)], [["/log/a.log", readers]]);
  assert.deepEqual(paths.find("/log/*.log"), ["/log/a.log"]);
  assert.equal(paths.hasNews(), false);
});

Deno.test("LogPaths.describe() tells of each log, and of a pattern without one", () => {
  const { files } = createFolder("/log/a.log", "/log/b.log");
  const paths = new LogPaths(files);
  const logPaths = ["/log/*.log", "/log/*.txt"];
  paths.group([{ logPaths }]);
  const idle = { bytesRead: 0, overlongLines: 0, rotations: 0 };
  const a = { path: "/log/a.log", state: "watching", ...idle } as const;
  assert.deepEqual(
    paths.describe(logPaths, (path) => path === a.path ? a : undefined),
    [
      a,
      { path: "/log/b.log", state: "stopped", ...idle },
      {
        path: "/log/*.txt",
        state: "waiting",
        reason: "no file matches",
        ...idle,
      },
    ],
  );
});
