import assert from "node:assert/strict";
import { Progress } from "../../../src/cli/dry_run/progress.ts";

function draw(totalBytes: number | undefined, width = 100) {
  const clock = { ms: 0 };
  const drawn: string[] = [];
  const progress = new Progress({
    write: (text) => drawn.push(text),
    width,
    totalBytes,
    now: () => clock.ms,
  });
  return { progress, clock, drawn };
}

Deno.test("Progress draws bytes of all, lines a second and the time left", () => {
  const { progress, clock, drawn } = draw(2_000_000_000);
  clock.ms = 1000;
  progress.bytes = 500_000_000;
  progress.update("/var/log/auth.log", 3_140_000);
  assert.deepEqual(drawn, [
    "\r[#####...............]   25%  500 MB of 2.0 GB  3.1M lines/s  3s left  /var/log/auth.log",
  ]);
});

Deno.test("Progress draws no share when nobody knows how much there is", () => {
  const { progress, clock, drawn } = draw(undefined);
  clock.ms = 2000;
  progress.bytes = 1_500_000;
  progress.update("-", 20_000);
  assert.deepEqual(drawn, ["\r1.5 MB  10k lines/s  standard input"]);
});

Deno.test("Progress is drawn ten times a second at most, and not in the first tenth", () => {
  const { progress, clock, drawn } = draw(100);
  for (clock.ms = 0; clock.ms <= 1000; clock.ms++) progress.update("log", 1);
  assert.equal(drawn.length, 10);
});

Deno.test("Progress is wiped at its end, and stays within the terminal's width", () => {
  const { progress, clock, drawn } = draw(100, 30);
  clock.ms = 100;
  progress.update("log", 1);
  progress.clear();
  assert.deepEqual(drawn.map((text) => text.length), [30, 31]);
  assert.equal(drawn[1], `\r${" ".repeat(29)}\r`);
});

Deno.test("Progress overwrites what was longer before, and escapes a name", () => {
  const { progress, clock, drawn } = draw(undefined);
  clock.ms = 100;
  progress.update("a long name\x1b[2J", 1);
  clock.ms = 200;
  progress.update("b", 1);
  assert.match(drawn[0] ?? "", /\\x1b\[2J/);
  assert.equal(drawn[1]?.length, drawn[0]?.length);
});
