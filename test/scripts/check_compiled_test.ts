import assert from "node:assert/strict";
import {
  type CompiledMetadata,
  findLoaded,
  judgeFiles,
  judgeMetadata,
  readEmbeddedPaths,
  readMetadata,
} from "../../scripts/check_compiled.ts";
import { makeTree } from "./make_tree.ts";

const GOOD: CompiledMetadata = {
  code_cache_key: null,
  v8_flags: ["--linear"],
  permissions: {
    prompt: false,
    allow_read: ["/var/log"],
    allow_write: ["/tmp"],
    allow_run: ["/bin/sh", "fail2deno"],
    allow_ffi: ["/lib/libc.so.6"],
    allow_net: [],
    allow_sys: ["uid"],
    allow_env: ["NO_COLOR"],
  },
};

Deno.test("judgeMetadata() accepts lists of absolute paths", () => {
  assert.deepEqual(judgeMetadata(GOOD, ["--linear"]), []);
});

/** What is changed, and the complaint. */
const BAD: readonly (readonly [Partial<CompiledMetadata>, RegExp])[] = [
  [{ code_cache_key: 1 }, /cache that others may write/],
  [{ v8_flags: [] }, /--linear is missing/],
  [withPermission("prompt", true), /ask questions/],
  [withPermission("allow_read", []), /read is no list/],
  [withPermission("allow_ffi", null), /ffi is no list/],
  [withPermission("allow_net", null), /sandbox could not reach/],
  [withPermission("allow_net", ["192.0.2.1:22"]), /sandbox could not reach/],
  [withPermission("allow_read", ["/var", "./"]), /read "\.\/" depends/],
  [withPermission("allow_run", ["./scripts/fail2deno"]), /run "\.\/scripts/],
];

for (const [change, complaint] of BAD) {
  Deno.test(`judgeMetadata() reports ${complaint.source}`, () => {
    const problems = judgeMetadata({ ...GOOD, ...change }, ["--linear"]);
    assert.equal(problems.length, 1, problems.join("\n"));
    assert.match(problems[0] ?? "", complaint);
  });
}

Deno.test("readMetadata() finds the last object behind other bytes, braces in strings and all", () => {
  const metadata = { argv: [], location: '}{"\\', ...GOOD };
  const text = `\u0000{"argv":[]}é${JSON.stringify(metadata)}N\u0001}`;
  assert.deepEqual(readMetadata(new TextEncoder().encode(text)), metadata);
});

Deno.test("readMetadata() throws on a file that deno compile did not make", () => {
  const bytes = new TextEncoder().encode('ELF {"argv":[');
  assert.throws(() => readMetadata(bytes), /no metadata found/);
});

Deno.test("readEmbeddedPaths() lists files and folders behind the metadata", () => {
  const list = JSON.stringify([
    { Dir: { n: "filters", e: [{ File: { n: "sshd.toml", o: [0, 9] } }] } },
    { File: { n: "main.js", o: [9, 9] } },
  ]);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(list.length), true);
  const encoder = new TextEncoder();
  const bytes = new Uint8Array([
    ...encoder.encode('ELF [{"File":{"n":"old"}}] {"argv":[]}'),
    ...length,
    ...encoder.encode(`${list}{"more":1}`),
  ]);
  assert.deepEqual(readEmbeddedPaths(bytes), ["filters/sshd.toml", "main.js"]);
  assert.throws(
    () => readEmbeddedPaths(encoder.encode("ELF")),
    /no list of files found/,
  );
});

Deno.test("judgeFiles() reports what is missing and what nothing loads", () => {
  assert.deepEqual(judgeFiles(["a.js", "b.js"], ["b.js", "a.js"]), []);
  const [missing = "", needless = "", ...more] = judgeFiles(
    ["a.js", "test.ts"],
    ["a.js", "worker.js"],
  );
  assert.match(missing, /worker\.js is not in it/);
  assert.match(needless, /test\.ts is in it, and nothing loads that/);
  assert.deepEqual(more, []);
});

Deno.test("findLoaded() follows imports, dynamic ones, re-exports and threads, and adds the filters", async () => {
  await using tree = await makeTree({
    "main.js": 'import{a as b}from"./chunk-A.js";await import("./run.js");',
    "chunk-A.js": 'export*from"./chunk-B.js";',
    "chunk-B.js": "",
    "run.js": 'import"./chunk-A.js";new URL("./src/worker.js",import.meta.url)',
    "src/worker.js": 'import{x}from"../chunk-B.js";',
    "unused.js": "",
    "filters/sshd.toml": "",
  });
  assert.deepEqual(findLoaded(tree.root), [
    ...["chunk-A.js", "chunk-B.js", "filters/sshd.toml", "main.js"],
    ...["run.js", "src/worker.js"],
  ]);
});

function withPermission(name: string, value: unknown) {
  return { permissions: { ...GOOD.permissions, [name]: value } };
}
