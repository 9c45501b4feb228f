import assert from "node:assert/strict";
import { AnswerCache } from "../../src/ignore/answer_cache.ts";

Deno.test("AnswerCache.get() remembers for a while, both answers", () => {
  const cache = new AnswerCache({ key: "", maxCount: 9, maxTimeSeconds: 10 });
  cache.set("a", true, 100);
  cache.set("b", false, 105);
  assert.equal(cache.get("a", 109), true);
  assert.equal(cache.get("a", 110), undefined);
  assert.equal(cache.get("b", 110), false);
  assert.equal(cache.get("c", 100), undefined);
});

Deno.test("AnswerCache.set() drops the oldest answer when it is full, and keeps none for no time", () => {
  const cache = new AnswerCache({ key: "", maxCount: 2, maxTimeSeconds: 10 });
  for (const key of ["a", "b", "a", "c"]) cache.set(key, true, 100);
  const known = ["a", "b", "c"].map((key) => cache.get(key, 100));
  assert.deepEqual(known, [true, undefined, true]);
  const none = new AnswerCache({ key: "", maxCount: 2, maxTimeSeconds: 0 });
  none.set("a", true, 100);
  assert.equal(none.get("a", 100), undefined);
});
