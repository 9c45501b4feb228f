import assert from "node:assert/strict";
import fc from "fast-check";
import { parseStateLine } from "../../src/cli/parse_state_line.ts";
import { formatHeader, formatRecord } from "../../src/cli/state_lines.ts";
import type { Json } from "../../src/act/contract.ts";
import type { StateRecord } from "../../src/store/state_record.ts";
import { maskWords } from "../../src/util/address.ts";

const BAN =
  '{"kind":"ban","jail":"sshd","host":"192.0.2.7","start":1.5,"end":null,"count":1,"failures":5}';

/** A change of the line, and what is said of it. */
const REFUSED: readonly (readonly [from: string, to: string, said: string])[] =
  [
    [BAN, "", "it is no JSON, expected one object"],
    [BAN, "[]", "it is no object, expected one with a kind"],
    [BAN, "null", "it is no object, expected one with a kind"],
    [
      '"ban"',
      '"bann"',
      'kind is "bann", expected one of state, ban, count, failures, position, cursor, message, memory, history',
    ],
    ['"sshd"', '"../x"', 'jail is "../x", expected the name of a jail'],
    ['"jail":"sshd",', "", "jail is missing, expected the name of a jail"],
    ["2.7", "2.700", 'host is "192.0.2.700", expected an address or network'],
    ["1.5", "-1", "start is -1, expected seconds since 1970"],
    ["1.5", "1e300", "start is 1e+300, expected seconds since 1970"],
    ["1.5", '"1"', 'start is "1", expected seconds since 1970'],
    ["null", "1.5", "end is 1.5, expected a time after start"],
    [
      ":1,",
      ":0,",
      "count is 0, expected a whole number from 1 to 4294967295",
    ],
    ["}", ',"x":1}', 'key "x" is not known'],
    [
      BAN,
      '{"kind":"failures","jail":"a","host":"::1","times":[2,1]}',
      "times is [2,1], expected 1 to 10000 seconds since 1970, in ascending order",
    ],
    [
      BAN,
      '{"kind":"position","path":"/a","files":[{"device":1,"inode":1,"offset":1,"head":"?"}]}',
      'files.0.head is "?", expected base64 of at most 256 bytes',
    ],
    [
      BAN,
      '{"kind":"memory","action":"../x","memory":1}',
      'action is "../x", expected the name of an action',
    ],
    [
      BAN,
      '{"kind":"memory","action":"team"}',
      "memory is missing, expected JSON",
    ],
    [
      BAN,
      BAN.replace('"ban"', '"message","action":"a/b","id":0,"method":"ban"'),
      "id is 0, expected a whole number from 1 to 9007199254740991",
    ],
    [BAN, '{"kind":"state","version":2,"time":""}', "version is 2, expected 1"],
  ];

Deno.test("parseStateLine() reads its first line, and says what is wrong with others", () => {
  assert.deepEqual(parseStateLine(formatHeader(new Date())), {});
  assert.equal(parseStateLine(BAN).record?.kind, "ban");
  for (const [from, to, said] of REFUSED) {
    assert.ok(BAN.includes(from));
    assert.equal(parseStateLine(BAN.replace(from, to)).problem, said);
  }
});

Deno.test("parseStateLine() reads whatever formatRecord() writes", () => {
  fc.assert(fc.property(RECORD, (record) => {
    assert.deepEqual(parseStateLine(formatRecord(record)), { record });
  }));
});

Deno.test("parseStateLine() takes any text without throwing, and nothing from one that was changed at random into no record", () => {
  const edit = fc.record({
    record: fc.option(fc.constant(BAN)),
    at: fc.nat(100),
    text: fc.oneof(fc.string(), fc.json()),
  });
  fc.assert(fc.property(edit, ({ record, at, text }) => {
    const line = record === null
      ? text
      : record.slice(0, at) + text + record.slice(at + text.length);
    const parsed = parseStateLine(line);
    assert.ok(parsed.record === undefined || parsed.problem === undefined);
    if (parsed.record === undefined) return;
    const again = parseStateLine(formatRecord(parsed.record));
    assert.deepEqual(again, { record: parsed.record });
  }));
});

const PLAIN = { noNullPrototype: true };
const WORD = fc.nat(0xffffffff);
const HOST = fc.oneof(
  fc.tuple(fc.constantFrom(96, 104, 120, 127, 128), WORD)
    .map(([prefix, word]) => [prefix, 0, 0, 0xffff, word]),
  fc.tuple(fc.integer({ min: 17, max: 128 }), WORD, WORD, WORD)
    .map(([prefix, ...words]) => [prefix, 0x20010db8, ...words]),
).map(([prefix = 0, ...rest]) => {
  const words = Uint32Array.from(rest);
  maskWords(words, prefix);
  return { words, prefix };
});
const KEY = {
  jail: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/),
  host: HOST,
};
const START = fc.double({ min: 0, max: 1e10, noNaN: true })
  .map((seconds) => seconds + 0);
const END = fc.oneof(
  fc.constant(Infinity),
  fc.integer({ min: 1e10 + 1, max: 2e10 }),
);
const BAN_RECORD = fc.record({
  ...KEY,
  startSeconds: START,
  endSeconds: END,
  count: fc.integer({ min: 1, max: 9 }),
  failures: fc.nat(10_000),
}, PLAIN);
const ACTION = fc.stringMatching(
  /^([A-Za-z0-9]{1,9}\/)?[a-z][a-z0-9_-]{0,63}$/,
);
/** As it is after it was JSON once. */
const MEMORY = fc.json().map((text): Json => JSON.parse(text))
  .map((memory): Json => JSON.parse(JSON.stringify(memory)));
const RECORD: fc.Arbitrary<StateRecord> = fc.oneof(
  BAN_RECORD.map((ban) => ({ kind: "ban" as const, ban })),
  BAN_RECORD.map((ban) => ({ kind: "history" as const, ban })),
  fc.record({
    ...KEY,
    count: fc.integer({ min: 1, max: 9 }),
    untilSeconds: END,
  }, PLAIN).map((count) => ({ kind: "count" as const, count })),
  fc.record({
    ...KEY,
    times: fc.array(WORD, { minLength: 1, maxLength: 50 })
      .map((times) => Uint32Array.from(times).sort()),
  }, PLAIN).map((failures) => ({ kind: "failures" as const, failures })),
  fc.record({
    path: fc.string({ minLength: 1 }),
    files: fc.array(
      fc.record({
        device: fc.maxSafeNat(),
        inode: fc.maxSafeNat(),
        offset: fc.maxSafeNat(),
        head: fc.uint8Array({ maxLength: 256 }),
      }, PLAIN),
      { maxLength: 2 },
    ),
  }, PLAIN).map((position) => ({ kind: "position" as const, position })),
  fc.record({
    jail: KEY.jail,
    cursor: fc.stringMatching(/^s=[0-9a-f]{1,32};i=[0-9a-f]{1,8}$/),
    timeSeconds: START,
  }, PLAIN).map((cursor) => ({ kind: "cursor" as const, cursor })),
  fc.record({
    action: ACTION,
    id: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    method: fc.constantFrom("ban" as const, "unban" as const),
    ban: BAN_RECORD,
  }, PLAIN).map((message) => ({ kind: "message" as const, message })),
  fc.record({ action: ACTION, memory: MEMORY }, PLAIN)
    .map((memory) => ({ kind: "memory" as const, memory })),
);
