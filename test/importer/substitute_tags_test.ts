import assert from "node:assert/strict";
import { substituteTags } from "../../importer/substitute_tags.ts";

function substitute(
  values: Readonly<Record<string, string>>,
  ignore: readonly string[] = [],
) {
  const result = substituteTags(new Map(Object.entries(values)), {
    ignore: new Set(ignore),
    lookUp: (tag) => tag === "sec/key" ? "looked up" : undefined,
  });
  return Object.fromEntries(result);
}

Deno.test("substituteTags() replaces inner tags first, and leaves unknown ones", () => {
  assert.deepEqual(
    substitute({
      re: "^<p-<mode>> <HOST> <sec/key>$",
      mode: "x",
      "p-x": "<q>",
      q: "1",
    }),
    { re: "^1 <HOST> looked up$", mode: "x", "p-x": "1", q: "1" },
  );
});

Deno.test("substituteTags() leaves ignored tags and values", () => {
  assert.deepEqual(substitute({ a: "<b> <c>", b: "1", c: "<b>" }, ["b"]), {
    a: "<b> <b>",
    b: "1",
    c: "<b>",
  });
});

Deno.test("substituteTags() refuses values that refer to themselves, or grow", () => {
  assert.throws(() => substitute({ a: "<a>" }), /"a" refers to itself/);
  assert.throws(() => substitute({ a: "<b>", b: "<a>" }), RangeError);
  const values: Record<string, string> = { x20: "long" };
  for (let index = 0; index < 20; index++) {
    values[`x${index}`] = `<x${index + 1}>`.repeat(20);
  }
  assert.throws(() => substitute(values), RangeError);
});
