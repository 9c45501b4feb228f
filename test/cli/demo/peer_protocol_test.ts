import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import { readLines } from "../../../src/cli/demo/peer_protocol.ts";

Deno.test("readLines() gives the same lines however the bytes are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.string({ unit: "grapheme" }).map((text) =>
          text.replaceAll("\n", "")
        ),
      ),
      fc.integer({ min: 1, max: 7 }),
      async (lines, size) => {
        const text = lines.map((line) => `${line}\n`).join("");
        const bytes = new TextEncoder().encode(`${text}rest`);
        const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
          start(controller) {
            for (let i = 0; i < bytes.length; i += size) {
              controller.enqueue(bytes.slice(i, i + size));
            }
            controller.close();
          },
        });
        deepEqual(
          await Array.fromAsync(readLines(stream)),
          new TextDecoder().decode(new TextEncoder().encode(text))
            .split("\n").slice(0, -1),
        );
      },
    ),
  );
});
