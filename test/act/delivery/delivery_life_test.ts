import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { HandlerError } from "../../../src/act/sandbox/types.ts";
import {
  createListLogger,
  makeAction,
  makeBan,
  startDelivery,
  StoredOutbox,
} from "./fixtures.ts";

const A = "192.0.2.1";
const B = "192.0.2.2";

function fail(reason: HandlerError["reason"] = "threw"): never {
  throw new HandlerError("Cannot reach it", { action: "team", reason });
}

Deno.test("Delivery.setActions() has an action clean up that left, and forgets it", async () => {
  const { clock, farSide, delivery, tell } = startDelivery();
  tell("ban", makeBan(A));
  await clock.advance(2);
  farSide.mood = ({ method }) => {
    if (method === "cleanup" && farSide.told("cleanup").length < 3) fail();
  };
  tell("ban", makeBan(B));
  delivery.setActions([]);
  strictEqual(delivery.status()[0]?.state, "leaving");
  deepStrictEqual(farSide.actions.map(({ name }) => name), ["team"]);
  await clock.advance(60);
  deepStrictEqual(farSide.hostsOf("team"), []);
  deepStrictEqual(farSide.told("ban"), [`ban ${A}`]);
  deepStrictEqual(delivery.status(), []);
  deepStrictEqual(farSide.actions, []);
  const stored = new StoredOutbox();
  delivery.drain(stored);
  strictEqual(stored.rows.size, 0);
});

Deno.test("Delivery.setActions() gives up a clean-up whose far side is gone", async () => {
  const { log, lines } = createListLogger();
  const { clock, farSide, delivery } = startDelivery({ log });
  await clock.advance(1);
  farSide.mood = () => fail();
  delivery.setActions([]);
  await clock.advance(3600);
  strictEqual(farSide.told("cleanup").length, 5);
  deepStrictEqual(delivery.status(), []);
  strictEqual(lines.at(-1), "error Cannot clean up after action");
});

Deno.test("Delivery.setActions() lets an action that comes back go on", async () => {
  const { clock, farSide, delivery, tell } = startDelivery();
  await clock.advance(1);
  farSide.mood = () => fail();
  delivery.setActions([]);
  await clock.advance(1);
  delivery.setActions([makeAction()]);
  farSide.mood = () => {};
  tell("ban", makeBan(A));
  await clock.advance(60);
  deepStrictEqual(farSide.hostsOf("team"), [`sshd ${A}`]);
  strictEqual(delivery.status().length, 1);
});

Deno.test("Delivery keeps what an action that cannot be used was to be told", async () => {
  const { clock, farSide, delivery, tell } = startDelivery({
    actions: [makeAction({ isUsable: false })],
  });
  tell("ban", makeBan(A));
  await clock.advance(60);
  deepStrictEqual(farSide.calls, []);
  deepStrictEqual(farSide.actions, []);
  strictEqual(delivery.status()[0]?.state, "unusable");
  strictEqual(delivery.status()[0]?.queued, 1);
  delivery.setActions([makeAction()]);
  await clock.advance(5);
  deepStrictEqual(farSide.told("ban"), [`ban ${A}`]);
});

Deno.test("Delivery.close() calls nobody any more, and what is being told is told again by the next life", async () => {
  const stored = new StoredOutbox();
  const first = startDelivery();
  await first.clock.advance(1);
  first.farSide.mood = () => new Promise(() => {});
  first.tell("ban", makeBan(A));
  await first.clock.advance(2);
  first.delivery.drain(stored);
  await first.delivery.close();
  strictEqual(first.farSide.isClosed, true);
  const told = first.farSide.calls.at(-1)?.batch[0]?.id;
  const next = startDelivery({ stored });
  await next.clock.advance(2);
  deepStrictEqual(next.farSide.told("ban"), [`ban ${A}`]);
  strictEqual(next.farSide.calls.at(-1)?.batch[0]?.id, told);
});

Deno.test("Delivery.drain() gives what changed, and everything after loseTrack()", async () => {
  const stored = new StoredOutbox();
  const { clock, farSide, delivery, tell } = startDelivery();
  farSide.mood = ({ method }) => method === "ban" ? { memory: 1 } : undefined;
  tell("ban", makeBan(A));
  delivery.drain(stored);
  strictEqual(stored.rows.size, 1);
  await clock.advance(2);
  delivery.drain(stored);
  strictEqual(stored.rows.size, 0);
  deepStrictEqual([...stored.memories.values()], [{
    action: "team",
    memory: 1,
  }]);
  tell("ban", makeBan(B));
  delivery.drain(new StoredOutbox());
  delivery.loseTrack();
  const anew = new StoredOutbox();
  delivery.drain(anew);
  deepStrictEqual([...anew.rows.values()].map(({ ban }) => ban.jail), ["sshd"]);
  strictEqual(anew.memories.size, 1);
});

Deno.test("Delivery.restore() forgets messages and memories of actions that nobody knows", () => {
  const stored = new StoredOutbox();
  const first = startDelivery({ actions: [makeAction({ name: "gone" })] });
  first.tell("ban", makeBan(A));
  first.delivery.drain(stored);
  stored.putMemory({ action: "gone", memory: { list: 1 } });
  const { log, lines } = createListLogger();
  const next = startDelivery({ stored, log });
  next.delivery.drain(stored);
  strictEqual(stored.rows.size, 0);
  strictEqual(stored.memories.size, 0);
  deepStrictEqual(lines, [
    "warn Forget what an action without configuration was to be told",
  ]);
});
