import assert from "node:assert/strict";
import { listDateTemplates } from "../../../src/match/date/date_template_list.ts";

const YEAR = 2026;

function namesOf(datePattern: string | undefined): string[] {
  return listDateTemplates(datePattern, YEAR).map(({ template }) =>
    template.name
  );
}

Deno.test("listDateTemplates() has 31 defaults, 17 of them bound to the line's beginning", () => {
  const all = listDateTemplates(undefined, YEAR);
  assert.equal(all.length, 31);
  assert.deepEqual(
    all.filter(({ template }) => template.isLineBegin).map(({ template }) =>
      template.name
    ),
    namesOf("{^LN-BEG}"),
  );
  assert.equal(namesOf("{^LN-BEG}").length, 17);
  assert.deepEqual(namesOf("{default}"), namesOf(undefined));
  assert.deepEqual(namesOf(" \n\n"), namesOf(undefined));
});

Deno.test("listDateTemplates() prefers the defaults that were bound to the line's beginning", () => {
  const weights = listDateTemplates("{^LN-BEG}", YEAR).map(({ weight }) =>
    weight
  );
  assert.deepEqual(weights, [...Array(14).fill(100), 1, 1, 1]);
  const [own] = listDateTemplates("{^LN-BEG}epoch", YEAR);
  assert.equal(own?.weight, 100);
  assert.equal(own.template.name, "{^LN-BEG}Epoch");
});

Deno.test("listDateTemplates() puts each default in the place of {DATE}", () => {
  const names = namesOf("^a ({DATE})");
  assert.equal(names.length, 17);
  assert.equal(names[5], "^a (Month/Day/ExYear:24hour:Minute:Second)");
  assert.equal(names[8], "^a (24hour:Minute:Second)");
});

Deno.test("listDateTemplates() adds to a pattern only the defaults that it is not itself", () => {
  const names = namesOf("{^LN-BEG}TAI64N\n%H.%M\n{^LN-BEG}");
  assert.deepEqual(names.slice(0, 2), ["{^LN-BEG}TAI64N", "24hour.Minute"]);
  assert.equal(names.length, 18);
});

Deno.test("listDateTemplates() refuses a pattern that stands there twice", () => {
  assert.throws(() => listDateTemplates("%H.%M\n%H.%M", YEAR), {
    name: "FilterError",
    pattern: "%H.%M",
  });
});
