import assert from "node:assert/strict";
import fc from "fast-check";
import {
  evaluateDuration,
  formatDuration,
  parseDuration,
} from "../../src/util/duration.ts";

const DAY = 86_400;

const READ: readonly (readonly [string | number, number | undefined])[] = [
  [600, 600],
  [0, 0],
  [1.4, 1],
  [-1, Infinity],
  [-2, undefined],
  [NaN, undefined],
  [Infinity, undefined],
  ["600", 600],
  [" 600 ", 600],
  ["-1", Infinity],
  ["-5", undefined],
  ["10m", 600],
  ["10 m", 600],
  ["1d12h", 1.5 * DAY],
  ["1d 12h", 1.5 * DAY],
  ["1d  12h 30m 5s", 1.5 * DAY + 1805],
  ["1.5h", 5400],
  ["1W", 7 * DAY],
  ["2weeks", 14 * DAY],
  ["1wee", 7 * DAY],
  ["3da", 3 * DAY],
  ["1day", DAY],
  ["1ho", 3600],
  ["1hours", 3600],
  ["1mi", 60],
  ["1min", 60],
  ["90ss", 90],
  ["90sec", 90],
  ["90seconds", 90],
  ["1mo", 30.4375 * DAY],
  ["1mon", 30.4375 * DAY],
  ["2months", 60.875 * DAY],
  ["1y", 365.25 * DAY],
  ["1ye", 365.25 * DAY],
  ["1years", 365.25 * DAY],
  ["1y 6mo", 547.875 * DAY],
  ["", undefined],
  [" ", undefined],
  ["m", undefined],
  ["10x", undefined],
  ["10m5", undefined],
  ["10m,5s", undefined],
  ["1h -1m", undefined],
  ["1e3", undefined],
  ["0x10", undefined],
  ["__proto__", undefined],
  ["1constructor", undefined],
  ["9".repeat(40), undefined],
  ["1h".repeat(100), undefined],
];

Deno.test("parseDuration() reads every spelling and nothing else", () => {
  for (const [text, seconds] of READ) {
    assert.equal(parseDuration(text), seconds, JSON.stringify(text));
  }
});

Deno.test("formatDuration() writes the units that are not zero", () => {
  const table: readonly (readonly [number, string])[] = [
    [0, "0s"],
    [-3, "0s"],
    [0.6, "1s"],
    [59, "59s"],
    [5400, "1h 30m"],
    [604_800, "1w"],
    [90_061, "1d 1h 1m 1s"],
    [Infinity, "for ever"],
  ];
  for (const [seconds, text] of table) {
    assert.equal(formatDuration(seconds), text);
  }
});

Deno.test("parseDuration() reads what formatDuration() writes", () => {
  fc.assert(fc.property(fc.nat(3_155_760_000), (seconds) => {
    assert.equal(parseDuration(formatDuration(seconds)), seconds);
  }));
});

Deno.test("parseDuration() gives whole seconds or undefined for any text", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const seconds = parseDuration(text);
    assert.ok(
      seconds === undefined || seconds === Infinity ||
        (Number.isInteger(seconds) && seconds >= 0),
    );
  }));
});

const EVALUATED: readonly (readonly [text: string, seconds: number])[] = [
  ["600", 600],
  ["-1", -1],
  ["10m", 600],
  ["1d12h", 1.5 * DAY],
  ["1D 12Hours", 1.5 * DAY],
  ["1year-6mo", 182.625 * DAY],
  ["1h - 10 min", 3000],
  ["2*(1h 30m)", 10_800],
  ["(1+2) h", 10_800],
  ["1d/2", DAY / 2],
  ["1.5 m", 90],
  ["10m5", 605],
  ["2**2h", 14_400],
];

Deno.test("evaluateDuration() evaluates as fail2ban does", () => {
  for (const [text, seconds] of EVALUATED) {
    assert.equal(evaluateDuration(text), seconds, text);
  }
});

Deno.test("evaluateDuration() refuses what fail2ban would run, and what it cannot read", () => {
  for (const text of ["", "1x", "h", "1h (2m)", "1h .5m", "(1)h", "1 d 2 _"]) {
    assert.throws(() => evaluateDuration(text), SyntaxError, text);
  }
  assert.throws(() => evaluateDuration("__import__('os').getpid()"), {
    name: "SyntaxError",
    message:
      /^Cannot evaluate "__import__\('os'\)\.getpid\(\)": "__import__" is no arithmetic/,
  });
});

Deno.test("evaluateDuration() reads what parseDuration() reads", () => {
  for (const [text, seconds] of READ) {
    const isPlain = typeof text === "string" && seconds !== undefined &&
      seconds !== Infinity;
    if (isPlain) assert.equal(evaluateDuration(text.trim()), seconds, text);
  }
});
