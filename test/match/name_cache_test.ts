import assert from "node:assert/strict";
import { NameCache } from "../../src/match/name_cache.ts";

/** A resolver that answers when it is told to. */
function createDesk() {
  const asked: string[] = [];
  const answers = new Map<string, (addresses: readonly string[]) => void>();
  return {
    asked,
    resolve(name: string): Promise<readonly string[]> {
      asked.push(name);
      return new Promise((resolve) => answers.set(name, resolve));
    },
    async answer(name: string, ...addresses: string[]): Promise<void> {
      answers.get(name)?.(addresses);
      await Promise.resolve();
    },
  };
}

Deno.test("ask() asks for a name once, and tells all who wait", async () => {
  const desk = createDesk();
  const cache = new NameCache(desk.resolve);
  const told: (readonly string[])[] = [];
  assert.ok(cache.ask("a", 0, (addresses) => told.push(addresses)));
  assert.ok(cache.ask("a", 0, (addresses) => told.push(addresses)));
  assert.equal(cache.lookUp("a", 0), undefined);
  await desk.answer("a", "192.0.2.1");
  assert.deepEqual(told, [["192.0.2.1"], ["192.0.2.1"]]);
  assert.deepEqual(desk.asked, ["a"]);
  assert.equal(cache.pending, 0);
});

Deno.test("lookUp() remembers for a while, names without addresses too", async () => {
  const desk = createDesk();
  const cache = new NameCache(desk.resolve, {
    lifetimeSeconds: 10,
    emptyLifetimeSeconds: 5,
  });
  cache.ask("a", 100, () => {});
  await desk.answer("a", "192.0.2.1");
  assert.deepEqual(cache.lookUp("a", 109), ["192.0.2.1"]);
  assert.equal(cache.lookUp("a", 110), undefined);
  cache.ask("b", 100, () => {});
  await desk.answer("b");
  assert.deepEqual(cache.lookUp("b", 104), []);
  assert.equal(cache.lookUp("b", 105), undefined);
});

Deno.test("ask() refuses beyond its bounds, and forgets the oldest", async () => {
  const desk = createDesk();
  const cache = new NameCache(desk.resolve, { capacity: 2, mostPending: 2 });
  assert.ok(cache.ask("a", 0, () => {}));
  assert.ok(cache.ask("a", 0, () => {}));
  assert.ok(!cache.ask("a", 0, () => {}));
  assert.ok(cache.ask("b", 0, () => {}));
  assert.ok(!cache.ask("c", 0, () => {}));
  await desk.answer("a");
  await desk.answer("b");
  assert.ok(cache.ask("c", 0, () => {}));
  await desk.answer("c");
  assert.equal(cache.lookUp("a", 0), undefined);
  assert.deepEqual(cache.lookUp("b", 0), []);
  assert.deepEqual(cache.lookUp("c", 0), []);
});
