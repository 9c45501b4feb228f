import { deepStrictEqual } from "node:assert/strict";
import { giveWay } from "../../src/source/give_way.ts";
import { beginVisit, endVisit } from "../../src/util/visits.ts";

/** Takes so long that whoever gives way has to notice. */
function workFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end) { /* work */ }
}

Deno.test("giveWay() lets others take several steps, and comes in between in the end", async () => {
  const order: string[] = [];
  let steps = 0;
  const step = () => {
    workFor(10);
    order.push("step");
    if (++steps < 8) setTimeout(step, 0);
  };
  setTimeout(step, 0);
  await new Promise<void>((resolve) =>
    giveWay(() => (order.push("own"), resolve()))
  );
  while (steps < 8) await new Promise((resolve) => setTimeout(resolve, 0));
  const before = order.indexOf("own");
  deepStrictEqual([before > 1, before < 8, order.length], [true, true, 9]);
});

Deno.test("giveWay() can be taken back, also while others work", async () => {
  const order: string[] = [];
  const cancel = giveWay(() => order.push("own"));
  workFor(10);
  setTimeout(cancel, 0);
  for (let n = 0; n < 10; n++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  deepStrictEqual(order, []);
});

Deno.test("giveWay() lets one who waits be answered, however many steps it takes and however short they are", async () => {
  const order: string[] = [];
  const visitor = {};
  let steps = 0;
  const step = () => {
    if (++steps < 5) setTimeout(step, 0);
    else {
      order.push("answer");
      endVisit(visitor);
    }
  };
  beginVisit(visitor);
  setTimeout(step, 0);
  await new Promise<void>((resolve) =>
    giveWay(() => (order.push("own"), resolve()))
  );
  deepStrictEqual(order, ["answer", "own"]);
});

Deno.test("giveWay() goes on where one who came says nothing", async () => {
  const visitor = {};
  beginVisit(visitor);
  try {
    await new Promise<void>((resolve) => giveWay(resolve));
  } finally {
    endVisit(visitor);
  }
});
