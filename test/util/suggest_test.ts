import assert from "node:assert/strict";
import fc from "fast-check";
import { suggest } from "../../src/util/suggest.ts";

const KEYS = ["max_retry", "find_time", "ban_time", "port", "ignoreip"];

Deno.test("suggest() finds the nearest word", () => {
  const table: readonly (readonly [string, string | undefined])[] = [
    ["max_rety", "max_retry"],
    ["maxRetry", "max_retry"],
    ["max-retry", "max_retry"],
    ["findtime", "find_time"],
    ["bna_time", "ban_time"],
    ["prot", "port"],
    ["ports", "port"],
    ["ignore_ip", "ignoreip"],
    ["x", undefined],
    ["", undefined],
    ["webhook", undefined],
    ["p".repeat(100), undefined],
  ];
  for (const [word, nearest] of table) {
    assert.equal(suggest(word, KEYS), nearest, word);
  }
});

Deno.test("suggest() gives each word itself", () => {
  fc.assert(fc.property(fc.constantFrom(...KEYS), (key) => {
    assert.equal(suggest(key, KEYS), key);
  }));
});
