import { deepStrictEqual } from "node:assert/strict";
import { WatchFailures } from "../../src/source/watch_failures.ts";
import { createRecordingLogger } from "./tail_fixture.ts";

function createRig() {
  const { log, records } = createRecordingLogger();
  const said = () => records.splice(0).map(({ fields }) => fields);
  return { failures: new WatchFailures(log), said };
}

const FULL = new Error('OS file watch limit reached. about ["/a"]');

Deno.test("WatchFailures.note() says once a folder what is its own trouble", () => {
  const { failures, said } = createRig();
  for (const folder of ["/a", "/b", "/a"]) failures.note(folder, "pipe");
  deepStrictEqual(said(), [
    { folder: "/a", reason: "pipe" },
    { folder: "/b", reason: "pipe" },
  ]);
  failures.clear("/a");
  failures.note("/a", "pipe");
  deepStrictEqual(said(), [{ folder: "/a", reason: "pipe" }]);
});

Deno.test("WatchFailures.note() says a limit once for all folders, until none meets it", () => {
  const { failures, said } = createRig();
  for (const folder of ["/a", "/b", "/c"]) failures.note(folder, FULL);
  const told = {
    folder: "/a",
    reason: FULL.message,
    remedy: "raise fs.inotify.max_user_watches",
  };
  deepStrictEqual(said(), [told]);
  failures.clear("/a");
  failures.note("/a", FULL);
  deepStrictEqual(said(), []);
  for (const folder of ["/a", "/b", "/c"]) failures.clear(folder);
  failures.note("/a", FULL);
  deepStrictEqual(said(), [told]);
});
