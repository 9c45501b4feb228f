import assert from "node:assert/strict";
import { createLineDater } from "../../../src/match/date/line_dater.ts";
import { NOW, utc } from "../fixtures.ts";

Deno.test("createLineDater() dates text and bytes alike", () => {
  const dateLine = createLineDater("auto", utc);
  const line = "Nov 20 19:08:03 box sshd[1]: caf\u00e9";
  const bytes = new TextEncoder().encode(line);
  assert.equal(dateLine(line, NOW), NOW - 117);
  assert.equal(dateLine(bytes, NOW), NOW - 117);
});

Deno.test("createLineDater() returns undefined for a line without a date", () => {
  const dateLine = createLineDater("auto", utc);
  assert.equal(dateLine("nothing", NOW), undefined);
  assert.equal(dateLine(new Uint8Array([0xff, 0x00, 0xfe]), NOW), undefined);
  assert.equal(dateLine("", NOW), undefined);
});

Deno.test("createLineDater() reads the beginning of a huge line", () => {
  const bytes = new Uint8Array(10_000_000).fill(0x78);
  bytes.set(new TextEncoder().encode("2026-11-20T19:08:03Z "));
  assert.equal(createLineDater("iso8601")(bytes, NOW), NOW - 117);
});

Deno.test("createLineDater() dates by a pattern, whose place may be anywhere", () => {
  const dateLine = createLineDater({ datePattern: "at %Y-%m-%d" }, utc);
  const line = `${"é ".repeat(2000)} at 2026-11-20`;
  const seconds = Date.UTC(2026, 10, 20) / 1000;
  assert.equal(dateLine(line, NOW), seconds);
  assert.equal(dateLine(new TextEncoder().encode(line), NOW), seconds);
});
