import assert from "node:assert/strict";
import fc from "fast-check";
import { LineSplitter } from "../../src/source/line_splitter.ts";
import { toBytes, toText } from "./tail_fixture.ts";

interface Outcome {
  readonly lines: string[];
  readonly overlongLines: number;
}

function split(blocks: readonly string[], maxLineBytes: number): Outcome {
  const splitter = new LineSplitter(maxLineBytes);
  let text = "";
  for (const block of blocks) {
    let last = 0;
    splitter.push(toBytes(block), (lines, end) => {
      assert.ok(end > last && end <= block.length);
      assert.equal(block[end - 1], "\n");
      last = end;
      text += toText(lines);
    });
  }
  splitter.flush((lines) => text += toText(lines));
  return {
    lines: text.match(/[^\n]*\n|[^\n]+$/g) ?? [],
    overlongLines: splitter.overlongLines,
  };
}

function splitNaively(text: string, maxLineBytes: number): Outcome {
  const all = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const lines = all.filter((line) =>
    line.replace("\n", "").length <= maxLineBytes
  );
  return { lines, overlongLines: all.length - lines.length };
}

Deno.test("LineSplitter does give the lines of the whole when the text is torn anywhere", () => {
  const piece = fc.string({
    unit: fc.constantFrom("\n", "a", "\0", "\r", "\xff"),
    maxLength: 12,
  });
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.integer({ min: 1, max: 20 }),
      (blocks, limit) => {
        assert.deepEqual(
          split(blocks, limit),
          splitNaively(blocks.join(""), limit),
        );
      },
    ),
    { numRuns: 2000, seed: 1 },
  );
});

Deno.test("LineSplitter does hand a block through as one view when nothing waits", () => {
  const splitter = new LineSplitter(100);
  const block = toBytes("one\ntwo\nthr");
  const views: Uint8Array[] = [];
  splitter.push(block, (lines) => views.push(lines));
  assert.equal(views.length, 1);
  assert.equal(views[0]?.buffer, block.buffer);
  assert.equal(splitter.pendingBytes, 3);
});
