import assert from "node:assert/strict";
import * as fc from "fast-check";
import { ExportParser } from "../../src/source/export_parser.ts";
import { exportOf, type SampleEntry } from "./journal_fixture.ts";

const FIELDS = ["__CURSOR", "MESSAGE", "_COMM"];
const MAX = 1000;

Deno.test("push() gives the wanted values of each entry, however the bytes are cut", () => {
  const bytes = fc.uint8Array({ maxLength: 60 });
  const entry = fc.array(
    fc.tuple(fc.constantFrom(...FIELDS, "OTHER", "MESS", "_COMMS"), bytes),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(fc.property(
    fc.array(entry, { maxLength: 5 }),
    fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
    (entries, sizes) => {
      const wanted = entries
        .map((values) => values.filter(([name]) => FIELDS.includes(name)))
        .filter((values) => values.length > 0);
      assert.deepEqual(read(concat(entries.map(exportOf)), sizes), wanted);
    },
  ));
});

Deno.test("push() leaves out a value that is longer than the limit, text or not, and goes on with the entry", () => {
  const long = new Uint8Array(5 * MAX).fill(65);
  const binary = long.with(3, 10).with(9, 0);
  const short: SampleEntry = [["__CURSOR", encode("b")]];
  for (const value of [long, binary]) {
    const output = concat([
      exportOf([["__CURSOR", encode("a")], ["MESSAGE", value], [
        "_COMM",
        encode("x"),
      ]]),
      exportOf(short),
    ]);
    for (const size of [1, 7, 999, 4096, output.length]) {
      const cuts: boolean[] = [];
      assert.deepEqual(
        read(output, repeat(size), (isCut) => cuts.push(isCut)),
        [[["__CURSOR", encode("a")], ["_COMM", encode("x")]], short],
      );
      assert.deepEqual(cuts, [true, false]);
    }
  }
});

Deno.test("push() refuses what is no export, and holds little of what never ends", () => {
  const garbage = concat([
    encode("MESSAGE\n\x02\0\0\0\0\0\0\0abcdef\n"),
    exportOf([["MESSAGE", encode("x")]]),
  ]);
  assert.throws(() => read(garbage, repeat(8)), RangeError);
  const parser = new ExportParser({
    fields: FIELDS,
    maxValueBytes: MAX,
    onEntry: () => {},
  });
  const piece = new Uint8Array(64 * 1024).fill(65);
  for (let i = 0; i < 100; i++) parser.push(piece);
  assert.ok(parser.bytes.length <= 256 * 1024, `${parser.bytes.length}`);
});

function read(
  output: Uint8Array,
  sizes: Iterable<number>,
  onCut: (isCut: boolean) => void = () => {},
): SampleEntry[] {
  const entries: SampleEntry[] = [];
  const parser = new ExportParser({
    fields: FIELDS,
    maxValueBytes: MAX,
    onEntry: ({ bytes, count, fields, starts, ends, isCut }) => {
      onCut(isCut);
      entries.push(Array.from({ length: count }, (_, i) => [
        FIELDS[fields[i] ?? -1] ?? "",
        bytes.slice(starts[i], ends[i]),
      ]));
    },
  });
  let at = 0;
  for (const size of sizes) {
    if (at >= output.length) break;
    parser.push(output.subarray(at, at + size));
    at += size;
  }
  return entries;
}

function* repeat(size: number): Generator<number> {
  for (;;) yield size;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
