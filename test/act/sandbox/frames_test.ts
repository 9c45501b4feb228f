import { deepStrictEqual, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import {
  encodeFrame,
  FrameError,
  FrameReader,
  KEY_LENGTH,
} from "../../../src/act/sandbox/frames.ts";

const KEY = crypto.getRandomValues(new Uint8Array(KEY_LENGTH));
const OPTIONS = { key: KEY, maxBytes: 1000 };

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** Cuts at these places, in any order. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = places.map((place) => place % (bytes.length + 1))
    .sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) =>
    bytes.subarray(ends[index - 1] ?? 0, end)
  );
}

Deno.test("FrameReader gives back what encodeFrame() was given when the pieces are cut anywhere", () => {
  fc.assert(fc.property(
    fc.array(fc.string({ unit: "binary", maxLength: 200 })),
    fc.array(fc.nat()),
    (texts, places) => {
      const wellFormed = texts.map((text) => text.toWellFormed());
      const bytes = join(wellFormed.map((text) => encodeFrame(text, OPTIONS)));
      const reader = new FrameReader(OPTIONS);
      const read = cut(bytes, places).flatMap((piece) => reader.push(piece));
      deepStrictEqual(read, wellFormed);
    },
  ));
});

Deno.test("FrameReader takes no message from bytes of someone who does not know the key", () => {
  fc.assert(fc.property(
    fc.array(fc.uint8Array({ maxLength: 100 }), { minLength: 1 }),
    (pieces) => {
      const reader = new FrameReader(OPTIONS);
      const total = pieces.reduce((sum, { length }) => sum + length, 0);
      try {
        const read = pieces.flatMap((piece) => reader.push(piece));
        deepStrictEqual(read, []);
        ok(total < 4 + KEY_LENGTH);
      } catch (error) {
        ok(error instanceof FrameError, String(error));
      }
    },
  ));
});

Deno.test("FrameReader refuses a frame with one bit changed, or waits for more, or reads another text of the same length", () => {
  const text = JSON.stringify({ call: 1, result: {} });
  const frame = encodeFrame(text, OPTIONS);
  fc.assert(fc.property(fc.nat(frame.length * 8 - 1), (bit) => {
    const changed = frame.slice();
    const index = bit >> 3;
    changed[index] = (changed[index] ?? 0) ^ (1 << (bit & 7));
    const reader = new FrameReader(OPTIONS);
    try {
      const [first] = reader.push(changed);
      // A length below the right one leaves bytes that are no frame.
      if (index < 4) ok(first === undefined || first.length < text.length);
      else ok(index >= 4 + KEY_LENGTH && first?.length === text.length);
    } catch (error) {
      ok(error instanceof FrameError, String(error));
    }
  }));
});

Deno.test("FrameReader refuses a message that is too long when its head has come", () => {
  const frame = encodeFrame("x".repeat(1001), { key: KEY, maxBytes: 2000 });
  throws(
    () => new FrameReader(OPTIONS).push(frame.subarray(0, 20)),
    /1001 bytes, expected at most 1000/,
  );
});

Deno.test("FrameReader refuses bytes that are not UTF-8", () => {
  const frame = encodeFrame("xx", OPTIONS);
  frame[frame.length - 1] = 0xff;
  throws(() => new FrameReader(OPTIONS).push(frame), /not UTF-8/);
});

Deno.test("encodeFrame() refuses a text that is too long", () => {
  throws(() => encodeFrame("ä".repeat(501), OPTIONS), /1002 bytes/);
});
