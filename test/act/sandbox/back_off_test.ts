import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { BackOff } from "../../../src/act/sandbox/back_off.ts";

Deno.test("BackOff doubles its rest from death to death, up to five minutes", () => {
  const backOff = new BackOff(() => 0.5);
  const rests = Array.from(
    { length: 11 },
    () => backOff.die({ nowMs: 0, bornMs: 0 }) / 1000,
  );
  deepStrictEqual(rests, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
});

Deno.test("BackOff starts anew after a life of a minute", () => {
  const backOff = new BackOff(() => 0.5);
  backOff.die({ nowMs: 0, bornMs: 0 });
  backOff.die({ nowMs: 0, bornMs: 0 });
  strictEqual(backOff.die({ nowMs: 60_000, bornMs: 0 }), 1000);
});

Deno.test("BackOff rests until its time is over", () => {
  const backOff = new BackOff(() => 0.5);
  strictEqual(backOff.restMs(5000), 0);
  backOff.die({ nowMs: 5000, bornMs: 5000 });
  strictEqual(backOff.restMs(5400), 600);
  strictEqual(backOff.restMs(6000), 0);
});

Deno.test("BackOff spreads its rests by a quarter to both sides", () => {
  const rest = (random: number) =>
    new BackOff(() => random).die({ nowMs: 0, bornMs: 0 });
  strictEqual(rest(0), 750);
  ok(rest(0.999) < 1250 && rest(0.999) > 1240);
});
