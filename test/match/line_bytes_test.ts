import { equal } from "node:assert/strict";
import {
  LINE_ROOM_BYTES,
  LineBytes,
  LONGEST_LINE,
} from "../../src/match/line_bytes.ts";
import type { LinePass } from "../../src/match/line_pass.ts";

const ROOM = 100;
const PLACE = ROOM + LINE_ROOM_BYTES;

/** @returns what stands where the line without its date is found; undefined where it is not */
function locate(
  line: string,
  { cutFrom = 0, cutTo = 0, isAscii = true, place = PLACE, length = -1 } = {},
): string | undefined {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const all = new Uint8Array(memory.buffer);
  all.set(new TextEncoder().encode(line), PLACE);
  const bytes = new LineBytes();
  bytes.open(memory, ROOM);
  const text = line.split(/\r*\n/)[0] ?? "";
  const to = length < 0 ? text.length : length;
  const pass = { place, span: { from: 0, to }, isAscii } as LinePass;
  const from = bytes.locate(pass, { cutFrom, cutTo });
  return from < 0
    ? undefined
    : new TextDecoder().decode(all.slice(from, bytes.to));
}

Deno.test("locate() finds a line whose date stands first, or that has none, where it is", () => {
  equal(locate("date text\n", { cutTo: 4 }), " text\n");
  equal(locate("text\nmore\n"), "text\n");
});

Deno.test("locate() puts a line together without what stands in it, and with the newline that it lacks", () => {
  equal(
    locate("a [date] b\n", { cutFrom: 3, cutTo: 7 }),
    "a [] b\n",
  );
  equal(locate("date text\r\n", { cutTo: 4 }), " text\n");
  equal(locate("date text", { cutTo: 4 }), " text\n");
  equal(locate("date", { cutTo: 4 }), "\n");
});

Deno.test("locate() finds no line that is not ASCII, not in the memory, or too long", () => {
  equal(locate("té\n", { isAscii: false }), undefined);
  equal(locate("text\n", { isAscii: false }), "text\n");
  equal(locate("text\n", { place: -1 }), undefined);
  const longest = "x".repeat(LONGEST_LINE);
  equal(locate(longest), `${longest}\n`);
  equal(locate(`${longest}y\n`), undefined);
  equal(
    new LineBytes().locate({ place: 0, span: { from: 0, to: 1 } } as LinePass, {
      cutFrom: 0,
      cutTo: 0,
    }),
    -1,
  );
});
