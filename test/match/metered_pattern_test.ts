import assert from "node:assert/strict";
import { compilePattern } from "../../src/match/compile.ts";
import { MeteredPattern } from "../../src/match/metered_pattern.ts";
import { subjectOf } from "../../src/match/subject.ts";
import { createMatcher } from "../../src/match/matcher.ts";
import { chunkOf, exactJail, jailOf, logOf, NOW } from "./fixtures.ts";

Deno.test("MeteredPattern counts lines, hits and what was given up, and guesses the time", () => {
  const compiled = compilePattern("login .*(?!x)failed from <HOST>");
  const metered = new MeteredPattern(compiled, {
    jail: "a",
    role: "fail",
    slot: 3,
    prefilter: true,
  });
  // Several are timed, since the clock may say of one that it took nothing.
  for (let i = 0; i < 2000; i++) {
    metered.exec(subjectOf("login failed from 192.0.2.7\n"));
    metered.exec(subjectOf("login was fine from 192.0.2.7\n"));
  }
  const { seconds, ...rest } = metered.describe();
  assert.deepEqual(rest, {
    jail: "a",
    role: "fail",
    pattern: "login .*(?!x)failed from <HOST>",
    engine: "bounded",
    candidates: 4000,
    hits: 2000,
    overBudget: 0,
  });
  assert.ok(seconds > 0, `${seconds} s`);
});

Deno.test("describePatterns() tells of every pattern of every jail", () => {
  const matcher = createMatcher([
    jailOf({
      name: "own",
      failPatterns: ["login failed from <HOST>", "never <HOST>"],
      ignorePatterns: ["from 192\\.0\\.2\\.9"],
    }),
    exactJail({
      name: "exact",
      datePattern: "{^LN-BEG}",
      prefixPattern: "login <F-CONTENT>.*</F-CONTENT>$",
      failPatterns: ["failed from <HOST>"],
    }),
  ]);
  const log = logOf(
    " login failed from 192.0.2.7",
    " login failed from 192.0.2.9",
    " login was fine from 192.0.2.9",
    " nothing",
  );
  matcher.match(chunkOf(log), NOW, () => {});
  assert.deepEqual(
    matcher.describePatterns().map(({ jail, role, candidates, hits }) => [
      jail,
      role,
      candidates,
      hits,
    ]),
    [
      ["own", "fail", 2, 2],
      ["own", "fail", 0, 0],
      ["own", "ignore", 2, 1],
      ["exact", "prefix", 2, 2],
      ["exact", "fail", 2, 2],
    ],
  );
});
