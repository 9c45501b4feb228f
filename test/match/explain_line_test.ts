import assert from "node:assert/strict";
import { explainLine } from "../../src/match/explain_line.ts";
import { NOW, utc } from "./fixtures.ts";

const LINE =
  "Nov 20 19:08:03 box sshd[7]: Failed password for root from 192.0.2.7 port 22";
const options = { nowSeconds: NOW, localTime: utc };

Deno.test("explainLine() tells date, rest, groups and host of a failure", () => {
  const pattern = "Failed password for <F-USER>\\S+</F-USER> from <HOST>";
  const { engine: _, ...told } = explainLine(
    ["no <HOST>", pattern],
    LINE,
    options,
  );
  assert.deepEqual(told, {
    date: { text: "Nov 20 19:08:03", format: "syslog", seconds: NOW - 117 },
    text: " box sshd[7]: Failed password for root from 192.0.2.7 port 22",
    outcome: "failure",
    pattern: 1,
    groups: { user: "root", ip4: "192.0.2.7" },
    host: "192.0.2.7",
    user: "root",
    reason: undefined,
  });
});

/** Pattern, line, outcome, and words of the reason. */
const MISSES: readonly (readonly [string, string, string, RegExp])[] = [
  ["^Nov .* from <HOST>", LINE, "no match", /only with the date left/],
  ["^box .* from <HOST>", LINE, "no match", /only without the blanks/],
  ["nothing from <HOST>", LINE, "no match", /the pattern does not match/],
  [
    "from <HOST>",
    "from 192.0.2.777",
    "no host",
    /"192\.0\.2\.777" is not a valid/,
  ],
  [
    "from (?P<host>\\S+)",
    "from example.net",
    "no host",
    /"example\.net" is not/,
  ],
  ["a(?: <HOST>)?", "a", "no host", /no part of it that catches a host/],
];

for (const [pattern, line, outcome, reason] of MISSES) {
  Deno.test(`explainLine() tells why ${pattern} misses "${line}"`, () => {
    const told = explainLine([pattern], line, options);
    assert.equal(told.outcome, outcome);
    assert.match(told.reason ?? "", reason);
    assert.equal(told.host, undefined);
  });
}

Deno.test("explainLine() names the ignore pattern", () => {
  const told = explainLine(["from <HOST>"], LINE, {
    ...options,
    ignorePatterns: ["for nobody", "for root"],
  });
  assert.equal(told.outcome, "ignored");
  assert.match(told.reason ?? "", /"for root" matches too/);
});

Deno.test("explainLine() tells that there is no date", () => {
  const told = explainLine(["from <HOST>"], "from ::1\r\n", options);
  assert.equal(told.date, undefined);
  assert.equal(told.text, "from ::1");
  assert.equal(told.host, "::1");
});
