import assert from "node:assert/strict";
import {
  type FieldText,
  isComplete,
  secondsOfFields,
  wallClockOf,
} from "../../../src/match/date/field_clock.ts";
import { centralEurope } from "../../support/central_europe.ts";

/** 2005-08-14, noon in Central Europe. */
const NOW = 1_124_013_600;
const WALL_NOW = Date.UTC(2005, 7, 14, 12);

type Case = readonly [fields: string, iso: string | undefined];

/** Fields as `letter=text`. */
const CASES: readonly Case[] = [
  ["Y=2005 m=01 d=23 H=21 M=59 S=59", "2005-01-23T20:59:59Z"],
  ["Y=2005 m=7 d=1", "2005-06-30T22:00:00Z"],
  ["y=05 b=JAN d=23", "2005-01-22T23:00:00Z"],
  ["Y=2005 B=February d=3", "2005-02-02T23:00:00Z"],
  ["Y=2005 m=1 d=2 H=3 z=Z", "2005-01-02T03:00:00Z"],
  ["Y=2005 m=1 d=2 H=3 z=-04:30", "2005-01-02T07:30:00Z"],
  ["Y=2005 m=1 d=2 H=3 Z=PDT", "2005-01-02T10:00:00Z"],
  ["Y=2005 m=1 d=2 H=3 Z=error", undefined],
  ["Y=2005 m=1 d=2 H=3 Z=error z=Z", undefined],
  ["Y=2005 m=1 d=2 I=12 p=AM", "2005-01-01T23:00:00Z"],
  ["Y=2005 m=1 d=2 I=12 p=pm", "2005-01-02T11:00:00Z"],
  ["Y=2005 m=1 d=2 I=9 p=PM", "2005-01-02T20:00:00Z"],
  ["Y=2005 m=1 d=2 I=9", "2005-01-02T08:00:00Z"],
  ["Y=2005 m=1 d=2 H=7 I=9", "2005-01-02T08:00:00Z"],
  ["Y=2005 m=2 d=29", undefined],
  ["Y=0 m=2 d=2", undefined],
  ["Y=2005 m=2 d=2 H=24", undefined],
  ["Y=2005 m=2 d=2 S=60", undefined],
  ["Y=2005 m=2", undefined],
  // What is not written is inferred.
  ["m=08 d=14 H=12", "2005-08-14T10:00:00Z"],
  ["m=08 d=15 H=12", "2005-08-15T10:00:00Z"],
  ["m=08 d=15 H=12 M=1", "2004-08-15T10:01:00Z"],
  ["m=12 d=31", "2004-12-30T23:00:00Z"],
  ["m=2 d=29", undefined],
  ["H=12", "2005-08-14T10:00:00Z"],
  ["H=12 S=1", "2005-08-13T10:00:01Z"],
  ["H=9 z=Z", "2005-08-14T09:00:00Z"],
  ["", "2005-08-13T22:00:00Z"],
  ["Y=2004", "2004-08-13T22:00:00Z"],
  // By the day of the year, or the week.
  ["Y=2005 j=60", "2005-02-28T23:00:00Z"],
  ["Y=2004 j=366", "2004-12-30T23:00:00Z"],
  ["Y=2005 j=366", "2005-12-31T23:00:00Z"],
  ["j=100", "2005-04-09T22:00:00Z"],
  ["Y=2005 W=1 a=Mon", "2005-01-02T23:00:00Z"],
  ["Y=2005 W=0 A=Saturday", "2004-12-31T23:00:00Z"],
  ["Y=2005 U=1 w=0", "2005-01-01T23:00:00Z"],
  ["Y=2005 U=1 w=6", "2005-01-07T23:00:00Z"],
  ["Y=2005 W=1 w=0", "2005-01-08T23:00:00Z"],
];

function fieldsOf(text: string): FieldText[] {
  return text.split(" ").filter((field) => field !== "").map((field) => {
    const [letter = "", value = ""] = field.split("=");
    return [letter, value];
  });
}

for (const [text, iso] of CASES) {
  Deno.test(`secondsOfFields() takes "${text}" for ${iso ?? "no date"}`, () => {
    const seconds = secondsOfFields(fieldsOf(text), {
      wallNow: WALL_NOW,
      zoneMinutes: undefined,
      localTime: centralEurope,
    });
    const got = Number.isNaN(seconds)
      ? undefined
      : new Date(seconds * 1000).toISOString().replace(".000", "");
    assert.equal(got, iso);
  });
}

Deno.test("secondsOfFields() takes texts without a zone for those of the given one", () => {
  const context = {
    wallNow: WALL_NOW,
    zoneMinutes: -270,
    localTime: centralEurope,
  };
  const at = (text: string) => secondsOfFields(fieldsOf(text), context);
  assert.equal(
    at("Y=2017 m=1 d=23 H=15"),
    Date.UTC(2017, 0, 23, 19, 30) / 1000,
  );
  assert.equal(
    at("Y=2017 m=1 d=23 H=15 z=Z"),
    Date.UTC(2017, 0, 23, 15) / 1000,
  );
});

Deno.test("isComplete() asks for year, month and day", () => {
  assert.ok(isComplete(fieldsOf("y=05 b=Jan d=3")));
  assert.ok(!isComplete(fieldsOf("b=Jan d=3 H=1")));
  assert.ok(!isComplete(fieldsOf("Y=2005 j=3")));
});

Deno.test("wallClockOf() shows what the local clock shows, on both sides of a clock change", () => {
  const before = Date.UTC(2005, 2, 27, 0, 59) / 1000;
  const shown = (seconds: number) =>
    new Date(wallClockOf(seconds, centralEurope)).toISOString().slice(0, 16);
  assert.equal(wallClockOf(NOW, centralEurope), WALL_NOW);
  assert.equal(shown(before), "2005-03-27T01:59");
  assert.equal(shown(before + 60), "2005-03-27T03:00");
  assert.equal(shown(before + 3600), "2005-03-27T03:59");
  assert.equal(shown(Date.UTC(2005, 9, 30, 2) / 1000), "2005-10-30T03:00");
});
