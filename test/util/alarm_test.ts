import { deepStrictEqual } from "node:assert/strict";
import { Alarm } from "../../src/util/alarm.ts";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("Alarm rings at the time it was last set to, and once", async () => {
  const rung: number[] = [];
  const alarm = new Alarm(() => rung.push(1));
  alarm.set(Date.now() / 1000 + 3600);
  alarm.set(Date.now() / 1000 + 0.01);
  await wait(60);
  deepStrictEqual(rung, [1]);
});

Deno.test("Alarm can be set to the same time again after it rang", async () => {
  let rung = 0;
  const alarm = new Alarm(() => rung++);
  const past = Date.now() / 1000 - 5;
  alarm.set(past);
  await wait(20);
  alarm.set(past);
  await wait(20);
  deepStrictEqual(rung, 2);
});

Deno.test("Alarm stays silent when it is cleared, set to never, or years away", async () => {
  let rung = 0;
  const alarm = new Alarm(() => rung++);
  alarm.set(Date.now() / 1000 + 0.01);
  alarm.clear();
  alarm.set(Date.now() / 1000 + 0.01);
  alarm.set(Infinity);
  alarm.set(1e11);
  await wait(40);
  alarm.clear();
  deepStrictEqual(rung, 0);
});
