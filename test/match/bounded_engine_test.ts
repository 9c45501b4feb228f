import assert from "node:assert/strict";
import fc from "fast-check";
import { BoundedEngine } from "../../src/match/bounded_engine.ts";
import { presentGroups } from "../../src/match/caught_groups.ts";
import { createEngine } from "../../src/match/engine.ts";
import type { EngineMatch } from "../../src/match/engine_types.ts";
import { sequence, subject } from "./random_patterns.ts";
import type { SyntaxOptions } from "../../src/match/parsed_pattern.ts";

type Groups = Readonly<Record<string, string>>;

/** Pattern, text, the hit's text or null, and what its groups caught: what Python says. */
const CASES: readonly (readonly [string, string, string | null, Groups])[] = [
  // Conditions.
  ["^(<)?a(?(1)>|!)$", "<a>", "<a>", {}],
  ["^(<)?a(?(1)>|!)$", "a!", "a!", {}],
  ["^(<)?a(?(1)>|!)$", "<a!", null, {}],
  ["^(?P<q>')?a(?(q)')$", "'a'", "'a'", { q: "'" }],
  ["^(?P<q>')?a(?(q)')$", "'a", null, {}],
  ["^(?P<q>x)?(?(q)(?:a|b))$", "xb", "xb", { q: "x" }],
  ["^(?P<q>x)?(?(q)(?:a|b))$", "", "", {}],
  ["^(?:(?P<a>x)|y)+(?(a)1|2)$", "xy1", "xy1", { a: "x" }],
  // A group keeps what it caught last.
  ["^(?:(?P<a>x)|y)+$", "xyy", "xyy", { a: "x" }],
  ["^(?:(?P<a>\\d)|(?P<b>\\w),?)+$", "1a,2b", "1a,2b", { a: "2", b: "b" }],
  ["^(?:(?P<a>x)?y)*$", "xyy", "xyy", { a: "x" }],
  // A back-reference to a group that took no part fails.
  ["^(?P<a>x)?(?P=a)$", "", null, {}],
  ["^(?P<a>x)?(?P=a)$", "xx", "xx", { a: "x" }],
  ["(?i)^(?P<a>x)(?P=a)$", "xX", "xX", { a: "x" }],
  ["^(?P<a>.+)-(?P=a)$", "ab-ab", "ab-ab", { a: "ab" }],
  // Looking around.
  ["^(?:(?! from ).)*", "a from b", "a", {}],
  ["(?=(?P<a>\\w+))\\w", "abc", "a", { a: "abc" }],
  ["(?<=ab)c", "abc", "c", {}],
  ["(?<!a)c", "acbc", "c", {}],
  // What was taken is not given back.
  ["^(?>a+)ab", "aaab", null, {}],
  ["^a++b", "aaab", "aaab", {}],
  // Unicode.
  ["\\w+", "-\u00e9\u0436\u4e2d_1-", "\u00e9\u0436\u4e2d_1", {}],
  ["\\d+", "x\u0663\u0664", "\u0663\u0664", {}],
  ["\\bx", "\u00e9x x", "x", {}],
  ["^.{2}$", "\u{1f600}a", "\u{1f600}a", {}],
  ["[^a]$", "\u{1f600}", "\u{1f600}", {}],
  ["[\u{1f600}-\u{1f64f}]", "\u{1f601}", "\u{1f601}", {}],
  ["(?i)stra\u00dfe \u0416", "STRA\u1e9eE \u0436", null, {}],
  ["(?i)\u00c9\u0416", "\u00e9\u0436", "\u00e9\u0436", {}],
  // Repeats that may take nothing.
  ["^(?:a?)*$", "aaa", "aaa", {}],
  ["^(?:a*)+b", "aab", "aab", {}],
  ["^(?:a|b*)*c", "abbac", "abbac", {}],
  ["^(?:a?){3,}b", "b", "b", {}],
  ["a{0}b", "ab", "b", {}],
  ["(?:a??){0,2}", "ab", "", {}],
  ["^(?P<a>x?)?$", "", "", { a: "" }],
  ["(?:\\b)?a", "a", "a", {}],
];

for (const [pattern, text, expected, caught] of CASES) {
  Deno.test(`BoundedEngine finds ${JSON.stringify(expected)} for ${pattern} in ${JSON.stringify(text)}`, () => {
    const chosen = createEngine(pattern);
    const bounded = createEngine(pattern, "bounded");
    for (const engine of [chosen, bounded]) {
      const match = engine.exec(text);
      const found = match && text.slice(match.start, match.end);
      assert.equal(found, expected, engine.kind);
      if (match !== null) {
        assert.deepEqual(presentGroups(match, engine.groups), caught);
      }
    }
  });
}

Deno.test("BoundedEngine minds the lines of a text under multiLine", () => {
  const options: SyntaxOptions = { multiLine: true };
  const pattern = "^b(?P<rest>.*)$<SKIPLINES>d<HOST>";
  const text = "a\nbc\nx\ny\nd192.0.2.7\n";
  const engine = createEngine(pattern, undefined, options);
  const match = engine.exec(text);
  assert.deepEqual(match && presentGroups(match, engine.groups), {
    rest: "c",
    skiplines0: "x\ny\n",
    ip4: "192.0.2.7",
  });
});

Deno.test("BoundedEngine tells where the host ends", () => {
  const match = createEngine("^x<HOST> y", "bounded").exec("x192.0.2.7 y\n");
  assert.equal(match?.hostEnd, "x192.0.2.7".length);
});

Deno.test("BoundedEngine gives up over its budget, counts it, and goes on", () => {
  // The group that is referred to changes with each step, so nothing can be remembered.
  const engine = createEngine("^(?:(?P<a>x+)(?P<b>x+))+(?P=a)y$");
  assert.ok(engine instanceof BoundedEngine);
  assert.equal(engine.exec(`${"x".repeat(3000)}zy`), null);
  assert.equal(engine.overruns, 1);
  assert.notEqual(engine.exec("xxxxxxy"), null);
  assert.equal(engine.overruns, 1);
});

Deno.test("BoundedEngine needs few steps where a way has failed before", () => {
  const patterns = ["^(a+)+b", "^(?:a|a)*b", "^.*a.*a.*a.*b", "^(?:a*)*b"];
  for (const pattern of patterns) {
    const engine = createEngine(pattern, "bounded");
    assert.ok(engine instanceof BoundedEngine);
    assert.equal(engine.exec("a".repeat(4000)), null);
    assert.ok(engine.machine.steps < 60_000, pattern);
    assert.equal(engine.overruns, 0);
  }
});

Deno.test("BoundedEngine finds what V8 finds for generated patterns and texts", () => {
  fc.assert(
    fc.property(sequence, subject, (inner, text) => {
      const pattern = `(?P<x>${inner})`;
      const naive = createEngine(pattern, "backtracking").exec(text);
      const found = createEngine(pattern, "bounded").exec(text);
      assert.deepEqual(briefly(found), briefly(naive));
    }),
    { numRuns: 4000 },
  );
});

Deno.test("BoundedEngine finds the same with its memory of failures as without", () => {
  const long = fc.string({
    unit: fc.constantFrom("a", "b"),
    minLength: 60,
    maxLength: 90,
  });
  fc.assert(
    fc.property(sequence, long, (inner, text) => {
      const pattern = `^(?:a|b|ab)*?(?:a*b*)*?(?P<x>${inner})c`;
      const tail = `${text}c`;
      const found = createEngine(pattern, "bounded").exec(tail);
      const linear = createEngine(pattern).exec(tail);
      assert.deepEqual(briefly(found), briefly(linear));
    }),
    { numRuns: 500 },
  );
});

function briefly(match: EngineMatch | null) {
  return match && [match.start, match.end, match.group("x")];
}
