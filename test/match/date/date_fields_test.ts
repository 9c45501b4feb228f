import assert from "node:assert/strict";
import { expandFields } from "../../../src/match/date/date_fields.ts";

const YEAR = 2026;

function matches(field: string, text: string): boolean {
  const { source } = expandFields(field, YEAR);
  const expression = source.replaceAll("(?P<", "(?<");
  return new RegExp(`^(?:${expression})$`, "i").test(text);
}

type Case = readonly [field: string, yes: string, no: string];

/** Texts, with `|` between. */
const CASES: readonly Case[] = [
  ["%Y", "0000|2026|9999", "26|20265"],
  ["%y", "00|99", "1|100"],
  ["%ExY", "2000|2029", "1999|2030|26"],
  ["%m", "1|01|12", "0|13|001"],
  ["%Exm", "01|12", "1|13|00"],
  ["%d", "1|01| 1|31", "0|32| 10"],
  ["%Exd", "01|31", "1|32|00"],
  ["%H", "0|00|23", "24"],
  ["%k", "0| 0| 23|29", "30"],
  ["%ExH", "00|23", "0|24"],
  ["%I", "1|01|12", "0|13"],
  ["%M", "0|59", "60"],
  ["%ExM", "00|59", "0|60"],
  ["%S", "0|61", "62"],
  ["%f", "1|123456", "1234567"],
  ["%b", "Jan|dec", "January"],
  ["%B", "May|september", "Sept"],
  ["%a", "Mon|SUN", "Monday"],
  ["%A", "Wednesday", "Wed"],
  ["%p", "AM|pm", "a"],
  ["%j", "1|001|366", "0|367"],
  ["%z", "Z|UTC|+01|-0430|+10:45", "CET|+1|+2500"],
  ["%Z", "Z|CET|AAAAA", "A|+01"],
  ["%Exz", "A|CET|+01|CET+0130", "AB|+1"],
  ["%X", "1:2:3|23:59:59", "24:00:00"],
  ["%x", "01/23/05", "23/01/05"],
  ["%c", "Sun Jan 23 21:59:59 2005", "Jan 23 21:59:59 2005"],
  ["%%d", "%d", "1"],
];

for (const [field, yes, no] of CASES) {
  Deno.test(`expandFields() knows what ${field} takes`, () => {
    for (const text of yes.split("|")) assert.ok(matches(field, text), text);
    for (const text of no.split("|")) assert.ok(!matches(field, text), text);
  });
}

Deno.test("expandFields() takes years until three years ahead", () => {
  assert.match(expandFields("%ExY", 2027).source, /202\|203/);
  assert.doesNotMatch(expandFields("%ExY", 2026).source, /203/);
});

Deno.test("expandFields() names a pattern as fail2ban does", () => {
  const { name, hasNames } = expandFields("%d/%b %ExY %k %Exy %Exl%%", YEAR);
  assert.equal(name, "Day/MON ExYear %k ExYear2 %Exl%");
  assert.ok(hasNames);
  assert.ok(!expandFields("%d %%b", YEAR).hasNames);
});
