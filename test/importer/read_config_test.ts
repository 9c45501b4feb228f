import assert from "node:assert/strict";
import { ConfigTree } from "../../importer/read_config.ts";
import { MACHINE_TREE, MAX_FILE_BYTES } from "../../importer/tree_files.ts";
import { TreeError } from "../../importer/tree_error.ts";
import { createMemoryTree } from "./memory_tree.ts";

function orderOf(files: Readonly<Record<string, string>>, name = "jail") {
  const tree = new ConfigTree("/t", createMemoryTree(files));
  return tree.readConfig(name)?.files.map((path) => path.slice("/t/".length));
}

Deno.test("readConfig() takes .conf, .d/*.conf, .local and .d/*.local in this order", () => {
  const files = {
    "/t/jail.d/b.local": "",
    "/t/jail.d/b.conf": "",
    "/t/jail.d/a.conf": "",
    "/t/jail.d/.hidden.conf": "",
    "/t/jail.d/readme.txt": "",
    "/t/jail.local": "",
    "/t/jail.conf": "",
  };
  assert.deepEqual(orderOf(files), [
    "jail.conf",
    "jail.d/a.conf",
    "jail.d/b.conf",
    "jail.local",
    "jail.d/b.local",
  ]);
});

Deno.test("readConfig() puts includes before and after, each with its .local, and passes over missing ones", () => {
  const files = {
    "/t/jail.conf":
      "[INCLUDES]\nbefore = paths.conf\n  none.conf\nafter = sub/end.conf\n",
    "/t/paths.conf": "[INCLUDES]\nbefore = common.conf\n",
    "/t/paths.local": "",
    "/t/common.conf": "",
    "/t/sub/end.conf": "[INCLUDES]\nafter = last.conf\n",
    "/t/sub/last.conf": "",
  };
  assert.deepEqual(orderOf(files), [
    "common.conf",
    "paths.conf",
    "paths.local",
    "jail.conf",
    "sub/end.conf",
    "sub/last.conf",
  ]);
});

Deno.test("readConfig() ends where includes go round", () => {
  const order = orderOf({
    "/t/jail.conf": "[INCLUDES]\nbefore = other.conf\n",
    "/t/other.conf": "[INCLUDES]\nbefore = jail.conf\n",
  });
  assert.equal(order?.at(-1), "jail.conf");
  assert.ok(order !== undefined && order.length < 5);
});

Deno.test("readConfig() refuses includes that multiply", () => {
  const files: Record<string, string> = {};
  const all = Array.from({ length: 12 }, (_, index) => `f${index}.conf`);
  for (const name of all) {
    files[`/t/${name}`] = `[INCLUDES]\nbefore = ${all.join("\n  ")}\n`;
  }
  files["/t/jail.conf"] = "[INCLUDES]\nbefore = f0.conf\n";
  assert.throws(() => orderOf(files), TreeError);
});

Deno.test("readConfig() finds nothing where there is nothing", () => {
  assert.equal(orderOf({}), undefined);
});

Deno.test("readConfig() says which files it cannot read, and reads the others", () => {
  const tree = new ConfigTree(
    "/t",
    createMemoryTree({ "/t/jail.conf": "[a]\nx = 1\n" }, {
      "/t/jail.local": new Deno.errors.PermissionDenied("no"),
    }),
  );
  assert.equal(tree.readConfig("jail")?.get("a", "x"), "1");
  assert.match(
    tree.problems[0]?.message ?? "",
    /jail.local": permission denied/,
  );
});

Deno.test("readConfig() takes no file that is too large, no UTF-8, or a loop of links", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/jail.conf`, "[a]\nx = 1\n");
    Deno.mkdirSync(`${folder}/jail.d`);
    Deno.writeFileSync(
      `${folder}/jail.d/bytes.conf`,
      Uint8Array.of(0x5b, 0xff),
    );
    Deno.writeTextFileSync(`${folder}/jail.d/large.conf`, "");
    Deno.truncateSync(`${folder}/jail.d/large.conf`, MAX_FILE_BYTES + 1);
    Deno.symlinkSync("loop.conf", `${folder}/jail.d/loop.conf`);
    const tree = new ConfigTree(folder, MACHINE_TREE);
    assert.deepEqual(tree.readConfig("jail")?.files, [`${folder}/jail.conf`]);
    const [bytes, large, ...others] = tree.problems.map((each) => each.message);
    assert.match(bytes ?? "", /bytes.conf": it is not UTF-8/);
    assert.match(large ?? "", /large.conf": it is larger than/);
    assert.deepEqual(others, []);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
