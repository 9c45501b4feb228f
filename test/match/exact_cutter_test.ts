import assert from "node:assert/strict";
import { ExactCutter } from "../../src/match/exact_cutter.ts";
import { NOW, utc } from "./fixtures.ts";

/** Cuts lines one after another. */
function createCut(datePattern?: string) {
  const cutter = new ExactCutter({ datePattern, localTime: utc });
  return (line: string) => {
    cutter.cut(line, { from: 0, to: line.length }, NOW);
    return [cutter.text, cutter.isDated, cutter.lastSeconds];
  };
}

Deno.test("cut() leaves what stands around the date", () => {
  const cut = createCut();
  assert.deepEqual(cut("[2026-11-20 19:09:58] x"), ["[] x\n", true, NOW - 2]);
  assert.deepEqual(cut("no date"), ["no date\n", false, NOW - 2]);
});

Deno.test("cut() takes a line that a pattern knows to bear no date for as old as the last, or new", () => {
  const cut = createCut("^%Y-%m-%d %H:%M:%S\n^WARNING:()");
  assert.deepEqual(cut("WARNING: x"), ["WARNING: x\n", true, NOW]);
  cut("2026-11-20 19:09:28 a");
  assert.deepEqual(cut("WARNING: x"), ["WARNING: x\n", true, NOW - 32]);
  cut("2026-11-20 18:00:00 a");
  assert.deepEqual(cut("WARNING: x"), ["WARNING: x\n", true, NOW]);
});

Deno.test("cut() takes a date that is none out, unless the last one still holds", () => {
  const cut = createCut("^%Y-%m-%d %H:%M:%S\n^WARNING:()");
  const [text, isDated] = cut("2026-06-31 19:00:00 a");
  assert.deepEqual([text, isDated], [" a\n", false]);
  cut("WARNING: x");
  assert.equal(cut("2026-06-31 19:00:00 a")[0], " a\n");
  cut("2026-11-20 19:09:58 a");
  assert.equal(cut("2026-06-31 19:00:00 a")[0], "2026-06-31 19:00:00 a\n");
});
