import assert from "node:assert/strict";
import fc from "fast-check";
import type { DateFormat } from "../../../src/config/types.ts";
import { DateReader } from "../../../src/match/date/date_reader.ts";
import { NOW, utc } from "../fixtures.ts";

interface Found {
  readonly cut: string;
  readonly iso: string;
}

function readerOf(format: DateFormat) {
  const reader = new DateReader(format, utc);
  return (line: string, nowSeconds = NOW): Found | undefined => {
    if (!reader.read(line, { from: 0, to: line.length }, nowSeconds)) {
      return undefined;
    }
    return {
      cut: line.slice(reader.start, reader.end),
      iso: new Date(reader.seconds * 1000).toISOString().slice(0, 19),
    };
  };
}

/** Format besides auto, line, what is cut out, and the time in UTC. */
const CASES: readonly (readonly [DateFormat, string, string, string])[] = [
  ["syslog", "Nov 20 19:08:03 box x", "Nov 20 19:08:03", "2026-11-20T19:08:03"],
  ["syslog", "Nov  5 09:08:03 box", "Nov  5 09:08:03", "2026-11-05T09:08:03"],
  ["syslog", "Nov 5 9:08:03 box", "Nov 5 9:08:03", "2026-11-05T09:08:03"],
  ["syslog", "nov 20 19:08:03", "nov 20 19:08:03", "2026-11-20T19:08:03"],
  ["syslog", "<34>Nov 20 19:08:03 x", "Nov 20 19:08:03", "2026-11-20T19:08:03"],
  [
    "syslog",
    "[Fri Nov 20 19:08:03.123456 2026] [e]",
    "Fri Nov 20 19:08:03.123456 2026",
    "2026-11-20T19:08:03",
  ],
  [
    "syslog",
    "Nov 20 19:08:03 2024 box",
    "Nov 20 19:08:03 2024",
    "2024-11-20T19:08:03",
  ],
  [
    "syslog",
    "Nov 20 19:08:03 2024: x",
    "Nov 20 19:08:03 2024",
    "2024-11-20T19:08:03",
  ],
  [
    "syslog",
    "Nov 20 2024 19:08:03: %A",
    "Nov 20 2024 19:08:03",
    "2024-11-20T19:08:03",
  ],
  [
    "syslog",
    "Nov 20 2024 19:08:03 2025 x",
    "Nov 20 2024 19:08:03",
    "2024-11-20T19:08:03",
  ],
  [
    "syslog",
    "Nov 20 19:08:03 2001:db8::1 x",
    "Nov 20 19:08:03",
    "2026-11-20T19:08:03",
  ],
  [
    "iso8601",
    "2026-11-20T19:08:03.123456+01:00 x",
    "2026-11-20T19:08:03.123456+01:00",
    "2026-11-20T18:08:03",
  ],
  [
    "iso8601",
    "2026-11-20T19:08:03-0530 x",
    "2026-11-20T19:08:03-0530",
    "2026-11-21T00:38:03",
  ],
  [
    "iso8601",
    "2026-11-20T19:08:03+02 x",
    "2026-11-20T19:08:03+02",
    "2026-11-20T17:08:03",
  ],
  [
    "iso8601",
    "2026-11-20T19:08:03Z x",
    "2026-11-20T19:08:03Z",
    "2026-11-20T19:08:03",
  ],
  [
    "iso8601",
    "2026-11-20 19:08:03,123 x",
    "2026-11-20 19:08:03,123",
    "2026-11-20T19:08:03",
  ],
  [
    "iso8601",
    "2026-11-20  19:08:03 x",
    "2026-11-20  19:08:03",
    "2026-11-20T19:08:03",
  ],
  [
    "iso8601",
    "2026/11/20 19:08:03 [error]",
    "2026/11/20 19:08:03",
    "2026-11-20T19:08:03",
  ],
  [
    "iso8601",
    "2026-11-20 19:08:03.1 UTC [7]",
    "2026-11-20 19:08:03.1 UTC",
    "2026-11-20T19:08:03",
  ],
  [
    "iso8601",
    "2026-11-20 19:08:03 +0100 x",
    "2026-11-20 19:08:03 +0100",
    "2026-11-20T18:08:03",
  ],
  [
    "iso8601",
    "2026-11-20 19:08:03 -12 x",
    "2026-11-20 19:08:03",
    "2026-11-20T19:08:03",
  ],
  [
    "iso8601",
    "2024-02-29T10:00:00Z",
    "2024-02-29T10:00:00Z",
    "2024-02-29T10:00:00",
  ],
  [
    "iso8601",
    "2016-12-31T23:59:60Z",
    "2016-12-31T23:59:60Z",
    "2017-01-01T00:00:00",
  ],
  ["epoch", "1795201683 x", "1795201683", "2026-11-20T19:08:03"],
  ["epoch", "1795201683.123 x", "1795201683.123", "2026-11-20T19:08:03"],
  ["epoch", "1795201683123 x", "1795201683123", "2026-11-20T19:08:03"],
  ["epoch", "[1795201683] x", "1795201683", "2026-11-20T19:08:03"],
  [
    "epoch",
    "type=X msg=audit(1795201683.1:7): x",
    "1795201683.1",
    "2026-11-20T19:08:03",
  ],
  [
    "common",
    '::1 - - [20/Nov/2026:19:08:03 +0100] "G',
    "20/Nov/2026:19:08:03 +0100",
    "2026-11-20T18:08:03",
  ],
  [
    "common",
    "x [5/Nov/2026:19:08:03] y",
    "5/Nov/2026:19:08:03",
    "2026-11-05T19:08:03",
  ],
  [
    "common",
    "20-Nov-2026 19:08:03.123 queries",
    "20-Nov-2026 19:08:03.123",
    "2026-11-20T19:08:03",
  ],
];

for (const [format, line, cut, iso] of CASES) {
  Deno.test(`DateReader reads ${format} in "${line}"`, () => {
    assert.deepEqual(readerOf(format)(line), { cut, iso });
    assert.deepEqual(readerOf("auto")(line), { cut, iso });
  });
}

const NONE = [
  "no date",
  "",
  "Nov 31 19:08:03 x",
  "Nov 20 24:08:03 x",
  "Nov 20 19:60:03 x",
  "Nov 20 19:08:61 x",
  "Nov 20 19:08",
  "Nov 20 19:08:031 x",
  "xNov 20 19:08:03",
  "Feb 30 19:08:03 x",
  "2026-13-20T19:08:03Z",
  "2026-02-29T19:08:03Z",
  "2026-11/20T19:08:03Z",
  "2026-11-20T19:08:03Zx",
  "2026-11-20T19:08:03x",
  "1926-11-20T19:08:03",
  "12026-11-20T19:08:03",
  "32/Nov/2026:19:08:03",
  "20/Nov-2026:19:08:03",
  "session 1795201683 opened",
  "17952016834",
  `${"x ".repeat(600)}Nov 20 19:08:03`,
];

for (const line of NONE) {
  Deno.test(`DateReader finds no date in "${line.slice(0, 40)}"`, () => {
    assert.equal(readerOf("auto")(line), undefined);
  });
}

Deno.test("DateReader takes ten digits anywhere when told that dates are epochs", () => {
  assert.equal(readerOf("epoch")("t=1795201683 x")?.cut, "1795201683");
});

Deno.test("DateReader with one format does not see the others", () => {
  assert.equal(readerOf("iso8601")("Nov 20 19:08:03 x"), undefined);
  assert.equal(readerOf("syslog")("2026-11-20T19:08:03Z x"), undefined);
});

Deno.test("DateReader keeps to the format of the line before", () => {
  const read = readerOf("auto");
  assert.equal(read("::1 - - [20/Nov/2026:19:08:03 +0000] x")?.cut.length, 26);
  // The user name comes first, but the log's own format wins.
  assert.equal(
    read("::1 - 2020-01-01T00:00:00Z [20/Nov/2026:19:08:04 +0000] x")?.cut,
    "20/Nov/2026:19:08:04 +0000",
  );
  assert.equal(
    read("2026-11-20T19:08:05Z another format")?.cut,
    "2026-11-20T19:08:05Z",
  );
});

Deno.test("DateReader does not carry a year or zone over to the next line", () => {
  const read = readerOf("auto");
  assert.equal(read("Nov 20 19:08:03 2024 x")?.iso, "2024-11-20T19:08:03");
  assert.equal(read("Nov 20 19:08:03 box")?.iso, "2026-11-20T19:08:03");
  assert.equal(read("2026-11-20T19:08:03+05:00")?.iso, "2026-11-20T14:08:03");
  assert.equal(read("2026-11-20T19:08:03 x")?.iso, "2026-11-20T19:08:03");
  assert.equal(read("Nov 20 19:08:03.5 box")?.iso, "2026-11-20T19:08:03");
});

/** Stamp, now, and the year that it must be of. */
const YEARS: readonly (readonly [string, string, string])[] = [
  ["Dec 31 23:59:59", "2027-01-01T00:00:01Z", "2026-12-31T23:59:59"],
  ["Jan  1 00:00:01", "2026-12-31T23:59:59Z", "2027-01-01T00:00:01"],
  ["Jan  1 00:00:01", "2027-01-01T00:00:05Z", "2027-01-01T00:00:01"],
  ["Jan  2 12:00:00", "2026-12-31T23:59:59Z", "2026-01-02T12:00:00"],
  ["Nov 21 19:09:59", "2026-11-20T19:10:00Z", "2026-11-21T19:09:59"],
  ["Nov 21 19:11:00", "2026-11-20T19:10:00Z", "2025-11-21T19:11:00"],
  ["Jul  1 00:00:00", "2026-11-20T19:10:00Z", "2026-07-01T00:00:00"],
  ["Feb 29 12:00:00", "2028-03-01T00:00:00Z", "2028-02-29T12:00:00"],
  ["Feb 29 12:00:00", "2027-03-01T00:00:00Z", "2024-02-29T12:00:00"],
  ["Feb 28 23:59:59", "2027-03-01T00:00:00Z", "2027-02-28T23:59:59"],
];

for (const [stamp, now, iso] of YEARS) {
  Deno.test(`DateReader takes ${stamp} read at ${now} for ${iso}`, () => {
    const found = readerOf("syslog")(`${stamp} box x`, Date.parse(now) / 1000);
    assert.equal(found?.iso, iso);
  });
}

Deno.test("DateReader infers the year anew when a source goes on over New Year", () => {
  const read = readerOf("syslog");
  const at = (iso: string) => Date.parse(iso) / 1000;
  const line = "Dec 31 23:59:59 x";
  assert.equal(read(line, at("2026-12-31T23:59:59Z"))?.iso.slice(0, 4), "2026");
  assert.equal(read(line, at("2027-01-01T00:10:00Z"))?.iso.slice(0, 4), "2026");
  assert.equal(read(line, at("2027-12-31T23:59:59Z"))?.iso.slice(0, 4), "2027");
});

Deno.test("DateReader reads what Date prints", () => {
  const date = fc.date({
    min: new Date("1990-01-01T00:00:00Z"),
    max: new Date("2099-12-31T00:00:00Z"),
    noInvalidDate: true,
  });
  const read = readerOf("auto");
  fc.assert(fc.property(date, (when) => {
    const iso = when.toISOString();
    assert.equal(read(`${iso} x`)?.iso, iso.slice(0, 19));
  }));
});

Deno.test("DateReader lives through any text", () => {
  const read = readerOf("auto");
  const pieces = fc.constantFrom(
    "Nov ",
    "20",
    " ",
    ":",
    "2026-",
    "/",
    "19:08:03",
    "+01",
    "\0",
    "é",
  );
  fc.assert(fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
    const line = parts.join("");
    const found = read(line);
    if (found !== undefined) assert.ok(line.includes(found.cut));
  }));
});

Deno.test("DateReader reads by fail2ban's pattern within the line's span", () => {
  const reader = new DateReader(
    { datePattern: "^\\[%Y-%m-%d %H:%M:%S\\]" },
    utc,
  );
  const text = "x\n[2026-11-20 19:08:03] a\n[2026-13-20 19:08:03] b\n";
  assert.ok(reader.read(text, { from: 2, to: 25 }, NOW));
  assert.equal(text.slice(reader.start, reader.end), "[2026-11-20 19:08:03]");
  assert.equal(reader.seconds, Date.UTC(2026, 10, 20, 19, 8, 3) / 1000);
  assert.equal(reader.state, "read");
  assert.equal(reader.format, "^\\[Year-Month-Day 24hour:Minute:Second\\]");
  assert.ok(!reader.read(text, { from: 26, to: text.length - 1 }, NOW));
  assert.equal(reader.state, "none");
});

Deno.test("DateReader tells an empty place from a text that is no date", () => {
  const reader = new DateReader({ datePattern: "^%Y-%m-%d\n^W:()**" }, utc);
  const stateOf = (line: string) => {
    const isRead = reader.read(line, { from: 0, to: line.length }, NOW);
    return [isRead, reader.state];
  };
  assert.deepEqual(stateOf("2026-02-30 a"), [false, "unread"]);
  assert.deepEqual(stateOf("W:a"), [false, "empty"]);
  assert.deepEqual(stateOf("a"), [false, "none"]);
  assert.deepEqual(stateOf("2026-02-03 a"), [true, "read"]);
});

Deno.test("DateReader gives whole seconds of a pattern's fraction", () => {
  const line = "1763665683.999 a";
  const reader = new DateReader({ datePattern: "EPOCH" }, utc);
  assert.ok(reader.read(line, { from: 0, to: line.length }, NOW));
  assert.equal(reader.seconds, 1_763_665_683);
});

Deno.test("DateReader takes dates without a zone for those of a pattern's zone", () => {
  const line = "2026-02-03 12:00:00 a";
  const reader = new DateReader({ logTimeZone: "CET" }, utc);
  assert.ok(reader.read(line, { from: 0, to: line.length }, NOW));
  assert.equal(reader.seconds, Date.UTC(2026, 1, 3, 11) / 1000);
});

Deno.test("read() tells heads of the same text apart by what follows them, and by the clock", () => {
  const read = readerOf("syslog");
  const head = "Nov 20 19:08:03";
  const iso = (line: string, nowSeconds = NOW) => read(line, nowSeconds)?.iso;
  assert.equal(iso(`${head} box`), "2026-11-20T19:08:03");
  assert.equal(iso(`${head} box`), "2026-11-20T19:08:03");
  assert.equal(iso(`${head} 2024 box`), "2024-11-20T19:08:03");
  assert.equal(iso(`${head} box`), "2026-11-20T19:08:03");
  assert.equal(iso(`${head}.5 2023: x`), "2023-11-20T19:08:03");
  assert.equal(iso(`${head}x`), undefined);
  assert.equal(
    iso(`${head} box`, utc(2030, 1, 1, 0, 0)),
    "2029-11-20T19:08:03",
  );
  assert.equal(iso(`${head} box`), "2026-11-20T19:08:03");
  assert.equal(iso("Nov 20 19:08:04 box"), "2026-11-20T19:08:04");
});
