import { deepEqual, equal } from "node:assert/strict";
import { Findings } from "../../../src/cli/demo/findings.ts";

Deno.test("Findings counts all claims and keeps those that did not hold", () => {
  const findings = new Findings();
  equal(findings.claim("the sun rises", true), true);
  equal(findings.claim("pigs fly", false), false);
  equal(findings.count, 2);
  deepEqual(findings.missed, ["pigs fly"]);
});
