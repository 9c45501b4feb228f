import assert from "node:assert/strict";
import { RegexError } from "../../importer/run_regex.ts";
import type { RegexEvent } from "../../importer/regex_output.ts";
import { verifyLog } from "../../importer/verify_log.ts";
import { readLogLines } from "../../importer/verify_log_lines.ts";
import type { MatchJail } from "../../src/match/types.ts";

const JAIL: MatchJail = {
  name: "app",
  dateFormat: "auto",
  syntax: "fail2ban",
  findTimeSeconds: 0,
  failPatterns: ["refused <HOST>$"],
  ignorePatterns: [],
};

/** 2026-11-20T19:08:03Z */
const SECONDS = 1_795_201_683;
const STAMP = "2026-11-20T19:08:03Z ";

const LINE: RegexEvent = { kind: "line" };

function seen(host: string, timeSeconds: number | null = SECONDS): RegexEvent {
  return { kind: "failure", failure: { host, timeSeconds } };
}

async function* toEvents(events: readonly RegexEvent[]) {
  yield* events;
}

async function withLog<T>(
  text: string | Uint8Array,
  use: (log: string) => T | Promise<T>,
): Promise<T> {
  const log = Deno.makeTempFileSync();
  try {
    if (typeof text === "string") Deno.writeTextFileSync(log, text);
    else Deno.writeFileSync(log, text);
    return await use(log);
  } finally {
    Deno.removeSync(log);
  }
}

function verify(
  text: string,
  events?: readonly RegexEvent[],
  datePattern?: string,
) {
  return withLog(text, (log) =>
    verifyLog({
      jail: { ...JAIL, datePattern },
      log,
      ...(events === undefined ? {} : { fail2ban: toEvents(events) }),
    }));
}

Deno.test("verifyLog() counts what both see, and keeps what they do not", async () => {
  const text = [
    `${STAMP}refused 192.0.2.1`,
    `${STAMP}nothing`,
    `${STAMP}refused 192.0.2.2`,
    "# a comment",
    "",
    `${STAMP}refused 192.0.2.3`,
    `${STAMP}accepted 192.0.2.4`,
    `${STAMP}refused host.example`,
  ].join("\n") + "\n";
  const result = await verify(text, [
    { kind: "words", text: "hello" },
    ...[LINE, seen("192.0.2.1")],
    LINE,
    ...[LINE, seen("192.0.2.2", SECONDS + 3600)],
    LINE,
    ...[LINE, seen("192.0.2.4")],
    ...[LINE, seen("host.example", SECONDS + 0.5)],
  ]);
  const at = (host: string, timeSeconds = SECONDS) => ({ host, timeSeconds });
  assert.deepEqual(result, {
    lines: 6,
    both: 2,
    onlyFail2ban: 2,
    onlyOurs: 2,
    disagreeing: 3,
    disagreements: [
      {
        line: 3,
        text: `${STAMP}refused 192.0.2.2`,
        ours: [at("192.0.2.2")],
        fail2ban: [at("192.0.2.2", SECONDS + 3600)],
      },
      {
        line: 6,
        text: `${STAMP}refused 192.0.2.3`,
        ours: [at("192.0.2.3")],
        fail2ban: [],
      },
      {
        line: 7,
        text: `${STAMP}accepted 192.0.2.4`,
        ours: [],
        fail2ban: [at("192.0.2.4")],
      },
    ],
  });
});

Deno.test("verifyLog() takes a time that is not told for the same", async () => {
  const text = "refused 192.0.2.1\n" + `${STAMP}refused 192.0.2.2\n`;
  const result = await verify(text, [
    ...[LINE, seen("192.0.2.1", 7)],
    ...[LINE, seen("192.0.2.2", null)],
  ]);
  assert.equal(result.both, 2);
  assert.equal(result.disagreeing, 0);
});

Deno.test("verifyLog() does not compare two clocks when a date pattern matches nothing", async () => {
  const soon = Date.now() / 1000 + 5;
  const events = [LINE, seen("192.0.2.1", soon)];
  const result = await verify("app refused 192.0.2.1\n", events, "^app()**");
  assert.equal(result.both, 1);
  const dated = `${STAMP}refused 192.0.2.1\n`;
  assert.equal(
    (await verify(dated, events, "^app()**\n^%Y-%m-%dT%H:%M:%S%z")).both,
    0,
  );
});

Deno.test("verifyLog() counts our side alone when there is no other", async () => {
  const result = await verify(`${STAMP}refused 192.0.2.1\n${STAMP}x\n`);
  assert.equal(result.lines, 2);
  assert.equal(result.both, 1);
  assert.equal(result.disagreeing, 0);
});

Deno.test("verifyLog() leaves out what was written since it began", async () => {
  const result = await verify(`${STAMP}refused 192.0.2.1\n`, [
    ...[LINE, seen("192.0.2.1")],
    ...[LINE, seen("192.0.2.2")],
    ...[LINE, seen("192.0.2.3")],
  ]);
  assert.equal(result.lines, 1);
  assert.equal(result.both, 1);
  assert.equal(result.onlyFail2ban, 0);
});

Deno.test("verifyLog() throws when the other side stops before the end", async () => {
  await assert.rejects(
    verify(`${STAMP}x\n${STAMP}refused 192.0.2.1\n`, [LINE]),
    (error: unknown) => {
      assert.ok(error instanceof RegexError && !error.isAbsent);
      assert.match(error.message, /^Cannot compare further than line 2:/);
      return true;
    },
  );
});

Deno.test("verifyLog() keeps a thousand disagreements, and counts all", async () => {
  const text = `${STAMP}refused 192.0.2.1 ${"x".repeat(5000)}\n`.repeat(1100);
  const events = Array.from({ length: 1100 }, () => [LINE, seen("192.0.2.9")]);
  const result = await verify(text, events.flat());
  assert.equal(result.disagreeing, 1100);
  assert.equal(result.disagreements.length, 1000);
  assert.ok(result.disagreements.every(({ text }) => text.length <= 2000));
});

Deno.test("readLogLines() cuts complete lines, also over the edges of its blocks", async () => {
  const lengths = [10, 300_000, 1, 262_143, 0, 500_000];
  const text = lengths.map((length) => `${"x".repeat(length)}\n`).join("");
  const lines = await withLog(`${text}half`, (log) => [...readLogLines(log)]);
  assert.deepEqual(
    lines.map(({ number, bytes }) => [number, bytes.length]),
    [[1, 11], [2, 300_001], [3, 2], [4, 262_144], [6, 500_001]],
  );
});

Deno.test("readLogLines() shows the first byte of a line that is too long, and leaves comments out", async () => {
  const long = "x".repeat(3_000_000);
  const text = `one\n${long}\n#${long}\n\r\r\n#two\r\n #three\nfour\n`;
  const lines = await withLog(text, (log) => [...readLogLines(log)]);
  assert.deepEqual(
    lines.map(({ number, bytes }) => [number, new TextDecoder().decode(bytes)]),
    [[1, "one\n"], [2, "x"], [6, " #three\n"], [7, "four\n"]],
  );
});
