import assert from "node:assert/strict";
import { checkSizes, MAX_FILE_LINES } from "../../scripts/check_sizes.ts";
import { makeTree } from "./make_tree.ts";

Deno.test("checkSizes() reports a file of one line too many, and not one that is just full", async () => {
  await using tree = await makeTree({
    "src/full.ts": "1;\n".repeat(MAX_FILE_LINES),
    "src/long.ts": "1;\n".repeat(MAX_FILE_LINES) + "1;",
    "dist/bundle.ts": "1;\n".repeat(MAX_FILE_LINES * 2),
    ".hidden/x.ts": "1;\n".repeat(MAX_FILE_LINES * 2),
  });
  assert.deepEqual(checkSizes(tree.root, {}), [
    `Cannot take "src/long.ts" with 401 lines: expected at most 400; split it`,
  ]);
});

Deno.test("checkSizes() takes an exemption with a reason, and reports one that is stale or has none", async () => {
  await using tree = await makeTree({
    "src/table.ts": "1;\n".repeat(MAX_FILE_LINES + 1),
    "src/short.ts": "1;\n",
  });
  assert.deepEqual(checkSizes(tree.root, { "src/table.ts": "a table" }), []);
  const problems = checkSizes(tree.root, {
    "src/table.ts": " ",
    "src/short.ts": "once long",
    "src/gone.ts": "once there",
  });
  assert.equal(problems.length, 3, problems.join("\n"));
});
