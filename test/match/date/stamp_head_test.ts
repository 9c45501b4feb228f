import { deepEqual, equal, notDeepEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { createDateDetector } from "../../../src/match/date/date_detector.ts";
import { DateReader } from "../../../src/match/date/date_reader.ts";
import {
  beginsAlike,
  type StampHead,
} from "../../../src/match/date/stamp_head.ts";
import { NOW, utc } from "../fixtures.ts";

/** `#` stands for any digit, the second is fixed for each line. */
const FORMS: readonly string[] = [
  "Nov 20 19:08:03",
  "Nov 20 19:08:03.######",
  "Nov  7 19:08:03.###",
  "Fri Nov 20 19:08:03 2026",
  "Nov 20 2026 19:08:03.##",
  "2026-11-20T19:08:03.######+01:00",
  "2026-11-20T19:08:03.###Z",
  "2026-11-20 19:08:03,###",
  "2026-11-20 19:08:03.#### +0100",
  "2026/11/20  19:08:03",
  "2026-11-20T19:08:03-05",
  "20/Nov/2026:19:08:03 +0000",
  "20261120T190803.###Z",
  "1795201683.###",
];

/** What may follow: some of it belongs to the stamp. */
const REST = [
  " box sshd[1]: text",
  " 2025 box",
  " 2025: box",
  " 2001:db8::1 box",
  " +0200 box",
  " -0100",
  " Z box",
  " UTC box",
  " -- box",
  "+01:00 box",
  ".123 box",
  ",123 box",
  "4 box",
  " 4 box",
  ": box",
  "] box",
  "Z",
  " ",
];

/** What may follow the beginning of one of those. */
const TAILS = [
  ...["0200 box", "1:00 box", "01 box", "TC box", "MT box", "2025 box"],
  ...["025 box", "9", "99 box", "x", "x box", ""],
];

const form = fc.constantFrom(...FORMS);
const rest = fc.constantFrom(...REST);
const tail = fc.constantFrom(...REST, ...TAILS);
const digits = fc.array(fc.nat(9), { minLength: 12, maxLength: 12 });

/** Puts digits into a form. */
function write(form: string, digits: readonly number[]): string {
  let at = 0;
  return form.replaceAll("#", () => String(digits[at++]));
}

/** Another line that begins alike, as far as a head can tell. */
function vary(head: StampHead, digits: readonly number[], rest: string) {
  const { text, looseFrom, looseTo } = head;
  const loose = write("#".repeat(looseTo - looseFrom), digits);
  return text.slice(0, looseFrom) + loose + text.slice(looseTo) + rest;
}

Deno.test("DateReader.headOf() tells lines whose stamp is read as the same, whatever is behind", () => {
  let told = 0, loose = 0;
  fc.assert(
    fc.property(form, rest, digits, digits, tail, (form, rest, a, b, other) => {
      const line = write(form, a) + rest;
      const reader = new DateReader("auto", utc);
      const span = { from: 0, to: line.length };
      if (!reader.read(line, span, NOW) || reader.start > 0) return;
      const head = reader.headOf(line);
      if (head === undefined) return;
      const { end, seconds } = reader;
      const second = vary(head, b, other);
      if (!beginsAlike(second, 0, head)) return;
      told++;
      if (head.looseTo > head.looseFrom) loose++;
      const fresh = new DateReader("auto", utc);
      ok(fresh.read(second, { from: 0, to: second.length }, NOW));
      deepEqual([fresh.start, fresh.end, fresh.seconds], [0, end, seconds]);
    }),
    { numRuns: 5000 },
  );
  ok(told > 1000 && loose > 500, `${told} told, ${loose} with a fraction`);
});

Deno.test("DateDetector.head tells lines in which the same date is found, whatever is behind", () => {
  let told = 0, loose = 0;
  const pattern = fc.constantFrom(undefined, "{^LN-BEG}");
  fc.assert(
    fc.property(
      ...[form, rest, digits, digits, tail, pattern],
      (form, rest, a, b, other, datePattern) => {
        const line = write(form, a) + rest;
        const detector = createDateDetector({
          datePattern,
          localTime: utc,
          year: 2026,
        });
        for (let i = 0; i < 3; i++) detector.detect(line, NOW);
        const { head } = detector;
        const hit = { ...detector.detect(line, NOW) };
        if (head === undefined) return;
        const second = vary(head, b, other);
        if (!beginsAlike(second, 0, head)) return;
        told++;
        if (head.looseTo > head.looseFrom) loose++;
        // A line that does not begin alike, so that the next one is searched as if it had never been seen.
        detector.detect(write(form.replace("03", "04"), a) + rest, NOW);
        deepEqual({ ...detector.detect(second, NOW) }, hit);
      },
    ),
    { numRuns: 5000 },
  );
  ok(told > 1000 && loose > 300, `${told} told, ${loose} with a fraction`);
});

Deno.test("DateDetector.head pins the digits that a pattern tells apart", () => {
  const headOf = (datePattern: string, line: string) => {
    const detector = createDateDetector({ datePattern, localTime: utc });
    for (let i = 0; i < 3; i++) detector.detect(line, NOW);
    return detector.head;
  };
  const line = "2026-11-20 19:08:03.123456 box";
  const plain = headOf("^%Y-%m-%d %H:%M:%S\\.%f", line);
  equal((plain?.looseTo ?? 0) - (plain?.looseFrom ?? 0), 6);
  const looked = headOf("^%Y-%m-%d %H:%M:%S\\.(?=[0-4])%f", line);
  equal(looked?.looseTo, looked?.looseFrom);
  ok(looked?.text.startsWith(line.slice(0, 26)));
});

Deno.test("DateDetector.noteAlike() counts lines as if they had been looked at", () => {
  const common = "a 20/Nov/2026:19:08:03 box";
  const short = "a 11/20/2026:19:08:03 box";
  const options = { localTime: utc, year: 2026 };
  const seen = createDateDetector(options);
  const told = createDateDetector(options);
  const untold = createDateDetector(options);
  const lines = [[common, 14], [short, 20], [common, 1], [short, 9]] as const;
  for (const [line, count] of lines) {
    for (let i = 0; i < count; i++) seen.detect(line, NOW);
    for (const detector of [told, untold]) detector.detect(line, NOW);
    told.noteAlike(count - 1, NOW);
  }
  deepEqual(told.templates, seen.templates);
  notDeepEqual(untold.templates, seen.templates);
});
