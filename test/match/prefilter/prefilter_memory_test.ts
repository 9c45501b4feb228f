import assert from "node:assert/strict";
import type { Literal } from "../../../src/match/prefilter/literal.ts";
import { Prefilter } from "../../../src/match/prefilter/prefilter.ts";
import {
  LINE_PLACE,
  LineWord,
} from "../../../src/match/prefilter/scan_module.ts";
import { runPrefilter } from "./scanners.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const cased = (text: string): Literal => ({ text, ignoresCase: false });

Deno.test("Prefilter takes bytes that lie in its own buffer as they are", () => {
  const prefilter = new Prefilter([cased("abc"), cased("def")]);
  const text = encode("def abc\nxyz\nabc");
  prefilter.input.set(text, 5);
  const bytes = prefilter.input.subarray(5, 5 + text.length);
  assert.deepEqual(runPrefilter(prefilter, bytes), {
    lines: [[0, 7, [0, 1]], [12, 15, [0]]],
    lineCount: 3,
  });
});

Deno.test("Prefilter keeps its reader's buffer when other bytes are scanned", () => {
  const prefilter = new Prefilter([cased("abc")]);
  prefilter.input.set(encode("abc\n"));
  runPrefilter(prefilter, encode("xyz\n".repeat(100)));
  const { lines } = runPrefilter(prefilter, prefilter.input.subarray(0, 4));
  assert.deepEqual(lines, [[0, 3, [0]]]);
});

Deno.test("Prefilter tells where a line stands in its memory, as long as it stands there", () => {
  const prefilter = new Prefilter([cased("abc")]);
  const lines = [
    "1 abc",
    "x".repeat(200_000),
    "2 abc",
    "y".repeat(200_000),
    "3 abc",
    `${"z".repeat(300_000)} abc`,
    "4 abc",
  ];
  const bytes = encode(lines.join("\n"));
  const memory = new Uint8Array(prefilter.spare.memory.buffer);
  prefilter.begin(bytes);
  const found: (string | undefined)[] = [];
  while (prefilter.next()) {
    const { lineStart, lineEnd } = prefilter;
    const place = prefilter.placeOf(lineStart);
    const there = memory.subarray(place, place + lineEnd - lineStart);
    found.push(place < 0 ? undefined : new TextDecoder().decode(there));
  }
  assert.deepEqual(found, ["1 abc", "2 abc", "3 abc", undefined, "4 abc"]);
  assert.equal(prefilter.placeOf(0), -1);
  prefilter.input.set(encode("5\n6 abc\n"), 3);
  prefilter.begin(prefilter.input.subarray(3, 11));
  assert.ok(prefilter.next());
  const place = prefilter.placeOf(prefilter.lineStart);
  assert.deepEqual(memory.slice(place, place + 5), encode("6 abc"));
});

Deno.test("Prefilter forgets the lines of bytes that were left in the middle", () => {
  const prefilter = new Prefilter([cased("abc")]);
  prefilter.begin(encode("1 abc\n2 abc\n3 abc\n"));
  assert.ok(prefilter.next());
  prefilter.begin(encode("4\n5 abc\n"));
  assert.deepEqual([prefilter.next(), prefilter.lineStart], [true, 2]);
  assert.equal(prefilter.next(), false);
});

Deno.test("Prefilter hands a line over again to whoever asks for it, and not once there are other bytes", () => {
  const prefilter = new Prefilter([cased("abc")]);
  const again = new Uint32Array(prefilter.spare.memory.buffer, LINE_PLACE, 4);
  const lineOf = () => [prefilter.next(), prefilter.lineStart];
  prefilter.begin(encode("1 abc\n2\n3 abc\n"));
  assert.deepEqual(lineOf(), [true, 0]);
  again[LineWord.again] = 1;
  assert.deepEqual(lineOf(), [true, 0]);
  assert.equal(prefilter.marks[0], prefilter.lineNumber);
  assert.deepEqual(lineOf(), [true, 8]);
  again[LineWord.again] = 1;
  prefilter.begin(encode("4\n5\n6 abc\n"));
  assert.deepEqual(lineOf(), [true, 4]);
  assert.equal(prefilter.next(), false);
});
