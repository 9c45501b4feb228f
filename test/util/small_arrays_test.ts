import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  copyAddress,
  smallBytes,
  smallWords,
} from "../../src/util/small_arrays.ts";

Deno.test("smallWords() and smallBytes() give arrays of zeros that share nothing, whatever their lengths", () => {
  const wanted = fc.array(
    fc.record({ isWords: fc.boolean(), length: fc.nat(300) }),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(fc.property(wanted, (list) => {
    const arrays = list.map(({ isWords, length }) =>
      isWords ? smallWords(length) : smallBytes(length)
    );
    for (const [index, array] of arrays.entries()) {
      strictEqual(array.length, list[index]?.length);
      strictEqual(array.every((value) => value === 0), true);
      array.fill(index + 1);
    }
    for (const [index, array] of arrays.entries()) {
      strictEqual(array.every((value) => value === index + 1), true);
    }
  }));
});

Deno.test("copyAddress() copies, and what was copied may change", () => {
  const words = Uint32Array.of(1, 2, 3, 0xffffffff);
  const copy = copyAddress(words);
  words.fill(0);
  deepStrictEqual([...copy], [1, 2, 3, 0xffffffff]);
});
