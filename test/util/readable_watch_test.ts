import { ok, strictEqual } from "node:assert/strict";
import { LIBC_PATHS, openLibc } from "../../src/util/libc.ts";
import { ReadableWatch } from "../../src/util/readable_watch.ts";
import { isFile } from "../support/is_file.ts";

const libc = openLibc();
const NON_BLOCKING = 0o4000;

function libcPath(): string {
  const path = LIBC_PATHS.find(isFile);
  ok(path !== undefined);
  return path;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

Deno.test("ReadableWatch calls when there is something to read, and only then", async () => {
  const library = Deno.dlopen(libcPath(), {
    read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  });
  const descriptor = libc.eventfd(0, NON_BLOCKING);
  const add = () => libc.write(descriptor, new BigUint64Array([1n]), 8n);
  let calls = 0;
  let isDrained = true;
  const watch = new ReadableWatch({
    libc,
    descriptor,
    onReadable() {
      calls++;
      if (!isDrained) return;
      library.symbols.read(descriptor, new BigUint64Array(1), 8n);
    },
  });
  await sleep(60);
  strictEqual(calls, 0);
  add();
  await sleep(60);
  strictEqual(calls, 1);
  isDrained = false;
  add();
  await sleep(150);
  ok(calls > 2 && calls < 12, `${calls} calls`);
  await watch.close();
  const after = calls;
  await sleep(60);
  strictEqual(calls, after);
  libc.close(descriptor);
  library.close();
});

Deno.test("close() ends a wait that nothing else would end, also when called twice", async () => {
  const descriptor = libc.eventfd(0, NON_BLOCKING);
  const watch = new ReadableWatch({ libc, descriptor, onReadable() {} });
  await sleep(20);
  const start = performance.now();
  await Promise.all([watch.close(), watch.close()]);
  ok(performance.now() - start < 10_000);
  libc.close(descriptor);
});
