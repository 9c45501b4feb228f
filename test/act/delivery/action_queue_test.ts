import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { ActionQueue } from "../../../src/act/delivery/action_queue.ts";
import type { Message } from "../../../src/act/delivery/message.ts";
import type { Decision } from "../../../src/track/types.ts";
import { decide, makeBan } from "./fixtures.ts";

const A = "192.0.2.1";
const B = "192.0.2.2";
const C = "192.0.2.3";
const NOW = 1000;

function setUp(mostWaiting = 100) {
  const stored = new Set<number>();
  const dropped: number[] = [];
  const queue = new ActionQueue({
    mostWaiting,
    onPut: ({ id }) => stored.add(id),
    onGone: ({ id }) => stored.delete(id),
    onDropped: ({ id }) => dropped.push(id),
  });
  let id = 0;
  const add = (kind: Decision["kind"], host: string, endSeconds = 5000) =>
    queue.add(decide(kind, makeBan(host, { endSeconds })), {
      id: ++id,
      nowSeconds: NOW,
    });
  const take = (most = 100, nowSeconds = NOW) =>
    show(queue.take({ nowSeconds, most }));
  return { queue, stored, dropped, add, take };
}

function show(
  batch: { method: string; messages: readonly Message[] } | undefined,
): string {
  if (batch === undefined) return "nothing";
  return `${batch.method} ${batch.messages.map((m) => m.ban.host).join(" ")}`;
}

const NOTHING_AGAIN: ReadonlyMap<number, number> = new Map();

Deno.test("add() cancels a ban that is over before anybody was told", () => {
  const { queue, stored, add, take } = setUp();
  add("ban", A);
  add("extend", A);
  add("unban", A);
  strictEqual(take(), "nothing");
  strictEqual(queue.size, 0);
  deepStrictEqual([...stored], []);
});

Deno.test("add() lets a later end take the place of an earlier one", () => {
  const { queue, stored, add } = setUp();
  add("ban", A, 2000);
  add("ban", B);
  add("extend", A, 9000);
  const batch = queue.take({ nowSeconds: NOW, most: 100 });
  strictEqual(show(batch), `ban ${A} ${B}`);
  strictEqual(batch?.messages[0]?.ban.endSeconds, 9000);
  deepStrictEqual([...stored].sort(), [2, 3]);
});

Deno.test("add() keeps an unban when the ban may have been told", () => {
  for (const again of [NOTHING_AGAIN, new Map([[1, 0]])]) {
    const { queue, add, take } = setUp();
    add("ban", A);
    strictEqual(take(), `ban ${A}`);
    add("unban", A);
    queue.settle(again);
    strictEqual(take(), `unban ${A}`);
  }
});

Deno.test("add() tells of an unban after an extension of a ban that was told long ago", () => {
  const { add, take } = setUp();
  add("extend", A);
  add("unban", A);
  strictEqual(take(), `unban ${A}`);
});

Deno.test("add() lets a new ban take the place of an unban, whose unban is told then", () => {
  const { queue, add, take } = setUp();
  add("ban", A);
  take();
  queue.settle(NOTHING_AGAIN);
  add("unban", A);
  add("ban", A);
  add("unban", A);
  strictEqual(take(), `unban ${A}`);
});

Deno.test("settle() puts what failed before what came later, unless the host has a later message", () => {
  const { queue, stored, add, take } = setUp();
  add("ban", A);
  add("ban", B);
  take();
  add("ban", C);
  add("unban", A);
  queue.settle(new Map([[1, 0], [2, 0]]));
  deepStrictEqual([...stored].sort(), [2, 3, 4]);
  strictEqual(take(), `ban ${B} ${C}`);
  queue.settle(NOTHING_AGAIN);
  strictEqual(take(), `unban ${A}`);
});

Deno.test("take() passes over entries that are to be told later", () => {
  const { queue, add, take } = setUp();
  add("ban", A);
  add("ban", B);
  take();
  queue.settle(new Map([[1, NOW + 60]]));
  strictEqual(take(), "nothing");
  strictEqual(queue.dueSeconds({ everySeconds: 1, most: 100 }), NOW + 60);
  strictEqual(take(100, NOW + 60), `ban ${A}`);
});

Deno.test("take() gives bans and unbans apart, the oldest first, no more than asked for", () => {
  const { queue, add, take } = setUp();
  for (const host of [A, B]) {
    add("extend", host);
    take();
    queue.settle(NOTHING_AGAIN);
  }
  add("unban", A);
  add("ban", C);
  add("unban", B);
  strictEqual(take(1), `unban ${A}`);
  queue.settle(NOTHING_AGAIN);
  strictEqual(take(1), `ban ${C}`);
  queue.settle(NOTHING_AGAIN);
  strictEqual(take(1), `unban ${B}`);
});

Deno.test("add() drops the oldest unbans, then the oldest bans, when there is no room", () => {
  const { queue, stored, dropped, add } = setUp(3);
  add("unban", A);
  add("ban", B);
  add("unban", C);
  add("ban", "192.0.2.4");
  deepStrictEqual(dropped, [1]);
  add("ban", "192.0.2.5");
  deepStrictEqual(dropped, [1, 3]);
  add("ban", "192.0.2.6");
  deepStrictEqual(dropped, [1, 3, 2]);
  add("unban", "192.0.2.7");
  deepStrictEqual(dropped, [1, 3, 2, 7]);
  strictEqual(queue.size, 3);
  deepStrictEqual([...stored], [4, 5, 6]);
});

Deno.test("dueSeconds() waits for others, and not where there are enough", () => {
  const { queue, add } = setUp();
  const due = (most: number) => queue.dueSeconds({ everySeconds: 5, most });
  strictEqual(due(2), Infinity);
  add("ban", A);
  strictEqual(due(2), NOW + 5);
  add("ban", B);
  strictEqual(due(2) <= NOW, true);
});

Deno.test("restore() takes over what is stored, unless a later message is known", () => {
  const { queue, stored, add, take } = setUp();
  add("ban", A);
  const old = (id: number, host: string): Message => ({
    ...{ id, method: "unban", ban: makeBan(host), isNews: false },
    ...{ atSeconds: 0, notBeforeSeconds: 0 },
  });
  queue.restore(old(0, A));
  queue.restore(old(7, B));
  strictEqual(take(), `ban ${A}`);
  queue.settle(NOTHING_AGAIN);
  strictEqual(take(), `unban ${B}`);
  // It was stored by the earlier life.
  deepStrictEqual([...stored], []);
});
