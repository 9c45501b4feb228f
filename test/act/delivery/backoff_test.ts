import { deepStrictEqual, ok } from "node:assert/strict";
import { backoffSeconds } from "../../../src/act/delivery/backoff.ts";

Deno.test("backoffSeconds() doubles up to five minutes", () => {
  const pauses = Array.from(
    { length: 11 },
    (_, i) => backoffSeconds(i + 1, 0.999_999),
  );
  deepStrictEqual(
    pauses.map(Math.round),
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300],
  );
});

Deno.test("backoffSeconds() varies by half", () => {
  ok(Math.abs(backoffSeconds(5, 0) - 8) < 1e-9);
  ok(Math.abs(backoffSeconds(5, 0.5) - 12) < 1e-9);
  ok(backoffSeconds(2000, 0) === 150);
});
