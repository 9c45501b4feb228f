import { deepEqual, ok } from "node:assert/strict";
import { ByteRoom } from "../../../src/match/bytes/byte_room.ts";
import { createMatcher } from "../../../src/match/matcher.ts";
import type { MatchJail } from "../../../src/match/types.ts";
import {
  chunkOf,
  jailOf,
  keepFailure,
  type KeptFailure,
  NOW,
  utc,
} from "../fixtures.ts";
import { createDice, type Dice } from "../pattern_samples.ts";
import { countDecided, type Decided } from "./support.ts";

const STAMP = "Nov 20 19:09:58";
const OLD_STAMP = "Nov 20 12:00:00";

/** Enough for patterns to be written, and for a program to be made of them. */
const LINES = 6000;

/** Chunks end between the lines of a connection. */
const CHUNK_BYTES = 20_000;

/** More than is scanned in one go. */
const LARGE_CHUNK_BYTES = 600_000;

const PREFIX =
  "^ box <F-MLFID>app\\[\\d+\\]</F-MLFID>: <F-CONTENT>.+</F-CONTENT>$";

Deno.test("decide() reads addresses as parseAddress() does", () => {
  const jail = jailOf({
    prefixPattern: PREFIX,
    failPatterns: ["^from (?P<ip4>\\S+)$", "^via (?P<ip6>\\S+)$"],
  });
  const dice = createDice(20261127);
  const log = Array.from({ length: LINES }, (_, i) => {
    const way = dice(2) === 0 ? "from" : "via";
    return `${STAMP} box app[${i}]: ${way} ${makeAddress(dice)}\n`;
  }).join("");
  const { failures, decided } = compareWays(log, [jail]);
  ok(decided > LINES / 2, `${decided} lines were decided`);
  const kinds = [".", ":", "::", "::ffff:"].map((part) =>
    failures.filter(({ host, isRawId }) => !isRawId && host.includes(part))
      .length
  );
  ok(kinds.slice(0, 3).every((count) => count > 50), kinds.join());
  ok(failures.filter(({ isRawId }) => isRawId).length > 50);
});

Deno.test("decide() merges the lines of connections as text does, within a chunk and across", () => {
  const jail = jailOf({
    prefixPattern: PREFIX,
    failPatterns: [
      "^<F-NOFAIL>hello</F-NOFAIL> from <ADDR>$",
      "^bad password for <F-USER>.*</F-USER>(?: from <ADDR>)?$",
      "^<F-MLFGAINED>welcome</F-MLFGAINED> <F-USER>\\S+</F-USER>$",
      "^<F-NOFAIL><F-MLFFORGET>bye</F-MLFFORGET></F-NOFAIL>(?: <F-USER>\\S*</F-USER>)?$",
      "^<F-MLFFORGET>kicked</F-MLFFORGET> <F-USER>\\w+</F-USER> (?:at|from) <ADDR> by <F-ID>\\S+</F-ID>$",
      "^port (?P<port>\\d+) of <ADDR>$",
      // What it caught has to be put together.
      "^locked <F-ALT_USER>\\w+</F-ALT_USER>(?: as <F-USER>\\w+</F-USER>)? from <ADDR>$",
    ],
    ignorePatterns: ["^bad password for nobody "],
  });
  const dice = createDice(7);
  const pick = (texts: readonly string[]) => texts[dice(texts.length)] ?? "";
  const log = Array.from({ length: 2 * LINES }, () => {
    const host = pick(["192.0.2.1", "192.0.2.22", "2001:db8::1", "10.1.1.300"]);
    const user = pick([
      "root",
      "",
      "a from b",
      "administrator-of-all",
      "nobody",
    ]);
    const text = pick([
      `hello from ${host}`,
      `bad password for ${user}`,
      `bad password for ${user} from ${host}`,
      `welcome ${user}`,
      "bye",
      `bye ${user}`,
      `kicked root from ${host} by 198.51.100.${dice(300)}`,
      `port ${dice(70_000)} of ${host}`,
      `locked bob${["", " as root"][dice(2)]} from ${host}`,
      "bad",
    ]);
    // Few at one time, and now and then many.
    const id = dice(3) > 0 ? dice(30) : dice(3000);
    return `${STAMP} box app[${id}]: ${text}\n`;
  }).join("");
  for (const isElsewhere of [false, true]) {
    const { failures, decided } = compareWays(log, [jail], { isElsewhere });
    ok(decided > LINES, `${decided} lines were decided`);
    ok(failures.some(({ users = [] }) => users.length > 2));
    ok(failures.some(({ groups }) => groups?.port !== undefined));
    ok(failures.some(({ user }) => user === "bob"));
  }
});

Deno.test("decide() leaves lines alone that are too old, or whose stamp goes on", () => {
  const jail = jailOf({
    prefixPattern: PREFIX,
    failPatterns: ["^bad password from <ADDR>$"],
  });
  const dice = createDice(11);
  const stamps = [STAMP, OLD_STAMP, `${STAMP} 2025`, `${STAMP}.5`, "nothing"];
  let stamp: string | undefined = STAMP;
  const log = Array.from({ length: LINES }, (_, i) => {
    // In rows, as in a log.
    if (i % 7 === 0) stamp = dice(2) > 0 ? STAMP : stamps[dice(stamps.length)];
    const end = ["\n", "\r\n", "\u00e9\n"][dice(20)] ?? "\n";
    return `${stamp} box app[1]: bad password from 192.0.2.${dice(9)}${end}`;
  }).join("");
  const { failures, uncut } = compareWays(log, [jail], { isCatchUp: true });
  ok(uncut > LINES / 4, `${uncut} lines were decided as they were`);
  ok(failures.length < LINES * 0.95, `${failures.length} failures`);
});

for (const syntax of [undefined, "fail2ban"] as const) {
  Deno.test(`decide() takes lines of a second for alike, whatever their fraction, in ${syntax ?? "our own"} syntax`, () => {
    const jail = jailOf({
      syntax,
      prefixPattern: PREFIX,
      failPatterns: ["^bad password from <ADDR>$"],
    });
    const dice = createDice(20261129);
    const times: number[] = [];
    const log = Array.from({ length: LINES }, (_, i) => {
      const time = NOW - 590 + Math.floor(i / 12);
      times.push(time);
      const stamp = new Date(time * 1000).toISOString().slice(0, 19);
      const fraction = String(dice(1_000_000)).padStart(6, "0");
      // Now and then there is none, or another one.
      const rest = ["", ".5", ",25"][dice(40)] ?? `.${fraction}`;
      return `${stamp}${rest}+00:00 box app[1]: bad password from 192.0.2.7\n`;
    }).join("");
    const { failures, uncut, ahead } = compareWays(log, [jail], {
      isCatchUp: true,
    });
    deepEqual(failures.map(({ timeSeconds }) => timeSeconds), times);
    ok(uncut > LINES / 2, `${uncut} lines were decided as they were`);
    ok(ahead > LINES / 3, `${ahead} lines were gone over`);
  });
}

Deno.test("decide() serves several jails of one log, and those that it cannot decide for are not asked again and again", () => {
  const failPatterns = ["^(?:bad) password from <ADDR>$"];
  const jails = [
    jailOf({ name: "bytes", prefixPattern: PREFIX, failPatterns }),
    // What goes back to a group never runs on bytes.
    jailOf({
      name: "text",
      prefixPattern: PREFIX,
      failPatterns: ["^(?P<word>bad) password from <ADDR>(?: (?P=word))?$"],
    }),
  ];
  const log = Array.from(
    { length: LINES },
    (_, i) => `${STAMP} box app[${i}]: bad password from 192.0.2.${i % 250}\n`,
  ).join("");
  const { decided, asked } = compareWays(log, jails);
  ok(decided > LINES / 2, `${decided} lines were decided`);
  ok(asked > 0 && asked < LINES / 3, `${asked} lines were asked in vain`);
});

Deno.test("decideLines() goes over the lines of a log that one jail reads, and stops for those that it cannot decide about", () => {
  const jail = jailOf({
    prefixPattern: PREFIX,
    failPatterns: [
      "^bad password from <ADDR>$",
      "^<F-NOFAIL>hello</F-NOFAIL> from <ADDR>$",
    ],
  });
  const dice = createDice(20261128);
  const others = [
    `${STAMP} box app[7]: bad passwörd from 192.0.2.7`,
    `${STAMP} box app[7]: bad password from 192.0.2.7\r`,
    `${STAMP} box app[7]: bad password ${"x".repeat(1100)}`,
    "bad password from 192.0.2.7",
  ];
  const log = Array.from({ length: 2 * LINES }, (_, i) => {
    if (dice(40) === 0) return `${others[dice(others.length)]}\n`;
    // More hits in a row than there is room for at once, and long stretches without one.
    const text = i % 600 < 300 ? "bad password from" : "bad luck at";
    const word = dice(9) === 0 ? "hello from" : text;
    return `${STAMP} box app[${i}]: ${word} 192.0.2.${dice(256)}\n`;
  }).join("");
  for (const isElsewhere of [false, true]) {
    const { ahead, asked } = compareWays(log, [jail], { isElsewhere });
    ok(ahead > LINES, `${ahead} lines were gone over`);
    ok(asked < LINES / 10, `${asked} lines were asked in vain`);
  }
});

Deno.test("decideLines() neither loses a line nor tells of it twice where a pattern runs out of stack", () => {
  const jail = jailOf({
    prefixPattern: PREFIX,
    failPatterns: ["^bad password from <ADDR>$"],
  });
  const log = Array.from(
    { length: LINES },
    (_, i) => `${STAMP} box app[${i}]: bad password from 192.0.2.${i % 250}\n`,
  ).join("");
  const { compile } = ByteRoom.prototype;
  let thrown = 0;
  ByteRoom.prototype.compile = function (parsed) {
    const pattern = compile.call(this, parsed);
    let runs = 0;
    if (pattern !== undefined) {
      const run = exportFunction((from, to) => {
        if (++runs % 97 !== 0) return pattern.run(from, to);
        thrown++;
        throw new RangeError("Maximum call stack size exceeded");
      });
      this.table.set(pattern.index, run);
    }
    return pattern;
  };
  try {
    const { ahead } = compareWays(log, [jail]);
    ok(ahead > LINES / 2, `${ahead} lines were gone over`);
    ok(thrown > LINES / 200, `${thrown} runs ended early`);
  } finally {
    ByteRoom.prototype.compile = compile;
  }
});

/** @returns the function as one that WebAssembly can call by a table */
function exportFunction(
  run: (from: number, to: number) => number,
): () => void {
  // A module that exports the function (i32, i32) → i32 that it imports.
  // deno-fmt-ignore -- a section a line
  const bytes = new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    1, 7, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f,
    2, 7, 1, 1, 0x65, 1, 0x66, 0, 0,
    7, 5, 1, 1, 0x66, 0, 0,
  ]);
  const module = new WebAssembly.Module(bytes);
  const { exports } = new WebAssembly.Instance(module, { e: { f: run } });
  return exports.f as () => void;
}

/** Matches a log with programs and without, and expects the same of both. */
function compareWays(
  log: string,
  jails: readonly MatchJail[],
  { isCatchUp = false, isElsewhere = false } = {},
): Decided & { readonly failures: readonly KeptFailure[] } {
  const bytes = new TextEncoder().encode(log);
  const plain = matchChunks(bytes, jails, { isCatchUp, prefilter: false });
  const frame = { isCatchUp, isElsewhere, prefilter: true };
  const { result: failures, ...decided } = countDecided(() =>
    matchChunks(bytes, jails, frame)
  );
  deepEqual(failures, plain);
  return { failures, ...decided };
}

function matchChunks(
  log: Uint8Array,
  jails: readonly MatchJail[],
  { isCatchUp, isElsewhere = false, prefilter }: {
    readonly isCatchUp: boolean;
    /** Whether the bytes are handed over as they lie, not in the matcher's memory. */
    readonly isElsewhere?: boolean;
    readonly prefilter: boolean;
  },
): KeptFailure[] {
  const matcher = createMatcher(jails, {
    localTime: utc,
    emitsRawIds: true,
    prefilter,
  });
  const failures: KeptFailure[] = [];
  const chunkBytes = isElsewhere ? LARGE_CHUNK_BYTES : CHUNK_BYTES;
  for (let from = 0; from < log.length;) {
    const to = log.lastIndexOf(10, from + chunkBytes) + 1;
    const chunk = log.subarray(from, to);
    if (!isElsewhere) matcher.input.set(chunk);
    const bytes = isElsewhere ? chunk : matcher.input.subarray(0, to - from);
    matcher.match(
      { ...chunkOf(""), bytes, isCatchUp },
      NOW,
      (failure) => failures.push(keepFailure(failure)),
    );
    from = to;
  }
  return failures;
}

/** Addresses, and what is nearly one. */
function makeAddress(dice: Dice): string {
  const pick = (texts: readonly string[]) => texts[dice(texts.length)] ?? "";
  const octet = () =>
    dice(8) === 0
      ? pick(["", "00", "01", "256", "300", "999", "1000", "a", "-1"])
      : String(dice(256));
  const quad = () =>
    Array.from({ length: dice(12) === 0 ? 1 + dice(6) : 4 }, octet).join(".");
  const group = () =>
    dice(20) === 0
      ? pick(["", "12345", "g", "1.2"])
      : dice(65_536).toString(16);
  const groups = (count: number) =>
    Array.from({ length: count }, group).join(":");
  switch (dice(6)) {
    case 0:
    case 1:
      return quad();
    case 2:
      return groups(dice(4) === 0 ? dice(11) : 8);
    case 3:
      return `${groups(dice(6))}::${groups(dice(6))}`;
    case 4:
      return `${
        pick(["::ffff:", "::", "64:ff9b::", "1:2:3:4:5:6:", "::1::"])
      }${quad()}`;
    default:
      return pick([
        "x",
        "1",
        "::",
        ":",
        ":::",
        "1.2.3.4.",
        ".1.2.3.4",
        "1..2.3",
        "fe80::1%eth0",
        "255.255.255.255",
        "0.0.0.0",
        "::ffff:1.2.3.4:5",
        "1:2:3:4:5:6:7:8:9",
        `${"1:".repeat(30)}1`,
        "1234567890123456",
      ]);
  }
}
