import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { FrameSplitter } from "../../src/source/frame_splitter.ts";

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** @returns messages; those that were cut end in `…` */
function split(pieces: readonly string[], maxBytes = 20): string[] {
  const found: string[] = [];
  const frames = new FrameSplitter(maxBytes, (message, isCut) => {
    found.push(DECODER.decode(message) + (isCut ? "…" : ""));
  });
  for (const piece of pieces) frames.push(ENCODER.encode(piece));
  frames.flush();
  return found;
}

/** Name, bytes, messages. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ["lines", "<1>ab\n<1>abcd\n", ["<1>ab", "<1>abcd"]],
  ["a last line without an end", "<1>ab\n<1>a", ["<1>ab", "<1>a"]],
  ["counted messages", "5 <1>ab7 <1>abcd", ["<1>ab", "<1>abcd"]],
  ["a newline in a counted one", "7 <1>a\nb\n", ["<1>a\nb\n"]],
  ["both, one after the other", "5 <1>ab<1>c\n4 <1>d", [
    "<1>ab",
    "<1>c",
    "<1>d",
  ]],
  ["a newline behind a counted one", "5 <1>ab\n5 <1>cd\n", ["<1>ab", "<1>cd"]],
  ["a counted one that is not whole", "7 <1>ab", []],
  ["a line that begins with digits", "12:30 x\n2026-11-26T x\n", [
    "12:30 x",
    "2026-11-26T x",
  ]],
  ["a number that is too long", "1234567890 x\n", ["1234567890 x"]],
  ["a number that begins with 0", "05 <1>ab\n", ["05 <1>ab"]],
  ["empty lines", "\n\n<1>a\n\n", ["<1>a"]],
  ["a line that is too long", `${"x".repeat(25)}\n<1>a\n`, [
    `${"x".repeat(20)}…`,
    "<1>a",
  ]],
  ["a counted one that is too long", `25 ${"x".repeat(25)}5 <1>ab`, [
    `${"x".repeat(20)}…`,
    "<1>ab",
  ]],
];

for (const [name, text, messages] of CASES) {
  Deno.test(`FrameSplitter cuts ${name}`, () => {
    deepStrictEqual(split([text]), messages);
    deepStrictEqual(split([...text]), messages);
  });
}

Deno.test("FrameSplitter gives the same however a stream is torn", () => {
  const piece = fc.oneof(
    fc.constantFrom("5 <1>ab", "<1>c\n", "\n", "9", " ", "999999999 ", "12x\n"),
    fc.string({ maxLength: 30 }),
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
    deepStrictEqual(split(pieces), split([pieces.join("")]));
  }));
});

Deno.test("isWithin tells whether a message has begun", () => {
  const frames = new FrameSplitter(20, () => {});
  const states = ["\n", "1", "2", " ", "<1>abcdefgh", "i", "x", "\n"].map(
    (piece) => {
      frames.push(ENCODER.encode(piece));
      return frames.isWithin;
    },
  );
  deepStrictEqual(states, [
    ...[false, true, true, true, true],
    ...[false, true, false],
  ]);
  strictEqual(frames.isWithin, false);
});
