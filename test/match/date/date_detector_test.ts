import assert from "node:assert/strict";
import fc from "fast-check";
import {
  createDateDetector,
  type DateDetectorOptions,
} from "../../../src/match/date/date_detector.ts";
import { centralEurope } from "../../support/central_europe.ts";

/** 2005-08-14, noon in Central Europe. */
const NOW = 1_124_013_600;
const ISO = "ExYear(?P<_sep>[-/.])Month(?P=_sep)Day(?:T|  ?)" +
  "24hour:Minute:Second(?:[.,]Microseconds)?(?:\\s*Zone offset)?";

function detectorOf(options: DateDetectorOptions = {}) {
  const detector = createDateDetector({
    localTime: centralEurope,
    year: 2026,
    ...options,
  });
  return (line: string, nowSeconds = NOW) => {
    const hit = detector.detect(line, nowSeconds);
    if (hit === undefined) return undefined;
    const { start, end, seconds, template } = hit;
    return { text: line.slice(start, end), start, seconds, template };
  };
}

function isoOf(seconds: number | undefined): string | undefined {
  return seconds === undefined || Number.isNaN(seconds)
    ? undefined
    : new Date(seconds * 1000).toISOString().replace(".000Z", "");
}

type Case = readonly [
  datePattern: string | undefined,
  line: string,
  text: string | undefined,
  iso?: string,
];

const CASES: readonly Case[] = [
  // The defaults.
  [undefined, "Jan 23 21:59:59 box", "Jan 23 21:59:59", "2005-01-23T20:59:59"],
  [
    undefined,
    "mailbox Jan  3 1:9:59 x",
    "Jan  3 1:9:59",
    "2005-01-03T00:09:59",
  ],
  [
    undefined,
    "[Sun Jan 23 21:59:59.011 2005] x",
    "Sun Jan 23 21:59:59.011 2005",
    "2005-01-23T20:59:59",
  ],
  [
    undefined,
    "192.0.2.1 - [31/Oct/2004:09:22:55 -0500] x",
    "31/Oct/2004:09:22:55 -0500",
    "2004-10-31T14:22:55",
  ],
  [
    undefined,
    "2004/10/31T9:22:55,123Z x",
    "2004/10/31T9:22:55,123Z",
    "2004-10-31T09:22:55",
  ],
  [
    undefined,
    "23-01-05 21:59:59 x",
    "23-01-05 21:59:59",
    "2005-01-23T20:59:59",
  ],
  [
    undefined,
    "<09/16/04@05:03:30>",
    "<09/16/04@05:03:30>",
    "2004-09-16T03:03:30",
  ],
  [
    undefined,
    "040916 5:03:30 [Warning]",
    "040916 5:03:30",
    "2004-09-16T03:03:30",
  ],
  [
    undefined,
    "Jan 23, 2005 9:59:59 PM",
    "Jan 23, 2005 9:59:59 PM",
    "2005-01-23T20:59:59",
  ],
  [
    undefined,
    "Apr-27-05 02:33:06 x",
    "Apr-27-05 02:33:06",
    "2005-04-27T00:33:06",
  ],
  [undefined, "20050123T215959 x", "20050123T215959", "2005-01-23T20:59:59"],
  [
    undefined,
    "PDT Apr 16 21:05:29 x",
    "PDT Apr 16 21:05:29",
    "2005-04-17T04:05:29",
  ],
  [
    undefined,
    "@4000000043d7d9bf00000000 x",
    "@4000000043d7d9bf00000000",
    "2006-01-25T20:04:15",
  ],
  [undefined, "[1106513999] x", "1106513999", "2005-01-23T20:59:59"],
  [
    undefined,
    "type=X audit(1106513999.123:9): x",
    "1106513999.123",
    "2005-01-23T20:59:59.123Z",
  ],
  [undefined, "wordJan 23 21:59:59 x", undefined],
  [undefined, "éJan 23 21:59:59 x", undefined],
  [undefined, "2045-01-23 21:59:59 x", undefined],
  [undefined, "id 1106513999 x", undefined],
  [undefined, "", undefined],
  // At the line's beginning alone.
  [
    "{^LN-BEG}",
    "[2005-01-23 21:59:59] x",
    "2005-01-23 21:59:59",
    "2005-01-23T20:59:59",
  ],
  ["{^LN-BEG}", "box 2005-01-23 21:59:59 x", undefined],
  ["{^LN-BEG}%d.%m.%Y", "##23.01.2005x", undefined],
  ["{^LN-BEG}%d.%m.%Y", "###23.01.2005", undefined],
  ["{^LN-BEG}%d.%m.%Y**", "##23.01.2005x", "23.01.2005", "2005-01-22T23:00:00"],
  // Boundaries.
  ["%d.%m.%Y", "x23.01.2005", undefined],
  ["**%d.%m.%Y**", "x23.01.2005x", "23.01.2005", "2005-01-22T23:00:00"],
  ["{UNB}%d.%m.%Y", "x23.01.2005x", "23.01.2005", "2005-01-22T23:00:00"],
  ["at %d.%m.%Y$", "x at 23.01.2005", "at 23.01.2005", "2005-01-22T23:00:00"],
  // What is cut out.
  [
    '"time":"(%ExY-%m-%d)"',
    'a "time":"2005-01-23" b',
    "2005-01-23",
    "2005-01-22T23:00:00",
  ],
  [
    "^[^\\[]*\\[({DATE})",
    "a [2005-01-23 21:59:59] b",
    "2005-01-23 21:59:59",
    "2005-01-23T20:59:59",
  ],
  [
    "^<W>{DATE}",
    "<W>Jan 23 21:59:59 b",
    "<W>Jan 23 21:59:59",
    "2005-01-23T20:59:59",
  ],
  // Counted seconds.
  ["EPOCH", "1106513999.555 x", "1106513999.555", "2005-01-23T20:59:59.555Z"],
  ["lepoch", "1106513999555 x", "1106513999555", "2005-01-23T20:59:59.555Z"],
  [
    "LEPOCH",
    "1106513999555000 x",
    "1106513999555000",
    "2005-01-23T20:59:59.555Z",
  ],
  ["^t=({EPOCH})", "t=1106513999 x", "1106513999", "2005-01-23T20:59:59"],
  [
    "t=\\d{LEPOCH}",
    "t=01106513999000 x",
    "t=01106513999000",
    "2005-01-23T20:59:59",
  ],
  // Lines without dates.
  ["{NONE}", "whatever", ""],
  ["%H:%M:%S\n{NONE}", "9:00:00 x", "9:00:00", "2005-08-14T07:00:00"],
  ["%H:%M:%S\n{NONE}", "at nine x", ""],
  ["^%Y-%m-%d\n^WARN:()**", "WARN:x", ""],
  // Found, but no date.
  ["%Y-%m-%d", "2005-02-30", "2005-02-30"],
  ["%d %b %ExZ", "23 Jan QQQ", "23 Jan QQQ"],
];

for (const [datePattern, line, text, iso] of CASES) {
  const pattern = JSON.stringify(datePattern ?? "the defaults");
  Deno.test(`createDateDetector() with ${pattern} finds ${text ?? "nothing"} in "${line}"`, () => {
    const hit = detectorOf({ datePattern })(line);
    assert.equal(hit?.text, text);
    assert.equal(isoOf(hit?.seconds), iso);
  });
}

Deno.test("DateDetector takes dates without a zone for those of logTimeZone", () => {
  const detect = detectorOf({ logTimeZone: "UTC-0430" });
  assert.equal(
    isoOf(detect("2005-01-23 12:00:00 x")?.seconds),
    "2005-01-23T16:30:00",
  );
  assert.equal(
    isoOf(detect("2005-01-23 12:00:00Z x")?.seconds),
    "2005-01-23T12:00:00",
  );
});

Deno.test("DateDetector keeps to the place of the dates before, whatever the message says", () => {
  const detect = detectorOf();
  const forged = "2005-01-01 00:00:00";
  for (const minute of ["00", "01"]) {
    assert.equal(detect(`box: 050123 21:${minute}:59 ${forged}`)?.start, 5);
  }
  assert.equal(detect(`box: no date ${forged}`)?.text, forged);
  assert.equal(detect(`box: 050123 21:02:59 ${forged}`)?.start, 5);
});

Deno.test("DateDetector reads a line again that it forgot nothing of when the clock has gone on", () => {
  const detect = detectorOf();
  const line = "Dec 31 23:59:59 box a";
  assert.equal(isoOf(detect(line)?.seconds), "2004-12-31T22:59:59");
  assert.equal(isoOf(detect(line)?.seconds), "2004-12-31T22:59:59");
  const later = Date.UTC(2006, 0, 1) / 1000;
  assert.equal(isoOf(detect(line, later)?.seconds), "2005-12-31T22:59:59");
});

Deno.test("DateDetector finds in a line what it finds in one that begins the same", () => {
  const lines = fc.array(
    fc.constantFrom(
      "Jan 23 21:59:59 a",
      "Jan 23 21:59:59 2005 a",
      "Jan 23 21:59:59",
      "Jan 23 21:59:5",
      "Jan 23 21:59:59.5 b",
      "[Jan 23 21:59:59] b",
      "Jan 23 21:59:59x",
      "a",
    ),
    { maxLength: 12 },
  );
  fc.assert(fc.property(lines, (sequence) => {
    const once = detectorOf({ datePattern: "{^LN-BEG}" });
    for (const line of sequence) {
      const fresh = detectorOf({ datePattern: "{^LN-BEG}" })(line);
      assert.deepEqual(once(line)?.text, fresh?.text, line);
      assert.deepEqual(once(line)?.seconds, fresh?.seconds, line);
    }
  }));
});

Deno.test("DateDetector prefers what it found often, and forgets it after five minutes", () => {
  const detector = createDateDetector({
    localTime: centralEurope,
    year: 2026,
  });
  const detect = (line: string, nowSeconds: number) => {
    assert.notEqual(detector.detect(line, nowSeconds), undefined);
    return detector.templates.slice(0, 2);
  };
  const mysql = "ExYear2ExMonthExDay  ?24hour:Minute:Second";
  for (let second = 0; second < 9; second++) {
    assert.equal(detect(`x 2005-01-23 21:59:0${second}`, NOW)[0], ISO);
  }
  assert.deepEqual(detect("x 050123 21:59:59", NOW + 1), [ISO, mysql]);
  assert.deepEqual(detect("x 2005-01-23 21:59:59", NOW + 2), [ISO, mysql]);
  assert.deepEqual(detect("x 050123 21:59:59", NOW + 3), [ISO, mysql]);
  assert.deepEqual(detect("[1106513999] x", NOW + 4), [ISO, mysql]);
  assert.deepEqual(detect("x 050123 21:59:59", NOW + 303), [mysql, ISO]);
  assert.equal(new Set(detector.templates).size, 31);
});

type Refusal = readonly [
  options: DateDetectorOptions,
  offset: number,
  problem: RegExp,
];

const REFUSED: readonly Refusal[] = [
  [{ datePattern: "%Y-%Q" }, 3, /"%Q" is no field/],
  [{ datePattern: "%Y %s" }, 3, /"%s" is no field/],
  [{ datePattern: "100%" }, 3, /"%" is no field/],
  [{ datePattern: "%H:%M %k" }, 6, /same field/],
  [{ datePattern: "^(%Y-%m-%d" }, 1, /not closed/],
  [{ datePattern: "%Y\n%Y" }, 0, /named "Year" is there before/],
  [{ datePattern: "{^LN-BEG}%Y[" }, 11, /class is not closed/],
  [{ logTimeZone: "Europe/Paris" }, 0, /zone is unknown/],
];

for (const [options, offset, problem] of REFUSED) {
  Deno.test(`createDateDetector() refuses ${JSON.stringify(options)}`, () => {
    assert.throws(() => createDateDetector(options), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.name, "FilterError");
      assert.match(error.message, problem);
      assert.ok(
        error.message.endsWith(`(character ${offset + 1})`),
        error.message,
      );
      return true;
    });
  });
}

Deno.test("DateDetector lives through any text", () => {
  const detect = detectorOf();
  const detectAny = detectorOf({ datePattern: "^\\S* ?.*{DATE}\n{NONE}" });
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
      for (
        const line of [text, `Jan 23 ${text}`, `2005-01-23 21:59:5${text}`]
      ) {
        detect(line);
        assert.notEqual(detectAny(line), undefined);
      }
    }),
  );
});
