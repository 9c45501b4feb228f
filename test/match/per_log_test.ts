import assert from "node:assert/strict";
import { createMatcher } from "../../src/match/matcher.ts";
import { PerLog } from "../../src/match/per_log.ts";
import type { MatchJail } from "../../src/match/types.ts";
import { utc } from "./fixtures.ts";

const NOW = 1_763_665_683;

Deno.test("PerLog.current is one of each log, made where it is first asked for", () => {
  let made = 0;
  const memory = new PerLog(() => ({ number: ++made }));
  const [a, b] = [{}, {}];
  memory.enter(a);
  const ofA = memory.current;
  memory.enter(b);
  memory.enter(a);
  assert.equal(memory.current, ofA);
  assert.equal(made, 1);
  memory.enter(b);
  assert.notEqual(memory.current, ofA);
  assert.equal(made, 2);
});

Deno.test("PerLog.used is there only once it was asked for since the log was entered", () => {
  const memory = new PerLog(() => ({}));
  const [a, b] = [{}, {}];
  memory.enter(a);
  assert.equal(memory.used, undefined);
  const ofA = memory.current;
  assert.equal(memory.used, ofA);
  memory.enter(b);
  memory.enter(a);
  assert.equal(memory.used, undefined);
});

Deno.test("PerLog throws at once what its memory throws", () => {
  const fail = () => {
    throw new TypeError("no memory");
  };
  assert.throws(() => new PerLog(fail), /no memory/);
});

const JAIL: MatchJail = {
  name: "app",
  dateFormat: "iso8601",
  failPatterns: ["failed from <HOST>$"],
  ignorePatterns: [],
  findTimeSeconds: 600,
};

/** @returns a function that has a log's lines matched, and returns `host time` of each failure */
function createReader(jail: MatchJail) {
  const matcher = createMatcher([jail], { localTime: utc, trustsStamps: true });
  return (log: object, text: string) => {
    const failures: string[] = [];
    matcher.enter(log);
    matcher.match(
      { source: "log", bytes: new TextEncoder().encode(text), isCatchUp: true },
      NOW,
      ({ host, timeSeconds }) => failures.push(`${host} ${timeSeconds}`),
    );
    return failures;
  };
}

Deno.test("Matcher dates a line without a date by the last line of its own log", () => {
  const read = createReader(JAIL);
  const [a, b] = [{}, {}];
  read(a, "2025-11-20 19:00:00 failed from 192.0.2.1\n");
  read(b, "2025-11-20 19:05:00 failed from 192.0.2.2\n");
  const at = Date.UTC(2025, 10, 20, 19) / 1000;
  assert.deepEqual(read(a, "failed from 192.0.2.3\n"), [`192.0.2.3 ${at}`]);
  assert.deepEqual(read(b, "failed from 192.0.2.3\n"), [
    `192.0.2.3 ${at + 300}`,
  ]);
});

Deno.test("Matcher tells the connections of logs apart, whatever their numbers", () => {
  const read = createReader({
    ...JAIL,
    syntax: "fail2ban",
    datePattern: "{^LN-BEG}EPOCH",
    failPatterns: [
      "^ <F-MLFID>#\\d+</F-MLFID> <F-NOFAIL>connect</F-NOFAIL> from <HOST>$",
      "^ <F-MLFID>#\\d+</F-MLFID> failed$",
    ],
  });
  const [a, b] = [{}, {}];
  read(a, `${NOW} #1 connect from 192.0.2.1\n`);
  read(b, `${NOW} #1 connect from 192.0.2.2\n`);
  assert.deepEqual(read(a, `${NOW} #1 failed\n`), [`192.0.2.1 ${NOW}`]);
  assert.deepEqual(read(b, `${NOW} #1 failed\n`), [`192.0.2.2 ${NOW}`]);
});

Deno.test("Matcher searches no lines of different logs together", () => {
  const read = createReader({
    ...JAIL,
    syntax: "fail2ban",
    datePattern: "{^LN-BEG}EPOCH",
    maxLines: 2,
    failPatterns: ["^ begin<SKIPLINES>^ end <HOST>$"],
  });
  const [a, b] = [{}, {}];
  read(a, `${NOW} begin\n`);
  assert.deepEqual(read(b, `${NOW} end 192.0.2.2\n`), []);
  assert.deepEqual(read(a, `${NOW} end 192.0.2.1\n`), [`192.0.2.1 ${NOW}`]);
});
