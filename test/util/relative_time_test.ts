import { strictEqual } from "node:assert/strict";
import { formatRelative, formatSpan } from "../../src/util/relative_time.ts";

const SPANS: readonly (readonly [number, string])[] = [
  [0, "0 s"],
  [-3, "0 s"],
  [59.4, "59 s"],
  [60, "1 min"],
  [3599, "59 min"],
  [3600, "1 h"],
  [5400, "1 h 30 min"],
  [40_000, "11 h"],
  [90_061, "1 d 1 h"],
  [86_400 * 30, "30 d"],
  [Infinity, "for ever"],
];

for (const [seconds, text] of SPANS) {
  Deno.test(`formatSpan() says ${text} for ${seconds} s`, () => {
    strictEqual(formatSpan(seconds), text);
  });
}

Deno.test("formatRelative() tells past from future", () => {
  strictEqual(formatRelative(540), "in 9 min");
  strictEqual(formatRelative(-7200), "2 h ago");
  strictEqual(formatRelative(0.2), "now");
  strictEqual(formatRelative(Infinity), "never");
});
