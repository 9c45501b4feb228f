import { deepEqual, ok } from "node:assert/strict";
import { ByteRoom } from "../../src/match/bytes/byte_room.ts";
import { createMatcher, type MatcherOptions } from "../../src/match/matcher.ts";
import type { Matcher, MatchJail } from "../../src/match/types.ts";
import {
  chunkOf,
  exactJail,
  jailOf,
  keepFailure,
  type KeptFailure,
  NOW,
  utc,
} from "./fixtures.ts";
import { createDice } from "./pattern_samples.ts";

/** Dates at the line's beginning, within it, and none. */
const JAILS = [
  jailOf({
    name: "own",
    failPatterns: [
      "^ box sshd\\[\\d+\\]: Failed \\S+ for (?:invalid user )?<F-USER>.*</F-USER> from <HOST>(?: port \\d+)?$",
      "^ box sshd\\[\\d+\\]: Invalid user <F-USER>.*?</F-USER> from <HOST>(?: port \\d+)?$",
    ],
    ignorePatterns: ["user anna"],
  }),
  jailOf({
    name: "access",
    failPatterns: [
      '^<HOST> - [^"]*\\[\\] "[A-Z]+ /(?:[^"?/ ]+/)*admin[^"]*" 404 ',
    ],
  }),
  exactJail({
    name: "exact",
    prefixPattern:
      "^ \\S+ <F-MLFID>sshd\\[\\d+\\]</F-MLFID>: (?:error: )?<F-CONTENT>.+</F-CONTENT>$",
    failPatterns: [
      "^Failed \\S+ for (?:invalid user )?<F-USER>\\S*</F-USER> from <ADDR>(?: port \\d+)?$",
      "^<F-NOFAIL>Invalid</F-NOFAIL> user <F-USER>.*</F-USER> from <HOST>",
      "^<F-MLFFORGET>Accepted</F-MLFFORGET> \\w+ for <F-USER>\\S+</F-USER> from <ADDR>$",
    ],
    ignorePatterns: ["^Failed none "],
  }),
];

/** Its pattern has no literal, so it meets every line. */
const EVERY_LINE = jailOf({ name: "every", failPatterns: ["\\w <HOST>$"] });

const DATES = [
  "Nov 20 19:09:58",
  "Nov 20 19:09:59",
  "2026-11-20T19:09:58.123Z",
  "Nov 20 19:09:58 2026",
  "no date",
];
const TEXTS = [
  "Failed password for root from 192.0.2.7 port 22",
  "Failed none for x from 192.0.2.8",
  "Failed password for invalid user a from 10.0.0.1 from 2001:db8::7 port 1",
  "Failed password for invalid user  from 192.0.2.300",
  "Invalid user anna from 192.0.2.9",
  "Invalid user a b from host.example.org port 3",
  "Invalid user \u00e9 from 192.0.2.10",
  "error: Failed password for x from ::ffff:192.0.2.11\r",
  "Accepted password for root from 192.0.2.7",
  `Failed password for ${"a ".repeat(700)}from 192.0.2.12`,
  "",
];

/** Enough for each pattern to be worth it. */
const LINES = 25_000;

const CHUNK_BYTES = 100_000;

/** More than a matcher's own memory takes, and more than is scanned in one go. */
const ELSEWHERE_BYTES = 700_000;

Deno.test("match() finds on the bytes of lines what it finds in their text", () => {
  const log = makeLog(20260307, LINES);
  const naive = matchLog(log, { jails: JAILS, prefilter: false });
  for (const chunkBytes of [CHUNK_BYTES, ELSEWHERE_BYTES]) {
    const compiled = countCompiled(() => {
      deepEqual(matchLog(log, { jails: JAILS, chunkBytes }), naive);
    });
    // The ignore pattern of the first jail is run on few lines.
    ok(compiled >= 5, `${compiled} patterns ran on bytes`);
  }
  for (const { name } of JAILS) {
    ok(naive.failures.some(({ jail }) => jail === name), name);
  }
});

Deno.test("match() does so where a jail meets every line, and lines that the scan has left behind", () => {
  const jails = [...JAILS, EVERY_LINE];
  const log = makeLog(20261127, LINES / 4);
  const naive = matchLog(log, { jails, prefilter: false });
  const found = matchLog(log, { jails, chunkBytes: ELSEWHERE_BYTES });
  deepEqual(found, naive);
  ok(naive.failures.some(({ jail }) => jail === EVERY_LINE.name));
});

Deno.test("match() reads the stamp of a log's first line, though another log's last line began alike", () => {
  const matcher = createMatcher(JAILS, { localTime: utc, trustsStamps: true });
  const times: number[] = [];
  const line = `${DATES[0]} box sshd[1]: ${TEXTS[0]}\n`;
  for (const log of [{}, {}]) {
    matcher.enter(log);
    const bytes = takeIn(matcher, new TextEncoder().encode(line.repeat(2)));
    matcher.match(
      { ...chunkOf(""), bytes },
      NOW,
      ({ jail, timeSeconds }) => jail === "own" && times.push(timeSeconds),
    );
  }
  deepEqual(times, [NOW - 2, NOW - 2, NOW - 2, NOW - 2]);
});

function makeLog(seed: number, lines: number): Uint8Array {
  const dice = createDice(seed);
  const pick = (texts: readonly string[]) => texts[dice(texts.length)] ?? "";
  let log = "";
  for (let i = 0; i < lines; i++) {
    log += dice(5) === 0
      ? `192.0.2.${dice(300)} - - [20/Nov/2026:19:09:58 +0000] "GET /${
        pick(["", "a/", "\u00e9/"])
      }${pick(["admin", "index"])} HTTP/1.1" 404 ${"7".repeat(dice(99))}\n`
      : `${pick(DATES)} box sshd[${dice(40)}]: ${pick(TEXTS)}\n`;
  }
  return new TextEncoder().encode(log);
}

/** Reads as a log is read: into the matcher's own memory, where it has room. */
function matchLog(
  log: Uint8Array,
  { jails, chunkBytes = CHUNK_BYTES, ...options }: MatcherOptions & {
    readonly jails: readonly MatchJail[];
    readonly chunkBytes?: number;
  },
) {
  const matcher = createMatcher(jails, {
    localTime: utc,
    trustsStamps: true,
    ...options,
  });
  const failures: KeptFailure[] = [];
  for (let from = 0; from < log.length;) {
    const to = log.lastIndexOf(10, from + chunkBytes) + 1;
    const chunk = log.subarray(from, to);
    const isElsewhere = chunkBytes > matcher.input.length;
    const bytes = isElsewhere ? chunk : takeIn(matcher, chunk);
    matcher.match(
      { ...chunkOf(""), bytes },
      NOW,
      (failure) => failures.push(keepFailure(failure)),
    );
    from = to;
  }
  const { candidates: _, ...counts } = matcher.counts;
  return { failures, counts };
}

function takeIn({ input }: Matcher, bytes: Uint8Array): Uint8Array {
  input.set(bytes, 7);
  return input.subarray(7, 7 + bytes.length);
}

function countCompiled(act: () => void): number {
  const { compile } = ByteRoom.prototype;
  let count = 0;
  ByteRoom.prototype.compile = function (parsed) {
    const pattern = compile.call(this, parsed);
    if (pattern !== undefined) count++;
    return pattern;
  };
  try {
    act();
  } finally {
    ByteRoom.prototype.compile = compile;
  }
  return count;
}
