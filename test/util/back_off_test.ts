import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { BackOff } from "../../src/util/back_off.ts";

const PACE = { firstMs: 100, longestMs: 1000, calmMs: 5000 };

Deno.test("BackOff doubles its delay up to the longest, and tells once that it is there", () => {
  const backOff = new BackOff(PACE);
  const waits: number[] = [];
  const news: boolean[] = [];
  let now = 0;
  for (let turn = 0; turn < 8; turn++) {
    const wait = backOff.waitMs(now);
    waits.push(wait);
    now += wait;
    news.push(backOff.note(now));
  }
  deepStrictEqual(waits, [0, 0, 100, 200, 400, 800, 1000, 1000]);
  deepStrictEqual(news.indexOf(true), 5);
  strictEqual(news.filter((isNews) => isNews).length, 1);
  strictEqual(backOff.waitMs(now + 400), 600);
});

Deno.test("BackOff forgets when nothing has happened for long", () => {
  const backOff = new BackOff(PACE);
  for (let turn = 0; turn < 10; turn++) backOff.note(0);
  strictEqual(backOff.waitMs(0), 1000);
  strictEqual(backOff.waitMs(5000), 0);
  strictEqual(backOff.note(5000), false);
  strictEqual(backOff.waitMs(5000), 0);
});
