import { ok } from "node:assert/strict";
import { openLibc } from "../../src/util/libc.ts";
import { releaseCode } from "../../src/util/release_code.ts";

const libc = openLibc();

function mappedKb(): number {
  const status = Deno.readTextFileSync("/proc/self/status");
  return Number(/RssFile:\s+(\d+)/.exec(status)?.[1]);
}

Deno.test("releaseCode() gives back what the start needed, and everything goes on", () => {
  const before = mappedKb();
  releaseCode(libc);
  const after = mappedKb();
  ok(after < before - 10_000, `${before} kB before, ${after} kB after`);
  // What is needed comes back.
  ok(/^a+$/.test("a".repeat(1000)));
  ok(new Intl.DateTimeFormat("de").format(0).length > 0);
});
