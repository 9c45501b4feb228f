import assert from "node:assert/strict";
import { expandGlob, globRoot } from "../../src/util/expand_glob.ts";
import { createMemoryTree } from "../importer/memory_tree.ts";

const FILES = createMemoryTree({
  "/log/a.log": "",
  "/log/b1.log": "",
  "/log/b2.log": "",
  "/log/.hidden.log": "",
  "/log/a.txt": "",
});

Deno.test("expandGlob() matches *, ? and classes as a shell does", () => {
  const expand = (pattern: string) =>
    expandGlob(pattern, FILES).map((path) => path.slice("/log/".length));
  assert.deepEqual(expand("/log/*.log"), ["a.log", "b1.log", "b2.log"]);
  assert.deepEqual(expand("/log/b?.log"), ["b1.log", "b2.log"]);
  assert.deepEqual(expand("/log/b[!1].log"), ["b2.log"]);
  assert.deepEqual(expand("/log/[a-b][0-9].log"), ["b1.log", "b2.log"]);
  assert.deepEqual(expand("/log/a.txt"), ["a.txt"]);
  assert.deepEqual(expand("/log/none*"), []);
});

Deno.test("expandGlob() needs no time for patterns made to hurt", () => {
  const tree = createMemoryTree({ [`/log/${"a".repeat(250)}`]: "" });
  assert.deepEqual(expandGlob(`/log/${"*a".repeat(60)}*b`, tree), []);
});

Deno.test("globRoot() names the last folder that is no pattern", () => {
  assert.equal(globRoot("/var/log/*/access.log"), "/var/log");
  assert.equal(globRoot("/var/log/app-[0-9].log"), "/var/log");
  assert.equal(globRoot("/*.log"), "/");
});
