import { ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { TextRing } from "../../src/util/text_ring.ts";

Deno.test("TextRing.read() gives a text back, or nothing once it was written over", () => {
  fc.assert(fc.property(
    fc.array(fc.string({ unit: "binary", maxLength: 40 }), { maxLength: 60 }),
    (texts) => {
      const ring = new TextRing({ size: 256, longest: 64 });
      const places = texts.map((text) => ({
        text,
        place: ring.write(text),
        length: ring.lastLength,
      }));
      for (const { text, place, length } of places) {
        const read = ring.read(place, length);
        if (read === undefined) continue;
        const whole = new TextDecoder().decode(new TextEncoder().encode(text));
        ok(whole.startsWith(read.replace(/\ufffd$/, "")), read);
      }
      const last = places.at(-1);
      if (last !== undefined) {
        ok(ring.read(last.place, last.length) !== undefined);
      }
    },
  ));
});

Deno.test("TextRing.write() cuts what is too long, and writes over the oldest", () => {
  const ring = new TextRing({ size: 64, longest: 16 });
  const first = ring.write("a".repeat(40));
  strictEqual(ring.lastLength, 16);
  strictEqual(ring.read(first, 16), "a".repeat(16));
  for (let i = 0; i < 4; i++) ring.write("b".repeat(16));
  strictEqual(ring.read(first, 16), undefined);
  strictEqual(ring.read(1e9, 4), undefined);
});
