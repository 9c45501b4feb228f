import assert from "node:assert/strict";
import {
  type CompiledMetadata,
  judgeMetadata,
  judgeWorkers,
  readMetadata,
} from "../../scripts/check_compiled.ts";

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

Deno.test("judgeWorkers() reports a thread's module that is named and not embedded", () => {
  const judge = (text: string) => judgeWorkers(new TextEncoder().encode(text));
  assert.deepEqual(
    judge('ELF [{"File":{"n":"scan_worker.ts","o":[7932042,977]}}]'),
    [],
  );
  assert.match(
    judge('ELF new URL("./scan_worker.ts")')[0] ?? "",
    /scan_worker\.ts is not in it/,
  );
});

function withPermission(name: string, value: unknown) {
  return { permissions: { ...GOOD.permissions, [name]: value } };
}
