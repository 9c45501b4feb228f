import assert from "node:assert/strict";
import * as fc from "fast-check";
import { BlockReader } from "../../src/source/block_reader.ts";

const decoder = new TextDecoder();

function readAll(text: string, sizes: { buffer: number; part: number }) {
  const lines: string[] = [];
  const reader = new BlockReader(
    new Uint8Array(sizes.buffer),
    (block) => lines.push(...decoder.decode(block).split(/(?<=\n)/)),
  );
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += sizes.part) {
    reader.push(bytes.subarray(at, at + sizes.part));
  }
  reader.flush();
  return { lines, overlongLines: reader.overlongLines };
}

Deno.test("BlockReader hands on every line once when the bytes come torn", () => {
  const read = readAll("one\ntwo\n\nthree", { buffer: 64, part: 5 });
  assert.deepEqual(read.lines, ["one\n", "two\n", "\n", "three\n"]);
});

Deno.test("BlockReader hands on views of its buffer when it was filled in place", () => {
  const buffer = new Uint8Array(16);
  const seen: [ArrayBufferLike, number, string][] = [];
  const reader = new BlockReader(
    buffer,
    (lines) =>
      seen.push([lines.buffer, lines.byteOffset, decoder.decode(lines)]),
  );
  reader.take(new TextEncoder().encodeInto("one\ntw", reader.space).written);
  reader.take(new TextEncoder().encodeInto("o\n", reader.space).written);
  assert.deepEqual(seen, [[buffer.buffer, 0, "one\n"], [
    buffer.buffer,
    0,
    "two\n",
  ]]);
});

Deno.test("BlockReader leaves out a line when it does not fit, and counts it", () => {
  const text = `a\n${"x".repeat(20)}\nb\n${"y".repeat(100)}`;
  assert.deepEqual(readAll(text, { buffer: 8, part: 3 }), {
    lines: ["a\n", "b\n"],
    overlongLines: 2,
  });
});

Deno.test("BlockReader gives the lines that splitting gives, however the bytes are torn", () => {
  const line = fc.string({ unit: fc.constantFrom("a", "b", ""), maxLength: 9 });
  fc.assert(fc.property(
    fc.array(line, { maxLength: 30 }),
    fc.integer({ min: 2, max: 12 }),
    fc.integer({ min: 1, max: 40 }),
    fc.boolean(),
    (lines, buffer, part, isEnded) => {
      const text = lines.map((line) => `${line}\n`).join("");
      const torn = isEnded ? text : text.slice(0, -1);
      const whole = torn.split("\n");
      if (whole.at(-1) === "") whole.pop();
      const fitting = whole.filter((line) => line.length < buffer);
      const read = readAll(torn, { buffer, part });
      assert.deepEqual(read.lines, fitting.map((line) => `${line}\n`));
      assert.equal(read.overlongLines, whole.length - fitting.length);
    },
  ));
});
