import assert from "node:assert/strict";
import fc from "fast-check";
import { Rejector } from "../../../src/match/bounded/rejector.ts";
import { createEngine } from "../../../src/match/engine.ts";
import type { SyntaxOptions } from "../../../src/match/parsed_pattern.ts";
import { parsePattern } from "../../../src/match/parse_pattern.ts";
import { sequence, subject } from "../random_patterns.ts";

function mayMatch(pattern: string, text: string, options: SyntaxOptions = {}) {
  return new Rejector(parsePattern(pattern, options)).mayMatch(text);
}

/** Pattern, text, and whether it is let through. */
const CASES: readonly (readonly [string, string, boolean])[] = [
  ["abc", "xxabcx", true],
  ["abc", "xxabx", false],
  ["^abc", "abc", true],
  ["^abc", "xabc", false],
  ["a|^b", "xb", false],
  ["a|^b", "bx", true],
  // Ends: `$` also stands before the last newline.
  ["a$", "ba", true],
  ["a$", "ba\n", true],
  ["a$", "ba\n\n", false],
  ["a$", "ab", false],
  ["a\\Z", "a\n", false],
  ["a(?:b$|c)", "ab\n", true],
  ["a(?:b$|c)", "abc", false],
  ["(?:a$)?b", "b", true],
  ["a$\\n", "a\n", true],
  ["b$$", "b\n", true],
  ["$^", "", true],
  ["($^)", "\n", true],
  // Repeats.
  ["^a{2,3}$", "aa", true],
  ["^a{2,3}$", "aaaa", false],
  ["^(?:ab)+$", "ababab", true],
  ["^(?:ab)+$", "ababa", false],
  ["^(?:a|b)*c", "ababab", false],
  ["^(?:a*)*b", "aaaa", false],
  ["^[^x]*y", "aayx", true],
  ["^[^x]*y", "aaxy", false],
  // What an automaton cannot know is let through.
  ["a(?=b)", "ac", true],
  ["a(?!b)", "ab", true],
  ["(?<!x)a", "xa", true],
  ["(?P<q>a)-(?P=q)", "a-b", true],
  ["(?P<q>a)-(?P=q)", "b-b", false],
  ["^(<)?a(?(1)>|!)$", "<a!", true],
  ["^(<)?a(?(1)>|!)$", "<a?", false],
  // Beyond ASCII, and in either case.
  ["^é+$", "éé", true],
  ["^é+$", "éa", false],
  ["(?i)^ab$", "Ab", true],
  ["^\\w+$", "né", true],
  ["^\\w+$", "n é", false],
  ["^a.c", "a\u{1f600}c", true],
];

for (const [pattern, text, expected] of CASES) {
  Deno.test(`Rejector ${expected ? "lets" : "rejects"} ${pattern} in ${JSON.stringify(text)}`, () => {
    assert.equal(mayMatch(pattern, text), expected);
    // What was let through for good reason is a match or one of the things that are left out.
    if (createEngine(pattern, "bounded").exec(text) !== null) {
      assert.ok(expected);
    }
  });
}

Deno.test("Rejector never rejects what the engine finds in generated texts", () => {
  let found = 0;
  let rejected = 0;
  fc.assert(
    fc.property(
      sequence,
      fc.array(subject, { maxLength: 3 }),
      fc.boolean(),
      (pattern, texts, multiLine) => {
        const options = { multiLine };
        const engine = createEngine(pattern, "bounded", options);
        const rejector = new Rejector(parsePattern(pattern, options));
        for (const text of ["", "\n", "b\na", ...texts]) {
          const passes = rejector.mayMatch(text);
          const hits = engine.exec(text) !== null;
          assert.ok(passes || !hits, `${pattern} in ${JSON.stringify(text)}`);
          if (hits) found++;
          if (!passes) rejected++;
        }
      },
    ),
    { numRuns: 6000 },
  );
  assert.ok(found > 1000 && rejected > 500, `${found}, ${rejected}`);
});

Deno.test("Rejector goes on after it has forgotten what it knew", () => {
  // Which of the last eleven letters were an a: 2,048 sets, of which it remembers 512.
  const rejector = new Rejector(parsePattern("a[ab]{10}c", {}));
  let next = 1;
  const letters = Array.from({ length: 20_000 }, () => {
    next = next * 48_271 % 0x7fffffff;
    return next % 2 === 0 ? "a" : "b";
  }).join("");
  for (let at = 0; at + 100 <= letters.length; at += 100) {
    const text = letters.slice(at, at + 100);
    const expected = text.at(-11) === "a";
    assert.equal(rejector.mayMatch(`${text}c`), expected);
  }
});

Deno.test("Rejector leaves a pattern to the engine that never comes to an end with its sets", () => {
  const rejector = new Rejector(parsePattern("a[ab]{40}c", {}));
  let next = 1;
  const texts = Array.from(
    { length: 2000 },
    () =>
      Array.from({ length: 200 }, () => {
        next = next * 48_271 % 0x7fffffff;
        return next % 2 === 0 ? "a" : "b";
      }).join(""),
  );
  // None of them has a c; as long as it knows, it says so.
  const passed = texts.map((text) => rejector.mayMatch(text));
  assert.ok(passed.includes(false));
  assert.ok(passed.slice(-500).every((passes) => passes));
});
