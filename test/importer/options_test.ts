import assert from "node:assert/strict";
import fc from "fast-check";
import {
  isTrue,
  parseNameWithOptions,
  parseWhole,
  splitActions,
} from "../../importer/options.ts";

function parse(text: string) {
  const parsed = parseNameWithOptions(text);
  return parsed && [parsed.name, Object.fromEntries(parsed.options)];
}

Deno.test("parseNameWithOptions() reads quoted, bare and repeated brackets", () => {
  assert.deepEqual(parse("app"), ["app", {}]);
  assert.deepEqual(
    parse(`app[a="x, y]", b='"', c=z z, d?family=inet6=1][e=]`),
    ["app", { a: "x, y]", b: '"', c: "z z", "d?family=inet6": "1", e: "" }],
  );
  assert.deepEqual(parse('app[x="unclosed]'), ["app", { x: '"unclosed' }]);
});

Deno.test("parseNameWithOptions() refuses brackets that do not close, and words between options", () => {
  for (const text of ["app[x=1", "app[x]", 'app[x="1" y=2]', "[x=1]", ""]) {
    assert.equal(parse(text), undefined, text);
  }
});

Deno.test("splitActions() divides at white space outside of brackets", () => {
  assert.deepEqual(
    splitActions('a[x="1 2",\n y=3]\n  b c[z=4][w=5]\n\nd'),
    ['a[x="1 2",\n y=3]', "b", "c[z=4][w=5]", "d"],
  );
  assert.deepEqual(splitActions("joho[foo"), ["joho[foo"]);
});

Deno.test("splitActions() and parseNameWithOptions() take any text in bounded time", () => {
  const piece = fc.constantFrom("a", "[", "]", "=", '"', "'", ",", " ", "\n");
  fc.assert(fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
    for (const part of splitActions(pieces.join(""))) {
      parseNameWithOptions(part);
    }
  }));
});

Deno.test("isTrue() and parseWhole() read as Python does", () => {
  assert.deepEqual(["1", "On", "TRUE", "yes", "y", "2", ""].map(isTrue), [
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  assert.deepEqual([" 5 ", "-1", "1_000", "5.0", "x"].map(parseWhole), [
    5,
    -1,
    1000,
    undefined,
    undefined,
  ]);
});
