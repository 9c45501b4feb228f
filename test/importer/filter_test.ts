import assert from "node:assert/strict";
import { resolveFilter } from "../../importer/filter.ts";
import { createMemoryTree } from "./memory_tree.ts";

const files = createMemoryTree({
  "/t/filter.d/app.conf":
    "[Definition]\nfailregex = ^<in-<logtype>>-<mode> <HOST>$\nin-file = file\nin-journal = journal\nmode = normal\njournalmatch = _COMM=a + _COMM=b\nmaxlines = 2\n",
  "/t/filter.d/broken.conf": "[Definition]\nx = 1\nx = 2\n",
});

Deno.test("resolveFilter() puts options in, and picks the kind of log by the backend", () => {
  const { failregex, journalmatch, maxlines } = resolveFilter("/t", "app", {
    files,
  });
  assert.deepEqual(failregex, ["^file-normal <HOST>$"]);
  assert.deepEqual(journalmatch, [["_COMM=a", "+", "_COMM=b"]]);
  assert.equal(maxlines, 2);
  const journal = resolveFilter("/t", "app", {
    files,
    backend: "systemd[journalflags=1]",
    options: { mode: "hard" },
  });
  assert.deepEqual(journal.failregex, ["^journal-hard <HOST>$"]);
});

Deno.test("resolveFilter() throws where there is no filter, or its file is broken", () => {
  assert.throws(
    () => resolveFilter("/t", "none", { files }),
    /Cannot find filter "none"/,
  );
  assert.throws(
    () => resolveFilter("/t", "broken", { files }),
    /broken.conf:3: Cannot take "x"/,
  );
});
