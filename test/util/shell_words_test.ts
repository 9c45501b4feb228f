import assert from "node:assert/strict";
import { splitShellWords } from "../../src/util/shell_words.ts";

Deno.test("splitShellWords() reads quotes and backslashes", () => {
  assert.deepEqual(splitShellWords(`_A=b + "c d" e' f'g \\  x`), [
    "_A=b",
    "+",
    "c d",
    "e fg",
    " ",
    "x",
  ]);
  assert.equal(splitShellWords("a 'b"), undefined);
});
