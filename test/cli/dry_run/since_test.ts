import assert from "node:assert/strict";
import { parseSince, SinceGate } from "../../../src/cli/dry_run/since.ts";
import { UsageError } from "../../../src/cli/command.ts";
import { jailOf } from "../../match/fixtures.ts";

const NOW = Date.UTC(2026, 10, 20, 19, 10) / 1000;
const encoder = new TextEncoder();

Deno.test("parseSince() reads a time ago, a day, a stamp and seconds since 1970", () => {
  assert.equal(parseSince("2h", NOW), NOW - 7200);
  assert.equal(parseSince("1d 12h", NOW), NOW - 129_600);
  assert.equal(parseSince("600", NOW), NOW - 600);
  assert.equal(parseSince("@1795201683", NOW), 1795201683);
  const stamp = Date.UTC(2026, 10, 20, 18, 8, 3) / 1000;
  assert.equal(parseSince("2026-11-20T18:08:03Z", NOW), stamp);
  assert.equal(parseSince("2026-11-20 19:08:03+01:00", NOW), stamp);
  const localDay = new Date(2026, 10, 20).getTime() / 1000;
  assert.equal(parseSince("2026-11-20", NOW), localDay);
  assert.equal(parseSince("2026-11-20 00:00", NOW), localDay);
});

for (const text of ["", "-1", "soon", "2026-13-01", "2026-11", "20/11/2026"]) {
  Deno.test(`parseSince() refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseSince(text, NOW), UsageError);
  });
}

function passAll(blocks: readonly string[], sinceSeconds: number): string {
  const gate = new SinceGate([jailOf({})], { sinceSeconds, nowSeconds: NOW });
  const decoder = new TextDecoder();
  return blocks.map((block) => decoder.decode(gate.pass(encoder.encode(block))))
    .join("");
}

const line = (minute: number) => `2026-11-20T18:${minute}:00Z line\n`;
const at = (minute: number) => Date.UTC(2026, 10, 20, 18, minute) / 1000;

Deno.test("SinceGate opens at the first recent line, whichever block it is in", () => {
  const blocks = [
    line(10) + line(11),
    line(12),
    "stack\n",
    line(13) + line(14),
  ];
  assert.equal(passAll(blocks, at(10)), blocks.join(""));
  assert.equal(passAll(blocks, at(11)), blocks.join("").slice(line(10).length));
  assert.equal(passAll(blocks, at(14)), line(14));
  assert.equal(passAll(blocks, at(15)), "");
});

Deno.test("SinceGate lets everything pass that comes behind the first recent line", () => {
  assert.equal(
    passAll([line(20) + line(11), line(12)], at(20)),
    line(20) + line(11) + line(12),
  );
});

Deno.test("SinceGate lets a log pass when none of its lines bears a date", () => {
  assert.equal(passAll(["one\n", "two\n"], at(10)), "one\ntwo\n");
});

Deno.test("SinceGate finds the place in a file by reading a few blocks of it", () => {
  const path = Deno.makeTempFileSync({ prefix: "fail2deno-test-" });
  const old = line(10).repeat(20_000);
  Deno.writeTextFileSync(path, old + line(20).repeat(20_000));
  using file = Deno.openSync(path);
  const gate = new SinceGate([jailOf({})], {
    sinceSeconds: at(15),
    nowSeconds: NOW,
  });
  assert.equal(gate.findStart(file, file.statSync().size), old.length);
  assert.equal(gate.pass(encoder.encode(line(20))).length, line(20).length);
  Deno.removeSync(path);
});
