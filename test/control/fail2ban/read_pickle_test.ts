import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import * as fc from "fast-check";
import { PickleError } from "../../../src/control/fail2ban/pickle_error.ts";
import {
  type PickleValue,
  Tuple,
  tuple,
} from "../../../src/control/fail2ban/pickle_value.ts";
import { readPickle } from "../../../src/control/fail2ban/read_pickle.ts";
import { writePickle } from "../../../src/control/fail2ban/write_pickle.ts";
import { askPython, hasPython } from "./python.ts";
import { bytesOf, shortPickle } from "./samples.ts";
import { fuzzBounds } from "../../support/fuzz_bounds.ts";

/** How long the search for a reader that breaks goes on; default: a number of cases. */
const BOUNDS = fuzzBounds(2000);

const CASES: readonly (readonly [string, PickleValue])[] = [
  // Protocol 0, as Python 2 and 3 write it.
  ["(lp0\nVping\np1\na.", ["ping"]],
  ["(lp0\nS'ping'\np1\naS\"it's\"\np2\na.", ["ping", "it's"]],
  ["(dp0\nVa\np1\nI5\ns.", new Map([["a", 5]])],
  ["(I01\nI00\nI-7\nL12345678901234567890L\nt.", [
    ...[true, false, -7, 12345678901234567890n],
  ]],
  ["(F1.5\nF-1e-07\nFinf\nF-inf\nt.", [1.5, -1e-7, Infinity, -Infinity]],
  ["V\\u20ac \\U0001f600 \xe4\\u005c\\u000a\n.", "€ 😀 ä\\\n"],
  ["S'\\xc3\\xa4\\t\\\\\\n'\n.", "ä\t\\\n"],
  ["(Va\np0\ng0\nt.", ["a", "a"]],
  ["(N)(dt.", [null, tuple(), new Map()]],
  // Protocol 1.
  ["](U\x04pingq\x00h\x00e.", ["ping", "ping"]],
  ["(K\x07M\x00\x01J\xff\xff\xff\xfft.", [7, 256, -1]],
  ["(G\x3f\xf8\0\0\0\0\0\0T\x02\0\0\0abX\x02\0\0\0\xc3\xa4t.", [
    1.5,
    "ab",
    "ä",
  ]],
  ["}(U\x01aK\x01U\x01bK\x02u.", new Map([["a", 1], ["b", 2]])],
  ["(Nr\x07\0\0\0j\x07\0\0\0t.", [null, null]],
  // Protocol 2 and later.
  ["\x80\x02\x88\x85.", [true]],
  ["\x80\x02K\x01K\x02\x86.", [1, 2]],
  ["\x80\x02K\x01K\x02\x89\x87.", [1, 2, false]],
  ["\x80\x02\x8a\x02\x00\x80\x8a\x00\x86.", [-32768, 0]],
  ["\x80\x02\x8b\x01\0\0\0\xff.", -1],
  ["\x80\x03C\x02\x00\xffB\x01\0\0\0a\x86.", [bytesOf("\0\xff"), bytesOf("a")]],
  [
    "\x80\x04\x95\x0b\0\0\0\0\0\0\0]\x94\x8c\x04ping\x94a.<trailing>",
    ["ping"],
  ],
  ["\x80\x04\x8d\x01\0\0\0\0\0\0\0a\x8e\x01\0\0\0\0\0\0\0b\x86.", [
    ...["a", bytesOf("b")],
  ]],
  ["\x80\x05\x96\x01\0\0\0\0\0\0\0c.", bytesOf("c")],
];

Deno.test("readPickle() reads the data of every protocol", () => {
  for (const [text, value] of CASES) {
    // A tuple is written as a list where the case is about its items.
    const found = readPickle(bytesOf(text));
    const wanted = Array.isArray(value) && found instanceof Tuple
      ? new Tuple(value)
      : value;
    deepStrictEqual(found, wanted, JSON.stringify(text));
  }
});

Deno.test("readPickle() reads what programs in Go send, without a header", () => {
  deepStrictEqual(readPickle(shortPickle("get", "sshd", "banip")), [
    ...["get", "sshd", "banip"],
  ]);
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ["cos\nsystem\n(Vid\ntR.", /opcode 0x63 stands for no plain data/],
  ["\x80\x04\x8c\x02os\x8c\x06system\x93.", /opcode 0x93/],
  ["(Vid\nios\nsystem\n.", /opcode 0x69/],
  ["(o.", /opcode 0x6f/],
  ["N)R.", /opcode 0x52/],
  ["N)\x81.", /opcode 0x81/],
  ["N)}\x92.", /opcode 0x92/],
  ["N}b.", /opcode 0x62/],
  ["Pid\n.", /opcode 0x50/],
  ["NQ.", /opcode 0x51/],
  ["\x82\x01.", /opcode 0x82/],
  ["\x97.", /opcode 0x97/],
  ["\x8f.", /opcode 0x8f/],
  ["]2a.", /opcode 0x32/],
  ["\x80\x06N.", /protocol 6/],
  ["", /ends too early/],
  ["N", /ends too early/],
  ["X\xff\xff\xff\xffa.", /ends too early/],
  ["\x8d\xff\xff\xff\xff\xff\xff\xff\xffa.", /ends too early/],
  ["I5", /ends too early/],
  ["I5x\n.", /no whole number/],
  ["F0x10\n.", /no fraction/],
  ["S'a\n.", /no quotes/],
  ["S'\\q'\n.", /misquoted/],
  ["V\\U00110000\n.", /no such character/],
  ["U\x01\xff.", /no UTF-8/],
  [".", /stops in the middle/],
  ["NN.", /stops in the middle/],
  ["N(.", /stops in the middle/],
  ["a.", /empty stack/],
  ["e.", /no mark/],
  ["N(Ne.", /appends to no list/],
  ["](s.", /empty stack/],
  ["]NNs.", /fills no dict/],
  ["}(Nu.", /no such key/],
  ["}]Ns.", /no such key/],
  ["q\x00.", /empty stack/],
  ["h\x00.", /never had/],
  ["]q\x00h\x00a.", /in two places/],
  ["\x8b\x00\x01\0\0.", /number is too long/],
  [`L${"1".repeat(700)}\n.`, /too long/],
];

Deno.test("readPickle() refuses what constructs, what is malformed, and lists that would have no end", () => {
  for (const [text, reason] of REFUSED) {
    throws(
      () => readPickle(bytesOf(text)),
      (error) => error instanceof PickleError && reason.test(error.message),
      JSON.stringify(text),
    );
  }
});

Deno.test("readPickle() bounds depth, values and texts, however few bytes ask for them", () => {
  const deep: readonly string[] = [
    `${"]".repeat(10_000)}${"a".repeat(9_999)}.`,
    `${"(".repeat(10_000)}${"l".repeat(10_000)}.`,
    `N${"\x85".repeat(10_000)}.`,
    `]U\x01a${"(]".repeat(40)}${"e".repeat(40)}.`,
  ];
  for (const text of deep) {
    throws(() => readPickle(bytesOf(text)), PickleError, text.slice(0, 20));
  }
  throws(
    () => readPickle(bytesOf(`(${"N".repeat(300_000)}t.`)),
    /too many values/,
  );
  throws(
    () => readPickle(bytesOf(`N${"\x94".repeat(300_000)}.`)),
    /too many values/,
  );
  const long = `X\0\0\x08\0${"a".repeat(1 << 19)}q\x00`;
  throws(
    () => readPickle(bytesOf(`(${long}${"h\x00".repeat(1000)}t.`)),
    /texts are too long/,
  );
  // As deep as is allowed, and as many as a large command has.
  ok(readPickle(bytesOf(`${"]".repeat(32)}${"a".repeat(31)}.`)));
  const many = readPickle(bytesOf(`(${"K\x01".repeat(90_000)}l.`));
  strictEqual(Array.isArray(many) && many.length, 90_000);
});

/** Bytes that are nearly a pickle: opcodes with arguments, and anything in between. */
const NEARLY = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.array(
    fc.oneof(
      fc.constantFrom(..."N()]}lt.aesud0122\x85\x86\x87\x88\x89\x94\x93R"),
      fc.constantFrom("K\x01", "U\x01a", "q\x00", "h\x00", "p0\n", "g0\n"),
      fc.constantFrom("I1\n", "Va\n", "S'a'\n", "X\x01\0\0\0a", "\x8a\x01\x05"),
      fc.constantFrom("X\xff\xff\xff\x7f", "\x8b\xff\xff\xff\x7f", "j\0\0\0\0"),
      fc.uint8Array({ maxLength: 4 }).map((bytes) =>
        String.fromCharCode(...bytes)
      ),
    ),
    { maxLength: 200 },
  ).map((parts) => bytesOf(parts.join(""))),
);

Deno.test("readPickle() gives data or a PickleError for any bytes, and what it gives can be written again", () => {
  fc.assert(
    fc.property(NEARLY, (bytes) => {
      let value: PickleValue;
      try {
        value = readPickle(bytes);
      } catch (error) {
        ok(error instanceof PickleError, String(error));
        return;
      }
      deepStrictEqual(readPickle(writePickle(value)), value);
    }),
    BOUNDS,
  );
});

/** What JSON, Python and a command have in common; no lone surrogates. */
const VALUES: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true })
      .map((value) => Object.is(value, -0) ? 0 : value)
      // JSON writes large ones as whole numbers, which they are for Python then.
      .filter((value) => Math.abs(value) < 1e15),
    fc.string({ unit: "binary" }),
    fc.constantFrom("'", '"', "\\", "a\nb\r\t\0\x1a", "€", "😀"),
    fc.array(tie("value"), { maxLength: 6 }),
    fc.dictionary(
      fc.string({ unit: "grapheme", minLength: 1 }).filter((key) =>
        key !== "__proto__"
      ),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;

function fromJson(value: unknown): PickleValue {
  if (Array.isArray(value)) return value.map(fromJson);
  if (value !== null && typeof value === "object") {
    return new Map(
      Object.entries(value).map(([key, item]) => [key, fromJson(item)]),
    );
  }
  ok(
    value === null || typeof value === "boolean" ||
      typeof value === "number" || typeof value === "string",
  );
  return value;
}

Deno.test({
  name: "readPickle() reads what Python writes, in every protocol",
  ignore: !hasPython,
  async fn() {
    const samples = fc.sample(VALUES, { numRuns: 400 });
    const pickles = await askPython<readonly (readonly string[])[]>(
      "print(json.dumps([[pickle.dumps(v, p).hex() for p in range(6)] for v in argument]))",
      samples,
    );
    strictEqual(pickles.length, samples.length);
    for (const [index, protocols] of pickles.entries()) {
      for (const hex of protocols) {
        deepStrictEqual(
          readPickle(Uint8Array.fromHex(hex)),
          fromJson(samples[index]),
          JSON.stringify(samples[index]),
        );
      }
    }
  },
});

Deno.test({
  name: "readPickle() keeps Python's tuples, large numbers and bytes",
  ignore: !hasPython,
  async fn() {
    const pickles = await askPython<readonly string[]>(
      "v = [(), (1,), (1, 2, 3, 4), [((), 2**80, -2**80, 2**53)], {1: (None,)}]\n" +
        "print(json.dumps([pickle.dumps(v, p).hex() for p in range(6)]))",
      null,
    );
    for (const hex of pickles) {
      deepStrictEqual(readPickle(Uint8Array.fromHex(hex)), [
        tuple(),
        tuple(1),
        tuple(1, 2, 3, 4),
        [tuple(tuple(), 2n ** 80n, -(2n ** 80n), 2n ** 53n)],
        new Map([[1, tuple(null)]]),
      ]);
    }
  },
});
