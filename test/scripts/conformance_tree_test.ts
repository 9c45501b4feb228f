import assert from "node:assert/strict";
import { createMountedTree } from "../../scripts/conformance_tree.ts";

Deno.test("createMountedTree() reaches one folder from another by their names, and nothing else", async () => {
  const [one, two] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  try {
    await Deno.writeTextFile(`${one}/common.conf`, "one");
    await Deno.writeTextFile(`${two}/own.conf`, "two");
    const tree = createMountedTree(
      new Map([["config", one], ["tests/config", two]]),
    );
    assert.equal(tree.readText("/tests/config/own.conf"), "two");
    assert.equal(
      tree.readText("/tests/config/../../config/common.conf"),
      "one",
    );
    assert.deepEqual(tree.listFolder("/config"), ["common.conf"]);
    assert.equal(tree.exists("/config/own.conf"), false);
    assert.equal(tree.readText("/configuration/common.conf"), undefined);
    assert.equal(tree.exists("/etc/passwd"), false);
    assert.equal(tree.exists(`/config/../..${one}/common.conf`), false);
  } finally {
    await Deno.remove(one, { recursive: true });
    await Deno.remove(two, { recursive: true });
  }
});
