import assert from "node:assert/strict";
import fc from "fast-check";
import type { Literal } from "../../../src/match/prefilter/literal.ts";
import type { ScanKind } from "../../../src/match/prefilter/literal_index.ts";
import {
  MOST_FOR_FINGERPRINTS,
  Prefilter,
} from "../../../src/match/prefilter/prefilter.ts";
import { runPrefilter, SCANNERS } from "./scanners.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const cased = (text: string): Literal => ({ text, ignoresCase: false });
const caseless = (text: string): Literal => ({ text, ignoresCase: true });

interface Case {
  readonly name: string;
  readonly literals: readonly Literal[];
  readonly bytes: Uint8Array;
  /** Text of each line found, with the indexes of its literals. */
  readonly expected: readonly (readonly [line: string, ...ids: number[]])[];
  readonly lineCount: number;
}

const KINDS: readonly ScanKind[] = ["fingerprints", "tree"];

const LONG = "x".repeat(40);

const CASES: readonly Case[] = [
  {
    name: "nothing",
    literals: [cased("abc")],
    bytes: encode(""),
    expected: [],
    lineCount: 0,
  },
  {
    name: "newlines alone",
    literals: [cased("abc")],
    bytes: encode("\n\n\n"),
    expected: [],
    lineCount: 3,
  },
  {
    name: "each literal once a line, in lines with and without",
    literals: [cased("abc"), cased("def")],
    bytes: encode("abc abc def\nab c\ndef\n\nabc"),
    expected: [["abc abc def", 0, 1], ["def", 1], ["abc", 0]],
    lineCount: 5,
  },
  {
    name: "a literal is never found over a newline",
    literals: [cased("abc")],
    bytes: encode("ab\nc\nabc\n"),
    expected: [["abc", 0]],
    lineCount: 3,
  },
  {
    name: "literals within each other",
    literals: [cased("fail"), cased("failed"), cased("ile"), cased("led f")],
    bytes: encode("failed from\nfai led f\nfile\n"),
    expected: [["failed from", 0, 1, 2, 3], ["fai led f", 3], ["file", 2]],
    lineCount: 3,
  },
  {
    name: "either case, and one case alone",
    literals: [caseless("failed"), cased("Failed")],
    bytes: encode("FAILED\nFailed\nfaileD\nfa1led\nF\u0001iled\n"),
    expected: [["FAILED", 0], ["Failed", 0, 1], ["faileD", 0]],
    lineCount: 5,
  },
  {
    name: "bytes that differ from a small letter by more than its case",
    literals: [caseless("a[b{c")],
    bytes: encode("A[B{C\na{b{c\na[b[c\n"),
    expected: [["A[B{C", 0]],
    lineCount: 3,
  },
  {
    name: "letters beyond ASCII",
    literals: [cased("échec"), caseless("für ")],
    bytes: encode("un Échec\nun échec\nFür mich\nFÜR mich\n"),
    expected: [["un échec", 0], ["Für mich", 1]],
    lineCount: 4,
  },
  {
    name: "bytes that are no UTF-8, zeros and carriage returns",
    literals: [cased("abc"), cased("x\0y")],
    bytes: new Uint8Array([
      ...[0xff, 0xfe, ...encode("abc\r\n")],
      ...[0xc3, 10, ...encode("x\0y\n"), 0xe2, 0x82],
    ]),
    expected: [["\ufffd\ufffdabc\r", 0], ["x\0y", 1]],
    lineCount: 4,
  },
  {
    name: "literals longer than a vector, to the very end",
    literals: [cased(`${LONG}end`), cased(`${LONG}END`), cased(`${LONG}x`)],
    bytes: encode(`${LONG}end\n${LONG}en\n${LONG}xEN\n${LONG}END`),
    expected: [[`${LONG}end`, 0], [`${LONG}xEN`, 2], [`${LONG}END`, 1]],
    lineCount: 4,
  },
];

for (const [name, scan] of Object.entries(SCANNERS)) {
  for (const { name: what, literals, bytes, expected, lineCount } of CASES) {
    Deno.test(`scanner ${name} finds ${what}`, () => {
      const { lines, lineCount: counted } = scan(literals, bytes);
      const found = lines.map(([from, to, ids]) => [
        new TextDecoder().decode(bytes.subarray(from, to)),
        ...ids,
      ]);
      assert.deepEqual(found, expected);
      assert.equal(counted, lineCount);
    });
  }
}

/** As short as a byte, and longer than a vector. */
const SIZES = [1, 2, 3, 4, 5, 8, 16, 17, 40];

/** Bytes are looked at in vectors of 16, one or two or four at once. */
const PLACES = Array.from({ length: 70 }, (_, place) => place);

const DISTINCT = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

for (const kind of KINDS) {
  Deno.test(`Prefilter of kind ${kind} finds a literal wherever it begins and ends`, () => {
    for (const size of SIZES) {
      const text = DISTINCT.slice(0, size);
      const prefilter = new Prefilter([cased(text)], { kind });
      for (const place of PLACES) {
        for (const rest of [0, 1, 15, 16, 40]) {
          const line = ".".repeat(place) + text + ".".repeat(rest);
          const { lines } = runPrefilter(prefilter, encode(line));
          assert.deepEqual(lines, [[0, line.length, [0]]], line);
        }
      }
    }
  });

  Deno.test(`Prefilter of kind ${kind} leaves a literal that begins before the bytes or ends behind them`, () => {
    for (const size of SIZES) {
      const text = encode(DISTINCT.slice(0, size));
      const prefilter = new Prefilter([cased(DISTINCT.slice(0, size))], {
        kind,
      });
      const { input } = prefilter;
      for (const place of PLACES) {
        const from = 50;
        const to = from + 2 * size + place;
        for (let cut = 1; cut <= size; cut++) {
          input.fill(46, 0, to + 50);
          input.set(text, from - cut);
          input.set(text, to - size + cut);
          const { lines } = runPrefilter(prefilter, input.subarray(from, to));
          assert.deepEqual(lines, [], `${size} ${place} ${cut}`);
        }
      }
    }
  });
}

Deno.test("Prefilter knows lines and ASCII of any number of bytes", () => {
  const prefilter = new Prefilter([]);
  const { input } = prefilter;
  const byte = fc.oneof(
    { arbitrary: fc.constantFrom(10, 65, 97, 127), weight: 200 },
    fc.constantFrom(128, 138, 255),
  );
  let plain = 0;
  const bytes = fc.array(byte, { maxLength: 400, size: "max" });
  fc.assert(
    fc.property(bytes, fc.nat(40), (bytes, from) => {
      const { length } = bytes;
      // What is around them is neither.
      input.fill(138, 0, from).fill(10, from + length, from + length + 70);
      input.set(bytes, from);
      prefilter.begin(input.subarray(from, from + length));
      while (prefilter.next());
      const newlines = bytes.filter((byte) => byte === 10).length;
      const isOpen = length > 0 && bytes[length - 1] !== 10;
      assert.equal(prefilter.lineCount, newlines + (isOpen ? 1 : 0));
      const isAscii = bytes.every((byte) => byte < 128);
      assert.equal(prefilter.isAscii, isAscii);
      if (isAscii) plain++;
    }),
    { numRuns: 2000 },
  );
  assert.ok(plain > 100 && plain < 1900, String(plain));
});

const word = fc.constantFrom(
  ..."fail failed led Led LED ed a sshd[ ]: \0x er\u00e9 \u00e9r 404 user"
    .split(" "),
);
const anyLiteral = fc.record({
  text: fc.array(word, { minLength: 1, maxLength: 2 }).map((words) =>
    words.join("")
  ).filter((text) => text !== ""),
  ignoresCase: fc.boolean(),
}).map(({ text, ignoresCase }) => ({
  text: ignoresCase
    ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    : text,
  ignoresCase,
}));
const literalSet = fc.uniqueArray(anyLiteral, {
  minLength: 1,
  maxLength: 40,
  selector: ({ text, ignoresCase }) => `${ignoresCase}${text}`,
});
const log = fc.array(
  fc.oneof(
    { arbitrary: word.map(encode), weight: 12 },
    { arbitrary: fc.constant(encode("\n")), weight: 2 },
    fc.uint8Array({ maxLength: 5 }),
    fc.constant(encode(" ".repeat(30))),
  ),
  { minLength: 30, maxLength: 120 },
).map((parts) => new Uint8Array(parts.flatMap((part) => [...part])));

Deno.test("all scanners find the same in any bytes", () => {
  const { naive, ...others } = SCANNERS;
  let found = 0;
  fc.assert(
    fc.property(literalSet, log, (literals, bytes) => {
      const expected = naive?.(literals, bytes);
      found += expected?.lines.length ?? 0;
      for (const [name, scan] of Object.entries(others)) {
        assert.deepEqual(scan(literals, bytes), expected, name);
      }
    }),
    { numRuns: 1500 },
  );
  assert.ok(found > 1000, `only ${found} lines were found`);
});

const DENSE = encode("abc def ghi\n".repeat(50_000));

for (const kind of KINDS) {
  Deno.test(`Prefilter of kind ${kind} goes on where its results were full`, () => {
    const literals = ["abc", "def", "ghi", "nowhere"].map(cased);
    const prefilter = new Prefilter(literals, { kind });
    const { lines, lineCount } = runPrefilter(prefilter, DENSE);
    assert.equal(lineCount, 50_000);
    assert.equal(lines.length, 50_000);
    lines.forEach(([from, to, ids], index) => {
      assert.deepEqual([from, to, ids], [12 * index, 12 * index + 11, [
        0,
        1,
        2,
      ]]);
    });
  });
}

Deno.test("Prefilter takes a line that is too long to be scanned for one with all literals", () => {
  const prefilter = new Prefilter([cased("abc"), cased("def")]);
  const long = "x".repeat(300_000);
  const bytes = encode(`abc\n${long}\ndef\n${long}`);
  assert.deepEqual(runPrefilter(prefilter, bytes), {
    lines: [
      [0, 3, [0]],
      [4, 300_004, [0, 1]],
      [300_005, 300_008, [1]],
      [300_009, 600_009, [0, 1]],
    ],
    lineCount: 4,
  });
});

Deno.test("Prefilter without literals counts lines", () => {
  const result = runPrefilter(new Prefilter([]), encode("a\nb\nc"));
  assert.deepEqual(result, { lines: [], lineCount: 3 });
});

Deno.test("Prefilter goes over to other ways as literals grow many", () => {
  const kindOf = (length: number) => new Prefilter(manyWords(length)).kind;
  assert.equal(kindOf(MOST_FOR_FINGERPRINTS), "fingerprints");
  assert.equal(kindOf(MOST_FOR_FINGERPRINTS + 1), "tree");
});

Deno.test("Prefilter chooses its windows anew when the log is full of what looks like its literals", () => {
  // All but the end is rare in most logs, but not in this one.
  const literals = Array.from({ length: 9 }, (_, i) => cased(`ZQX${i}: end`));
  const prefilter = new Prefilter(literals);
  const decoys = encode(
    "ZQX0: en ZQX1: en ZQX2: en ZQX8: en\n".repeat(200_000),
  );
  runPrefilter(prefilter, decoys);
  const before = prefilter.wrongCount;
  // It went on like this until as much was spent as choosing anew costs.
  assert.ok(before > 4e5 && before < 8e5, String(before));
  const wanted = encode("ZQX7: end\n");
  const { lines } = runPrefilter(
    prefilter,
    Uint8Array.from([...decoys, ...wanted]),
  );
  const from = decoys.length;
  assert.deepEqual(lines, [[from, from + wanted.length - 1, [7]]]);
  assert.ok(prefilter.wrongCount - before < 100);
});

Deno.test("Prefilter that has chosen its windows by a log finds what the naive way finds", () => {
  const word = fc.stringMatching(/^[a-c]{3,8}$/);
  const words = fc.uniqueArray(word, { minLength: 1, maxLength: 30 });
  const line = fc.array(fc.stringMatching(/^[a-c ]{0,30}$/), { maxLength: 40 });
  const decoys = encode("abc bca cab abcabcabc bcabca\n".repeat(40_000));
  const naive = SCANNERS["naive"];
  fc.assert(
    fc.property(words, line, (words, lines) => {
      const literals = words.map(cased);
      const prefilter = new Prefilter(literals);
      runPrefilter(prefilter, decoys);
      const bytes = encode(lines.join("\n"));
      assert.deepEqual(
        runPrefilter(prefilter, bytes),
        naive?.(literals, bytes),
      );
    }),
    { numRuns: 100 },
  );
});

function manyWords(length: number): readonly Literal[] {
  return Array.from(
    { length },
    (_, i) => cased(`${(i * 7919 + 4711).toString(36)}in`),
  );
}
