import { strictEqual } from "node:assert/strict";
import { SyslogTime } from "../../src/source/syslog_time.ts";
import { syslogTime } from "../support/daemon.ts";

const NOW = Date.parse("2026-11-26T14:04:05Z") / 1000;

function read(text: string, now = NOW): number {
  return new SyslogTime().read(text, now + 0.7);
}

Deno.test("SyslogTime believes a stamp with a zone, however old", () => {
  strictEqual(read("2026-11-26T15:03:05.987654+01:00"), NOW - 60);
  strictEqual(read("2025-11-26T14:04:05Z"), NOW - 365 * 86_400);
  strictEqual(read("2026-11-26T09:04:05-0500"), NOW);
});

Deno.test("SyslogTime believes a stamp without a zone that is a minute off", () => {
  for (const seconds of [-60, 0, 60]) {
    const stamp = syslogTime(new Date((NOW + seconds) * 1000));
    strictEqual(read(stamp), NOW + seconds);
  }
});

Deno.test("SyslogTime takes now for a stamp without a zone that is further off, and for none", () => {
  for (const seconds of [-61, 61, -3600, 7200, 86_400 * 200]) {
    strictEqual(read(syslogTime(new Date((NOW + seconds) * 1000))), NOW);
  }
  for (
    const stamp of ["", "Xyz 26 15:04:05", "Nov 99 99:99:99", "2026-99-99T9"]
  ) {
    strictEqual(read(stamp), NOW);
  }
});

Deno.test("SyslogTime finds the year at its turn", () => {
  const midnight = new Date(2027, 0, 1).getTime() / 1000;
  const before = syslogTime(new Date((midnight - 10) * 1000));
  const after = syslogTime(new Date((midnight + 10) * 1000));
  strictEqual(read(before, midnight + 10), midnight - 10);
  strictEqual(read(after, midnight - 10), midnight + 10);
});

Deno.test("SyslogTime reads the same stamp anew as time goes by", () => {
  const time = new SyslogTime();
  const stamp = syslogTime(new Date(NOW * 1000));
  strictEqual(time.read(stamp, NOW), NOW);
  strictEqual(time.read(stamp, NOW + 60), NOW);
  strictEqual(time.read(stamp, NOW + 61), NOW + 61);
});
