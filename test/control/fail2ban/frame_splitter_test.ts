import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import * as fc from "fast-check";
import {
  END,
  FRAME_LIMIT,
  FrameSplitter,
} from "../../../src/control/fail2ban/frame_splitter.ts";
import { bytesOf } from "./samples.ts";

/** Feeds the bytes in pieces of these sizes. */
function split(bytes: Uint8Array, sizes: Iterable<number>): Uint8Array[] {
  const allowance = { left: 1 << 24 };
  const splitter = new FrameSplitter(allowance);
  const frames: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= bytes.length) break;
    ok(splitter.push(bytes.subarray(at, at += size)));
    for (let frame = splitter.next(); frame; frame = splitter.next()) {
      frames.push(new Uint8Array(frame));
    }
  }
  splitter.release();
  strictEqual(allowance.left, 1 << 24);
  return frames;
}

Deno.test("next() gives each command, however the bytes are cut", () => {
  const part = fc.constantFrom("a", "<", "<F2B_", END.slice(0, -1), "\0\xff");
  const frame = fc.array(part, { maxLength: 20 }).map((parts) =>
    parts.join("")
  );
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 5 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
      (frames, sizes) => {
        const text = frames.map((each) => each + END).join("");
        deepStrictEqual(
          split(bytesOf(text), sizes),
          // Parts of an end may come together to one.
          text.split(END).slice(0, -1).map(bytesOf),
        );
      },
    ),
    { seed: 1 },
  );
});

Deno.test("push() refuses more than a command may have, and what others have taken already", () => {
  const piece = new Uint8Array(65_536);
  const one = new FrameSplitter({ left: 1 << 24 });
  let pushed = 0;
  while (one.push(piece)) {
    strictEqual(one.next(), undefined);
    pushed += piece.length;
  }
  ok(pushed > FRAME_LIMIT && pushed <= FRAME_LIMIT + 2 * piece.length);

  const allowance = { left: 100_000 };
  const first = new FrameSplitter(allowance);
  const second = new FrameSplitter(allowance);
  ok(first.push(piece));
  ok(!second.push(piece));
  first.release();
  ok(second.push(piece));
});
