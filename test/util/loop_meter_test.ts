import { ok, strictEqual } from "node:assert/strict";
import { LoopMeter } from "../../src/util/loop_meter.ts";

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function hold(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

Deno.test("LoopMeter tells the longest time that others had to wait", async () => {
  const meter = new LoopMeter();
  meter.touch();
  strictEqual(meter.longestMs, 0);
  await sleep(50);
  hold(150);
  await sleep(20);
  hold(60);
  await sleep(20);
  meter.stop();
  ok(meter.longestMs >= 140 && meter.longestMs < 5000, `${meter.longestMs} ms`);
});

Deno.test("LoopMeter sleeps where there is no work", async () => {
  let now = 0;
  const meter = new LoopMeter(() => now);
  meter.touch();
  now = 2_000;
  // It looks once more, finds that there was no work, and leaves no timer behind: the test would say so.
  await sleep(50);
  strictEqual(meter.longestMs, 1_995);
  now = 9_000;
  await sleep(50);
  strictEqual(meter.longestMs, 1_995);
});
