import assert from "node:assert/strict";
import fc from "fast-check";
import { HoleSkipper } from "../../src/source/hole_skipper.ts";
import { toBytes, toText } from "./tail_fixture.ts";

function cut(blocks: readonly string[]): string {
  const skipper = new HoleSkipper(1000);
  let text = "";
  let taken = 0;
  for (const block of blocks) {
    skipper.push(toBytes(block), (lines, end) => {
      assert.equal(block[end - 1], "\n");
      text += toText(lines);
    });
    taken += block.length;
    const whole = blocks.join("").slice(0, taken).lastIndexOf("\n") + 1;
    assert.ok(skipper.pendingBytes <= taken - whole);
  }
  skipper.flush((lines) => text += toText(lines));
  return text;
}

Deno.test("HoleSkipper does leave out zeros between lines, and no others, when the text is torn anywhere", () => {
  const piece = fc.constantFrom(
    "one\n",
    "two\0three\n",
    "\0four\n",
    "\0".repeat(15) + "five\n",
    "\0".repeat(16),
    "\0".repeat(40),
    "unended",
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      (pieces, cuts) => {
        const text = pieces.join("");
        const places = cuts.map((cut) => cut % (text.length + 1))
          .toSorted((a, b) => a - b);
        const blocks = [...places, text.length].map((place, n) =>
          text.slice(places[n - 1] ?? 0, place)
        );
        const wanted = text.replace(/(^|\n)\0{16,}/g, "$1");
        assert.equal(cut(blocks), wanted.replace(/(^|\n)\0+$/, "$1"));
      },
    ),
    { numRuns: 3000, seed: 1 },
  );
});
