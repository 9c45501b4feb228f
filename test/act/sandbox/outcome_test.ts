import {
  deepStrictEqual,
  match,
  ok,
  strictEqual,
  throws,
} from "node:assert/strict";
import fc from "fast-check";
import {
  MalformedError,
  MAX_MEMORY_BYTES,
  readFeed,
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

Deno.test("readFeed() takes what a feed may bring", () => {
  const feeds: readonly unknown[] = [
    {},
    { againSeconds: 60, why: "503", memory: { a: 1 } },
    { hosts: [], seconds: 1 },
    {
      hosts: Array(10_000).fill(
        "1111:2222:3333:4444:5555:6666:123.123.123.123",
      ),
      seconds: 31 * 86_400,
      againSeconds: 31 * 86_400,
    },
  ];
  for (const value of feeds) deepStrictEqual(readFeed(value), value);
  strictEqual(readFeed({ why: "x".repeat(300) }).why?.length, 200);
});

const BAD_FEEDS: Readonly<Record<string, readonly [unknown, RegExp]>> = {
  "an outcome of a ban": [{ retry: [] }, /the answer/],
  "too many hosts": [
    { hosts: Array(10_001).fill("45.0.0.7"), seconds: 1 },
    /^hosts/,
  ],
  "a host that is too long": [
    { hosts: ["x".repeat(46)], seconds: 1 },
    /^hosts\.0/,
  ],
  "a host that is no text": [{ hosts: [5], seconds: 1 }, /^hosts\.0/],
  "hosts without a time": [{ hosts: [] }, /expected hosts and seconds/],
  "a time without hosts": [{ seconds: 1 }, /expected hosts and seconds/],
  "hosts for ever": [{ hosts: [], seconds: 1e9 }, /^seconds/],
  "no time at all": [{ hosts: [], seconds: 0 }, /^seconds/],
  "a hurry": [{ againSeconds: 59 }, /^againSeconds/],
  "a memory that is too large": [
    { memory: "x".repeat(MAX_MEMORY_BYTES) },
    /expected at most 262144/,
  ],
};

for (const [name, [value, message]] of Object.entries(BAD_FEEDS)) {
  Deno.test(`readFeed() refuses ${name}`, () => {
    throws(() => readFeed(value), (error) => {
      ok(error instanceof MalformedError);
      match(error.message, message);
      return true;
    });
  });
}
