import assert from "node:assert/strict";
import { isCompressed, isRotated } from "../../src/source/rotated_name.ts";

/** Name, log beside it, whether the one is what rotation made of the other. */
const NAMES: readonly (readonly [string, string, boolean])[] = [
  ["auth.log.1", "auth.log", true],
  ["auth.log.10", "auth.log", true],
  ["auth.log-20261126", "auth.log", true],
  ["auth.log.2026-11-26", "auth.log", true],
  ["auth.log-20261126-1795201683", "auth.log", true],
  ["auth.log.old", "auth.log", true],
  ["messages-20261126", "messages", true],
  ["app-20261126.log", "app.log", true],
  ["app-2026-11-26.log", "app.log", true],
  ["app.error-20261126.log", "app.error.log", true],
  ["app-2.log", "app.log", false],
  ["worker-12345678.log", "app.log", false],
  ["auth.log", "auth.log", false],
  ["auth.log.1", "auth", false],
  ["auth.log.error", "auth.log", false],
  ["auth.log1", "auth.log", false],
  [".log-20261126", ".log", true],
];

for (const [name, log, expected] of NAMES) {
  Deno.test(`isRotated() says ${expected} when "${name}" lies beside "${log}"`, () => {
    assert.equal(isRotated(`/log/${name}`, new Set([`/log/${log}`])), expected);
    assert.equal(isRotated(`/other/${name}`, new Set([`/log/${log}`])), false);
  });
}

Deno.test("isCompressed() knows the endings that rotation gives", () => {
  const names = ["a.log.gz", "a.zst", "a.xz", "a.log", "a.gz.log"];
  assert.deepEqual(names.map(isCompressed), [true, true, true, false, false]);
});
