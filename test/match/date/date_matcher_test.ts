import assert from "node:assert/strict";
import fc from "fast-check";
import { DateMatcher } from "../../../src/match/date/date_matcher.ts";
import { parseDateTree } from "../../../src/match/date/parse_date_tree.ts";

const PLENTY = 1_000_000;

function find(source: string, text: string, from = 0, to = text.length) {
  const expression = parseDateTree(source);
  const matcher = new DateMatcher(expression, source);
  if (!matcher.search(text, { from, to }, { left: PLENTY })) return undefined;
  const groups: (string | undefined)[] = [];
  for (let group = 1; group <= expression.groupCount; group++) {
    const start = matcher.startOf(group);
    groups.push(
      start < 0 ? undefined : text.slice(start, matcher.endOf(group)),
    );
  }
  return [text.slice(matcher.start, matcher.end), ...groups];
}

type Case = readonly [
  source: string,
  text: string,
  found: readonly (string | undefined)[] | undefined,
];

const CASES: readonly Case[] = [
  ["a|ab", "xab", ["a"]],
  ["(a|ab)(c|bcd)(d*)$", "abcd", ["abcd", "a", "bcd", ""]],
  ["a{2,3}", "aaaa", ["aaa"]],
  ["a{2,3}?", "aaaa", ["aa"]],
  ["a{,2}b", "aaab", ["aab"]],
  ["a{}", "a{}", ["a{}"]],
  ["(?:ab){2}", "ababab", ["abab"]],
  ["(?:ab?){1,2}c", "abac", ["abac"]],
  ["(?:a|b)+?c", "abc", ["abc"]],
  ["(?:a*)*b", "aab", ["aab"]],
  ["(?P<x>[-/])\\d(?P=x)", "1-2/3-4-5", ["-4-", "-"]],
  ["(x)?\\1y", "y", undefined],
  ["(a)|b", "b", ["b", undefined]],
  // A group within a repeat keeps its last round, unlike in JavaScript.
  ["(?:(a)|b)*", "ab", ["ab", "a"]],
  ["(?:(\\d)(x)?)+", "1x2", ["1x2", "2", "x"]],
  ["(a)?(?(1)b|c)", "ab", ["ab", "a"]],
  ["(?P<q>a)?(?(q)b|c)", "c", ["c", undefined]],
  ["(?<=\\| )\\d", "1 | 2", ["2"]],
  ["(?<!a)b", "abb", ["b"]],
  ["\\d+(?=:)", "12 34:", ["34"]],
  ["a(?!b)", "abac", ["a"]],
  ["\\bé\\b", "aé é", ["é"]],
  ["\\W2", "é2 2", [" 2"]],
  ["(?i)jAN", "JaN", ["JaN"]],
  ["(?i:a)B", "aBAB", ["aB"]],
  ["(?i)[^a]", "Ab", ["b"]],
  ["[]a]+", "a]b", ["a]"]],
  ["[^]]", "]x", ["x"]],
  ["[\\d\\-x]+", "a1-xb", ["1-x"]],
  [".", "\n", undefined],
  ["(?s).", "\n", ["\n"]],
  ["a$", "a\n", ["a"]],
  ["a\\Z", "a\n", undefined],
  ["(?m)^b$", "a\nb\nc", ["b"]],
  ["\\x41\\u0042\\103", "ABC", ["ABC"]],
  ["a(?#comment)b", "ab", ["ab"]],
];

for (const [source, text, found] of CASES) {
  Deno.test(`DateMatcher runs ${source} on ${JSON.stringify(text)} as Python does`, () => {
    assert.deepEqual(find(source, text), found);
  });
}

Deno.test("DateMatcher sees what stands before its window, and nothing behind it", () => {
  assert.deepEqual(find("(?<=a)b", "ab", 1), ["b"]);
  assert.equal(find("^b", "ab", 1), undefined);
  assert.equal(find("\\bb", "ab", 1), undefined);
  assert.deepEqual(find("a$", "ab", 0, 1), ["a"]);
  assert.equal(find("a(?=b)", "ab", 0, 1), undefined);
});

const REFUSED: readonly (readonly [source: string, offset: number])[] = [
  ["a)", 1],
  ["x(a", 1],
  ["*a", 0],
  ["a**", 2],
  ["a++", 2],
  ["[a", 0],
  ["[b-a]", 2],
  ["a\\", 1],
  ["\\q", 0],
  ["(?>a)", 0],
  ["(?P=x)", 6],
  ["(?P<x>a)(?P<x>b)", 14],
  ["(?<=a*)b", 4],
  ["a{3,2}", 6],
];

for (const [source, offset] of REFUSED) {
  Deno.test(`parseDateTree() refuses ${source} and says where`, () => {
    assert.throws(() => parseDateTree(source), { name: "FilterError", offset });
  });
}

Deno.test("DateMatcher refuses repeats that would fill the memory", () => {
  const source = "(?:(?:(?:ab){99}){99}){99}";
  assert.throws(() => new DateMatcher(parseDateTree(source), source), {
    name: "FilterError",
  });
});

Deno.test("DateMatcher gives up where an expression would take for ever", () => {
  for (const source of ["(?:a+)+b", "(?:a|a)*b", "(?:a*)*b", "(?:.*a){12}b"]) {
    const matcher = new DateMatcher(parseDateTree(source), source);
    const budget = { left: 50_000 };
    const text = "a".repeat(4096);
    assert.equal(matcher.search(text, { from: 0, to: 4096 }, budget), false);
    assert.ok(budget.left <= 0, source);
  }
});

/** A solid part takes one character at least: of rounds that take none, JavaScript thinks otherwise than Python. */
const expression = fc.letrec<{ node: string; solid: string }>((tie) => ({
  solid: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("a", "b", "[ab]", ".", "\\d", "[^a]", "1"),
    fc.tuple(tie("solid"), tie("node")).map(([a, b]) => a + b),
    fc.tuple(tie("solid"), tie("solid")).map(([a, b]) => `(?:${a}|${b})`),
  ),
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("solid"),
    fc.constantFrom("\\b", "^", "$"),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => a + b),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(
      tie("solid"),
      fc.constantFrom("?", "*", "+", "??", "*?", "+?", "{1,2}", "{2}"),
    ).map(([a, mark]) => `(?:${a})${mark}`),
    tie("node").map((a) => `(?=${a})`),
    tie("node").map((a) => `(?!${a})`),
  ),
})).node;

Deno.test("DateMatcher finds what V8 finds where both mean the same", () => {
  const text = fc.array(fc.constantFrom(..."ab1 "), { maxLength: 8 })
    .map((units) => units.join(""));
  fc.assert(
    fc.property(expression, text, (source, line) => {
      const hit = new RegExp(source).exec(line);
      assert.deepEqual(find(source, line)?.[0], hit?.[0]);
    }),
    { numRuns: 2000 },
  );
});
