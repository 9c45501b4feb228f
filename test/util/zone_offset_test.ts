import assert from "node:assert/strict";
import { parseZoneOffset } from "../../src/util/zone_offset.ts";

const READ: readonly (readonly [text: string, minutes: number | undefined])[] =
  [
    ["", 0],
    ["Z", 0],
    ["UTC", 0],
    ["CET", 60],
    ["CEST", 120],
    ["NPT", 345],
    ["MART", -570],
    ["+01", 60],
    ["-0430", -270],
    ["+10:45", 645],
    ["CET+0130", 150],
    ["UTC-10", -600],
    ["utc", undefined],
    ["Europe/Paris", undefined],
    ["QQQ", undefined],
    ["+2500", undefined],
    ["+1", undefined],
    ["+010", undefined],
    ["Z ", undefined],
    ["__proto__", undefined],
  ];

Deno.test("parseZoneOffset() reads abbreviations and distances, and nothing else", () => {
  for (const [text, minutes] of READ) {
    assert.equal(parseZoneOffset(text), minutes, text);
  }
});
