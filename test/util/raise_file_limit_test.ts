import { ok, strictEqual } from "node:assert/strict";
import { openLibc } from "../../src/util/libc.ts";
import { raiseFileLimit } from "../../src/util/raise_file_limit.ts";

const OPEN_FILES = 7;

/** Open for all tests of this file: the library is never closed. */
const libc = openLibc();

/** The limits of this process, by the kernel: `Max open files  1024  524288  files`. */
function readLimits(): readonly [soft: number, hard: number] {
  const text = Deno.readTextFileSync("/proc/self/limits");
  const [, soft, hard] = /^Max open files +(\d+) +(\d+)/m.exec(text) ?? [];
  return [Number(soft), Number(hard)];
}

Deno.test("raiseFileLimit() takes what the process may have, and never lowers a limit", () => {
  const [before, hard] = readLimits();
  const set = (soft: number) => {
    const limits = BigUint64Array.of(BigInt(soft), BigInt(hard));
    strictEqual(libc.setrlimit(OPEN_FILES, new Uint8Array(limits.buffer)), 0);
  };
  try {
    set(1024);
    const raised = raiseFileLimit(libc);
    strictEqual(raised, Math.min(hard, 65_536));
    ok(raised > 1024, `hard limit ${hard}`);
    strictEqual(readLimits()[0], raised);
    set(hard);
    strictEqual(raiseFileLimit(libc), hard);
    strictEqual(readLimits()[0], hard);
  } finally {
    set(before);
  }
});

Deno.test("raiseFileLimit() tells the limit as it is when it cannot be raised", () => {
  const unraisable = {
    getrlimit: (_: number, bytes: Uint8Array<ArrayBuffer>) => {
      new BigUint64Array(bytes.buffer).set([1024n, 4096n]);
      return 0;
    },
    setrlimit: () => -1,
  };
  strictEqual(raiseFileLimit(unraisable), 1024);
});
