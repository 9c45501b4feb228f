import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { watch } from "../../src/cli/watch.ts";

/** Frames until there were three. */
async function watchThrice(isTerminal: boolean): Promise<string[]> {
  const said: string[] = [];
  const end = new AbortController();
  let count = 0;
  await watch({
    context: { isTerminal, out: (text) => void said.push(text) },
    intervalMs: 1,
    signal: end.signal,
    draw: () => {
      if (++count === 3) end.abort();
      return Promise.resolve(`a\nframe ${count}\n`);
    },
  });
  return said;
}

Deno.test("watch() prints one frame after the other where there is no terminal", async () => {
  deepStrictEqual(await watchThrice(false), [
    "a\nframe 1\n",
    "a\nframe 2\n",
    "a\nframe 3\n",
  ]);
});

Deno.test("watch() draws in place on a terminal, and leaves nothing of a longer frame", async () => {
  const [first, ...frames] = await watchThrice(true);
  strictEqual(first, "\x1b[2J");
  strictEqual(frames.length, 3);
  ok(
    frames.every((frame) =>
      frame.startsWith("\x1b[H\x1b[Ka\n\x1b[Kframe ") &&
      frame.endsWith("\n\x1b[J")
    ),
  );
});
