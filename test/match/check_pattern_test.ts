import assert from "node:assert/strict";
import { checkPattern } from "../../src/match/check_pattern.ts";

Deno.test("checkPattern() returns the message, or nothing", () => {
  assert.equal(checkPattern("from <HOST>$", "fail"), undefined);
  assert.equal(checkPattern("no host here", "ignore"), undefined);
  assert.equal(
    checkPattern("a(", "fail"),
    'Cannot compile pattern "a(": "(" is not closed (character 2)',
  );
});

Deno.test("checkPattern() takes what only fail2ban's way of writing has", () => {
  // There tags are replaced as text, whatever they enclose.
  const pattern = "^<F-USER>(x</F-USER>|y) <ADDR>$";
  assert.match(checkPattern(pattern, "fail") ?? "", /closed|closes nothing/);
  assert.equal(checkPattern(pattern, "fail", {}), undefined);
  assert.match(checkPattern("^x$", "fail", {}) ?? "", /no group catches/);
});

Deno.test("checkPattern() shows a pattern of fail2ban's as it was written", () => {
  assert.equal(
    checkPattern("<ADDR> a(", "fail", {}),
    'Cannot compile pattern "<ADDR> a(": "(" is not closed (character 9)',
  );
});
