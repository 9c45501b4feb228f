import assert from "node:assert/strict";
import { isAfter, toCursor } from "../../src/source/cursor_order.ts";

function cursor(parts: Partial<Record<"s" | "i" | "b" | "m" | "t", string>>) {
  const { s = "aa", i = "1", b = "bb", m = "100", t = "66129f0558a8e" } = parts;
  return `s=${s};i=${i};b=${b};m=${m};t=${t};x=1`;
}

for (
  const [what, one, two, is] of [
    ["the same place", {}, {}, false],
    ["a larger number", { i: "10" }, { i: "f" }, true],
    ["a smaller number", { i: "f" }, { i: "10" }, false],
    [
      "a larger number though the clock was set back",
      { i: "2", t: "5" },
      {},
      true,
    ],
    [
      "a later moment of another sequence",
      { s: "cc", m: "101" },
      { i: "9" },
      true,
    ],
    [
      "an earlier moment of another sequence",
      { s: "cc", m: "ff", i: "9" },
      {},
      false,
    ],
    ["the same moment and number in another sequence", { s: "cc" }, {}, false],
    ["the same moment and the next number", { s: "cc", i: "2" }, {}, true],
    [
      "a later time of another boot",
      { s: "cc", b: "dd", m: "1", t: "66129f0558a8f" },
      {},
      true,
    ],
    [
      "an earlier time of another boot",
      { s: "cc", b: "dd", m: "999", t: "6" },
      {},
      false,
    ],
  ] as const
) {
  Deno.test(`isAfter() is ${is} for ${what}`, () => {
    assert.equal(isAfter(cursor(one), cursor(two)), is);
  });
}

Deno.test("isAfter() is true where nothing can be compared: rather twice than never", () => {
  for (const text of ["", "x", ";", "s=", "s=aa;i="]) {
    assert.equal(isAfter(text, cursor({})), true);
    assert.equal(isAfter(cursor({}), text), true);
  }
});

Deno.test("toCursor() reads the time of day", () => {
  assert.equal(toCursor(cursor({})).timeSeconds, 0x66129f0558a8e / 1e6);
  assert.equal(toCursor("x").timeSeconds, 0);
});
