import assert from "node:assert/strict";
import { inspectPattern } from "../../src/match/inspect_pattern.ts";

Deno.test("inspectPattern() has nothing to say of a good pattern", () => {
  const report = inspectPattern(
    "Invalid user .* from <HOST> port \\d+$",
    "fail",
  );
  assert.deepEqual(report.literals, {
    literals: [{ text: "Invalid user ", ignoresCase: false }],
  });
  assert.deepEqual(report.warnings, []);
});

Deno.test("inspectPattern() warns of every line and spoofing", () => {
  const { engine, warnings } = inspectPattern("(?!x).*<HOST>", "fail");
  assert.equal(engine, "bounded");
  assert.equal(warnings.length, 2);
  assert.match(warnings[0] ?? "", /run on every line \(no literal\)/);
  assert.match(warnings[1] ?? "", /take text of an attacker/);
});

Deno.test("inspectPattern() asks less of an ignore pattern", () => {
  assert.deepEqual(inspectPattern(".*", "ignore").warnings, []);
});
