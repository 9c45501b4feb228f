import assert from "node:assert/strict";
import { ClockReports } from "../../src/observe/clock_reports.ts";
import { type LogFields, SILENT } from "../../src/util/log.ts";

const DAY = 86_400;

function createReports() {
  const said: [string, LogFields | undefined][] = [];
  const log = {
    ...SILENT,
    warn: (message: string, fields?: LogFields) => said.push([message, fields]),
  };
  return { said, reports: new ClockReports(log) };
}

Deno.test("ClockReports.warn() names the offset and the remedy", () => {
  const { said, reports } = createReports();
  const zone = { jail: "a", cause: "zone", offsetSeconds: -7200 } as const;
  reports.warn({ ...zone, zone: "UTC+00:00" }, 0);
  reports.warn({ jail: "a", cause: "late", offsetSeconds: -90 }, 0);
  assert.deepEqual(said, [
    ["Log times are off by a time zone", {
      jail: "a",
      offset: "-2h",
      remedy:
        'log_time_zone = "UTC+00:00" where dates name no zone, else set the time zone of what writes the log',
    }],
    ["Log lines come late", {
      jail: "a",
      offset: "-1m 30s",
      remedy: "have the log written without a buffer; lines count as of now",
    }],
  ]);
});

Deno.test("ClockReports.warn() says the same of a jail once a day, whatever the clock does", () => {
  const { said, reports } = createReports();
  const warn = (jail: string, now: number) =>
    reports.warn({ jail, cause: "ahead", offsetSeconds: 90 }, now);
  const start = 100 * DAY;
  warn("a", start);
  warn("a", start + DAY - 1);
  warn("b", start + 1);
  assert.equal(said.length, 2);
  warn("a", start + DAY);
  assert.equal(said.length, 3);
  warn("a", start - 50 * DAY);
  assert.equal(said.length, 4);
  warn("a", start - 50 * DAY + 1);
  assert.equal(said.length, 4);
});
