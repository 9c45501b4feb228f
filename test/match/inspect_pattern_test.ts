import assert from "node:assert/strict";
import { inspectPattern } from "../../src/match/inspect_pattern.ts";

Deno.test("inspectPattern() has nothing to say of a good pattern", () => {
  const report = inspectPattern(
    "Invalid user .* from <HOST> port \\d+$",
    "fail",
  );
  assert.deepEqual(report.literals, { literals: ["Invalid user "] });
  assert.deepEqual(report.warnings, []);
});

Deno.test("inspectPattern() warns of unbounded time, every line and spoofing", () => {
  const { engine, warnings } = inspectPattern("(?!x).*<HOST>", "fail");
  assert.equal(engine, "backtracking");
  assert.equal(warnings.length, 3);
  assert.match(warnings[0] ?? "", /no bound on its time/);
  assert.match(warnings[1] ?? "", /run on every line \(too short\)/);
  assert.match(warnings[2] ?? "", /take text of an attacker/);
});

Deno.test("inspectPattern() asks less of an ignore pattern", () => {
  assert.deepEqual(inspectPattern(".*", "ignore").warnings, []);
});
