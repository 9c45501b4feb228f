import assert from "node:assert/strict";
import fc from "fast-check";
import { createMatcher } from "../../src/match/matcher.ts";
import type { MatchJail } from "../../src/match/types.ts";
import {
  chunkOf,
  jailOf,
  keepFailure,
  type KeptFailure,
  NOW,
  STAMP,
  utc,
} from "./fixtures.ts";

const FAILED = "sshd\\[\\d+\\]: Failed password for .* from <HOST>";
const INVALID = "sshd\\[\\d+\\]: Invalid user .* from <HOST>";
const SSHD = jailOf({ name: "sshd", failPatterns: [FAILED, INVALID] });

const line = (text: string) => `Nov 20 19:09:58 box sshd[1]: ${text}\n`;

/** Meets every line. */
const ANYTHING = "\\S+ <HOST>$";

const PATTERNS = [
  FAILED,
  INVALID,
  "^\\[\\] \\[error\\] \\[client <HOST>\\]",
  '^<HOST> - - \\[\\]  ?"(?:GET|POST) /admin',
  "(?i)login from <HOST>",
  "(?:abc|from|x y) ?<HOST>(?: port \\d+)?$",
  ANYTHING,
  "id: \\] \\[<HOST>",
];

const piece = fc.constantFrom(
  "Nov 20 19:09:58",
  "2026-11-20T19:09:58Z",
  "[20/Nov/2026:19:09:58 +0000]",
  "[",
  "]",
  " ",
  "] [error] [client ",
  "192.0.2.7",
  "2001:db8::1",
  "sshd[1]: Invalid user ",
  "sshd[2]: Failed password for ",
  " from ",
  " - - ",
  '"GET /admin',
  "LOGIN",
  "abc",
  "id: ",
  "é\r",
  " port 22",
  "Invalid user a from 192.0.2.7",
  "from 2001:db8::1",
  "[error] [client ::1]",
);

/** Some meet every line, the others those that hold a literal. */
const JAILS = PATTERNS.map((pattern, index) =>
  jailOf({ name: `${index}`, failPatterns: [pattern] })
);

/** Bytes that are no UTF-8 stand in between now and then, and lines that are too long to be scanned. */
const anyBytes = fc.array(
  fc.oneof(
    { arbitrary: piece.map((text) => encode(text)), weight: 12 },
    { arbitrary: fc.constant(encode("\n")), weight: 3 },
    { arbitrary: fc.uint8Array({ maxLength: 3 }), weight: 1 },
    { arbitrary: fc.constant(encode("\r\n\0\ufeff")), weight: 1 },
  ),
  { minLength: 5, maxLength: 80 },
).map(joinBytes);

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** Chunks of whole lines, as sources hand them over. */
function splitChunks(bytes: Uint8Array, sizes: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let from = 0; from < bytes.length;) {
    const newline = bytes.indexOf(10, from + sizes);
    const to = newline < 0 ? bytes.length : newline + 1;
    chunks.push(bytes.subarray(from, to));
    from = to;
  }
  return chunks;
}

function matchChunks(
  chunks: readonly Uint8Array[],
  jails: readonly MatchJail[],
  prefilter: boolean,
) {
  const matcher = createMatcher(jails, {
    localTime: utc,
    trustsStamps: true,
    prefilter,
  });
  const failures: KeptFailure[] = [];
  for (const bytes of chunks) {
    matcher.match(
      { ...chunkOf(""), bytes },
      NOW,
      (failure) => failures.push(keepFailure(failure)),
    );
  }
  const { candidates: _, ...counts } = matcher.counts;
  return { failures, counts };
}

for (
  const [name, jails] of Object.entries({
    "where every line is met": JAILS,
    "where only lines with a literal are": JAILS.filter(({ failPatterns }) =>
      !failPatterns.includes(ANYTHING)
    ),
  })
) {
  Deno.test(`match() finds with the prefilter what it finds without, ${name}`, () => {
    let found = 0;
    fc.assert(
      fc.property(anyBytes, fc.nat(300), (bytes, sizes) => {
        const chunks = splitChunks(bytes, sizes);
        const naive = matchChunks(chunks, jails, false);
        assert.deepEqual(matchChunks(chunks, jails, true), naive);
        found += naive.failures.length;
      }),
      { numRuns: 300 },
    );
    assert.ok(found > 40, `only ${found} failures were generated`);
  });
}

Deno.test("match() finds the same in a dense chunk, in one beyond ASCII, and in lines that are very long", () => {
  const hit = line("Invalid user a from 192.0.2.7");
  const long = `${"x ".repeat(200_000)}Invalid user a from 192.0.2.8\n`;
  const logs = [
    hit.repeat(500),
    hit.repeat(500).replaceAll("user a", "user \u00e9"),
    `${hit}noise\n`.repeat(50),
    `${hit}${long}noise\n${long}${hit}`,
    `${long}${hit}`.trimEnd(),
    `${hit}${"y".repeat(100_000)} ${hit}${hit}`,
  ];
  for (const log of logs) {
    const naive = matchChunks([encode(log)], [SSHD], false);
    assert.deepEqual(matchChunks([encode(log)], [SSHD], true), naive);
    assert.ok(naive.failures.length > 0);
  }
});

Deno.test("match() gives a line without a date the time of the one before, which no pattern met", () => {
  const log = `${STAMP} started\nfirst\nInvalid user a from 192.0.2.7\n`;
  const chunks = [log, "second\n", "Invalid user a from 192.0.2.8\n"];
  const jail = jailOf({ failPatterns: ["Invalid user .* from <HOST>"] });
  const { failures } = matchChunks(chunks.map(encode), [jail], true);
  assert.deepEqual(
    failures.map(({ host, timeSeconds }) => [host, timeSeconds]),
    [["192.0.2.7", NOW - 2], ["192.0.2.8", NOW - 2]],
  );
});

Deno.test("match() takes a chunk that lies in the matcher's own buffer", () => {
  const matcher = createMatcher([SSHD], { localTime: utc });
  const text = encode(line("Invalid user a from 192.0.2.7"));
  matcher.input.set(text, 100);
  const bytes = matcher.input.subarray(100, 100 + text.length);
  const hosts: string[] = [];
  matcher.match({ ...chunkOf(""), bytes }, NOW, ({ host }) => hosts.push(host));
  assert.deepEqual(hosts, ["192.0.2.7"]);
});
