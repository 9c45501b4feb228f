import assert from "node:assert/strict";
import fc from "fast-check";
import { calculate, readTime } from "../../importer/time_value.ts";

const TIMES: readonly (readonly [string, number | undefined])[] = [
  ["600", 600],
  ["10m", 600],
  ["1d12h", 129_600],
  ["1h 30m", 5400],
  ["60*60", 3600],
  ["2 * (1h + 30m)", 10_800],
  ["-(2 - 1)", Infinity],
  ["-1", Infinity],
  ["7 // 2", 3],
  ["7 % 4", 3],
  ["2 ** 3 ** 2", 512],
  ["1.5h", 5400],
  ["", undefined],
  ["1 2 x", undefined],
  ["(1", undefined],
  ["1 / 0", undefined],
  ["__import__('os')", undefined],
  ["10 ** 400", undefined],
  ["(".repeat(100), undefined],
];

for (const [text, seconds] of TIMES) {
  Deno.test(`readTime() reads "${text}"`, () => {
    assert.equal(readTime(text), seconds);
  });
}

Deno.test("calculate() takes any text, and gives finite numbers only", () => {
  const piece = fc.constantFrom("1", "2h", "(", ")", "+", "-", "*", "/", " ");
  fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
    const value = calculate(pieces.join(""));
    assert.ok(value === undefined || Number.isFinite(value));
  }));
});
