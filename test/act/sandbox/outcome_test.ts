import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import {
  MalformedError,
  MAX_MEMORY_BYTES,
  readOutcome,
} from "../../../src/act/sandbox/outcome.ts";
import { entry } from "../../support/sandbox_rig.ts";

const BATCH = [entry(1), entry(2)];

const GOOD: readonly unknown[] = [
  {},
  { retry: [], refused: [] },
  { memory: null },
  { memory: { a: [1, "x", null] } },
  { retry: [{ id: 2, afterSeconds: 0.5, why: "later" }] },
  { retry: [{ id: 1, why: "later" }], refused: [{ id: 2, why: "private" }] },
  { memory: "x".repeat(MAX_MEMORY_BYTES - 2) },
  { memory: JSON.parse("[".repeat(131_072) + "]".repeat(131_072)) },
];

for (const value of GOOD) {
  const text = JSON.stringify(value).slice(0, 80);
  Deno.test(`readOutcome() takes ${text}`, () => {
    const read = readOutcome(value, BATCH);
    strictEqual(JSON.stringify(read), JSON.stringify(value));
  });
}

const BAD: Readonly<Record<string, readonly [unknown, RegExp]>> = {
  "a list": [[], /the answer/],
  "a number": [5, /the answer/],
  "null": [null, /the answer/],
  "an unknown key": [{ retries: [] }, /the answer/],
  "an id that was not in the batch": [
    { retry: [{ id: 3, why: "x" }] },
    /entry 3, expected one of the batch/,
  ],
  "a refusal of another's entry": [
    { refused: [{ id: 0, why: "x" }] },
    /entry 0/,
  ],
  "an id of text": [{ retry: [{ id: "1", why: "x" }] }, /^retry\.0\.id/],
  "a retry without a reason": [{ retry: [{ id: 1 }] }, /^retry\.0\.why/],
  "a time before now": [
    { retry: [{ id: 1, afterSeconds: -1, why: "x" }] },
    /^retry\.0\.afterSeconds/,
  ],
  "a time after a day": [
    { retry: [{ id: 1, afterSeconds: 86_401, why: "x" }] },
    /^retry\.0\.afterSeconds/,
  ],
  "a memory that is too large": [
    { memory: "x".repeat(MAX_MEMORY_BYTES - 1) },
    /262145 bytes, expected at most 262144/,
  ],
  "a memory that is too large in UTF-8": [
    { memory: "€".repeat(MAX_MEMORY_BYTES / 3) },
    /expected at most 262144/,
  ],
};

for (const [name, [value, message]] of Object.entries(BAD)) {
  Deno.test(`readOutcome() refuses ${name}`, () => {
    throws(() => readOutcome(value, BATCH), (error) => {
      ok(error instanceof MalformedError, String(error));
      return message.test(error.message);
    });
  });
}

Deno.test("readOutcome() cuts reasons to 200 characters", () => {
  const why = "x".repeat(10_000);
  const { retry, refused } = readOutcome({
    retry: [{ id: 1, why }],
    refused: [{ id: 2, why }],
  }, BATCH);
  deepStrictEqual(
    [retry?.[0]?.why.length, refused?.[0]?.why.length],
    [200, 200],
  );
});

Deno.test("readOutcome() returns an outcome of the batch or throws MalformedError, whatever JSON it gets", () => {
  const entries = fc.array(
    fc.record({
      id: fc.oneof(fc.integer(), fc.constant(1), fc.string()),
      why: fc.anything(),
    }),
  );
  const values = fc.oneof(
    fc.jsonValue(),
    fc.record({ retry: entries, refused: entries }, { requiredKeys: [] }),
  );
  fc.assert(fc.property(values, (value) => {
    try {
      const { retry = [], refused = [] } = readOutcome(value, BATCH);
      ok([...retry, ...refused].every(({ id }) => id === 1 || id === 2));
    } catch (error) {
      ok(error instanceof MalformedError, String(error));
    }
  }));
});
