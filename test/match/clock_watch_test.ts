import assert from "node:assert/strict";
import { type ClockReport, ClockWatch } from "../../src/match/clock_watch.ts";
import type { LocalTime } from "../../src/match/date/stamp_clock.ts";
import { createMatcher } from "../../src/match/matcher.ts";
import type { MatchJail } from "../../src/match/types.ts";
import { centralEurope } from "../support/central_europe.ts";
import { chunkOf, exactJail, jailOf, NOW, utc } from "./fixtures.ts";

const JAIL = { name: "app" };

/** A watch, and what it said. */
function createWatch(localTime: LocalTime = utc) {
  const reports: ClockReport[] = [];
  const steady = { seconds: 0 };
  const watch = new ClockWatch({
    onReport: (report) => reports.push(report),
    localTime,
    steadySeconds: () => steady.seconds,
  });
  return { watch, reports, steady };
}

/** Notes a line a minute for ten minutes, each so far from the wall clock. */
function reportsOf(
  offsetAt: (minute: number) => number,
  { start = NOW, localTime = utc }: {
    readonly start?: number;
    readonly localTime?: LocalTime;
  } = {},
): ClockReport[] {
  const { watch, reports } = createWatch(localTime);
  for (let minute = 0; minute < 10; minute++) {
    const now = start + minute * 60;
    watch.note(JAIL, now + offsetAt(minute), now);
  }
  return reports;
}

/** Offset of the stamps; cause and zone, or undefined where nothing is said. */
const CASES:
  readonly (readonly [number, ClockReport["cause"] | undefined, string?])[] = [
    [0, undefined],
    [60, undefined],
    [-60, undefined],
    [-7200, "zone", "UTC-02:00"],
    [-7200 - 50, "zone", "UTC-02:00"],
    [3600 + 59, "zone", "UTC+01:00"],
    [19_800, "zone", "UTC+05:30"],
    [-12_600, "zone", "UTC-03:30"],
    [26 * 3600, "zone"],
    [61, "ahead"],
    [5000, "ahead"],
    [400 * 86_400, "ahead"],
    [-61, "late"],
    [-1000, "late"],
    [-86_400 * 2, "late"],
  ];

for (const [offset, cause, zone] of CASES) {
  Deno.test(`ClockWatch.note() of stamps at ${offset} says ${cause ?? "nothing"}`, () => {
    const [report] = reportsOf(() => offset);
    assert.deepEqual([report?.cause, report?.zone], [cause, zone]);
    if (report !== undefined) assert.equal(report.offsetSeconds, offset);
  });
}

Deno.test("ClockWatch.note() says nothing of an old log that is appended at once", () => {
  const { watch, reports } = createWatch();
  for (let line = 0; line < 10_000; line++) {
    watch.note(JAIL, NOW - 7200 + line, NOW + line / 1000);
  }
  for (let line = 0; line < 10_000; line++) {
    watch.note(JAIL, NOW - 7200, NOW + line / 1000);
  }
  assert.deepEqual(reports, []);
});

Deno.test("ClockWatch.note() forgets what a line that is right speaks against", () => {
  assert.deepEqual(reportsOf((minute) => minute % 2 === 0 ? 0 : -7200), []);
  assert.deepEqual(reportsOf((minute) => (minute % 2 + 1) * -7200), []);
  assert.equal(reportsOf((minute) => minute < 5 ? 0 : -7200).length, 1);
});

Deno.test("ClockWatch.note() says nothing of the hour that a clock change repeats, and names summer's and winter's zones", () => {
  const change = Date.UTC(2026, 9, 25, 1, 0, 0) / 1000;
  const frame = { localTime: centralEurope };
  assert.deepEqual(
    reportsOf(() => -3600, { ...frame, start: change + 600 }),
    [],
  );
  const [later] = reportsOf(() => -3600, {
    ...frame,
    start: change + 5 * 3600,
  });
  assert.equal(later?.zone, "UTC+00:00");
  const summer = Date.UTC(2026, 6, 1) / 1000;
  const [utcLog] = reportsOf(() => -7200, { ...frame, start: summer });
  assert.equal(utcLog?.zone, "UTC+00:00");
});

Deno.test("ClockWatch.note() tells the zone from the one that the jail names", () => {
  const { watch, reports } = createWatch();
  for (const minute of [0, 1, 2]) {
    const now = NOW + minute * 60;
    watch.note({ name: "app", logTimeZone: "UTC-05:00" }, now - 3600, now);
  }
  assert.equal(reports[0]?.zone, "UTC-06:00");
});

Deno.test("ClockWatch.look() tells each jail that the wall clock was set back, and nobody that it was set ahead", () => {
  const { watch, reports, steady } = createWatch();
  const look = (now: number) => watch.look(now, [JAIL, { name: "b" }]);
  look(NOW);
  steady.seconds = 100;
  look(NOW + 100);
  look(NOW + 7200);
  assert.deepEqual(reports, []);
  look(NOW + 100);
  assert.deepEqual(reports, [
    { jail: "app", cause: "stepped", offsetSeconds: -7100 },
    { jail: "b", cause: "stepped", offsetSeconds: -7100 },
  ]);
});

Deno.test("ClockWatch.look() drops what was noted before the clock was set", () => {
  const { watch, reports, steady } = createWatch();
  watch.look(NOW, [JAIL]);
  for (const minute of [0, 1]) watch.note(JAIL, NOW, NOW + 7200 + minute * 60);
  steady.seconds = 60;
  watch.look(NOW + 7200 + 60, [JAIL]);
  watch.note(JAIL, NOW + 120, NOW + 7200 + 120);
  assert.deepEqual(reports, []);
});

/** Matches a line a minute, each with the stamp of its minute in some zone; times at which failures counted, and reports. */
function match(
  jail: MatchJail,
  lineAt: (wall: Date) => string,
  { start = NOW, zoneHours = 0, isCatchUp = false }: {
    readonly start?: number;
    readonly zoneHours?: number;
    readonly isCatchUp?: boolean;
  },
) {
  const reports: ClockReport[] = [];
  const late: number[] = [];
  const matcher = createMatcher([jail], {
    localTime: utc,
    onClock: (report) => reports.push(report),
  });
  for (let minute = 0; minute < 5; minute++) {
    const now = start + minute * 60;
    const line = lineAt(new Date((now - 5 + zoneHours * 3600) * 1000));
    matcher.match(
      { ...chunkOf(`${line}\n`), isCatchUp },
      now,
      ({ timeSeconds }) => late.push(now - timeSeconds),
    );
  }
  return { zones: reports.map(({ zone }) => zone), late };
}

const syslog = (wall: Date) => {
  const [, day, month, , time] = wall.toUTCString().split(" ");
  return `${month} ${day} ${time} box app: from 192.0.2.7`;
};

const json = (wall: Date) =>
  JSON.stringify({ at: wall.toISOString().slice(0, 19), ip: "192.0.2.7" });

/** Jail, its lines. */
const WAYS: readonly (readonly [MatchJail, (wall: Date) => string])[] = [
  [jailOf({ name: "own", failPatterns: ["from <HOST>$"] }), syslog],
  [exactJail({ name: "exact", failPatterns: ["from <HOST>$"] }), syslog],
  [
    jailOf({
      name: "json",
      json: {
        time: ["at"],
        host: ["ip"],
        conditions: [{ name: "ip", path: ["ip"], pattern: "." }],
      },
    }),
    json,
  ],
];

for (const [jail, lineAt] of WAYS) {
  Deno.test(`Matcher tells the zone of jail ${jail.name}, and log_time_zone mends it`, () => {
    const wrong = match(jail, lineAt, { zoneHours: -5 });
    assert.deepEqual(wrong, { zones: ["UTC-05:00"], late: [0, 0, 0, 0, 0] });
    const mended = { ...jail, logTimeZone: "UTC-05:00" };
    assert.deepEqual(match(mended, lineAt, { zoneHours: -5 }), {
      zones: [],
      late: [5, 5, 5, 5, 5],
    });
  });

  Deno.test(`Matcher says nothing of old lines of jail ${jail.name}`, () => {
    const frame = { zoneHours: -5, isCatchUp: true };
    assert.deepEqual(match(jail, lineAt, frame).zones, []);
  });
}

Deno.test("Matcher reads stamps without a year over New Year, and tells wrong zones then too", () => {
  const [jail, lineAt] = WAYS[0] ?? assert.fail();
  const newYear = Date.UTC(2027, 0, 1) / 1000;
  const right = match(jail, lineAt, { start: newYear });
  assert.deepEqual(right, { zones: [], late: [5, 5, 5, 5, 5] });
  const behind = match(jail, lineAt, { start: newYear + 60, zoneHours: -5 });
  assert.deepEqual(behind.zones, ["UTC-05:00"]);
  const ahead = match(jail, lineAt, { start: newYear - 1800, zoneHours: 1 });
  assert.deepEqual(ahead.zones, ["UTC+01:00"]);
});
