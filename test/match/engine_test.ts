import assert from "node:assert/strict";
import { isLinearFallbackLive } from "../../src/match/canary.ts";
import { createEngine } from "../../src/match/engine.ts";
import { engineKinds } from "./fixtures.ts";

/** Pattern, text with its newline, and what is hit: the text of the hit, or null. What Python says. */
const CASES: readonly (readonly [string, string, string | null])[] = [
  ["abc", "xabcx\n", "abc"],
  ["a.c", "a\nc\n", null],
  ["(?s)a.c", "a\nc\n", "a\nc"],
  ["a.c", "a\rc\n", "a\rc"],
  ["a.c", "a\u2028c\n", "a\u2028c"],
  ["^abc", "abc\n", "abc"],
  ["abc$", "abc\n", "abc"],
  ["abc$", "abcd\n", null],
  ["abc\\Z", "abc\n", null],
  ["abc\\n\\Z", "abc\n", "abc\n"],
  ["\\Aabc", "xabc\n", null],
  ["(?:abc$|x)", "abc\n", "abc"],
  ["a{,2}b", "aaab\n", "aab"],
  ["a{2}b", "aaab\n", "aab"],
  ["a{1", "a{1\n", "a{1"],
  ["a{}", "a{}\n", "a{}"],
  ["a{,}b", "aaab\n", "aaab"],
  ["[]x]+", "a]x]\n", "]x]"],
  ["[^]x]+", "]ab]\n", "ab"],
  ["[a\\]b]+", "a]b\n", "a]b"],
  ["[a-]+", "-a-\n", "-a-"],
  ["[[a]+", "[a\n", "[a"],
  ["[\\w-]+", " a-b \n", "a-b"],
  ["[^\\S ]", "a\tb\n", "\t"],
  ["[\\b]", "\b\n", "\b"],
  ["(?i)fail", "FaiL\n", "FaiL"],
  ["(?i)[a-c]+", "ABC\n", "ABC"],
  ["(?i)[^a]", "A\n", "\n"],
  ["(?i:A)b", "ab\n", "ab"],
  ["(?i:a)b", "aB\n", null],
  ["x((?i)a|b)", "xB\n", "xB"],
  ["(?i)k", "\u212a\n", "\u212a"],
  ["(?i)é", "É\n", "É"],
  ["(?i-s:a)", "A\n", "A"],
  ["(?#note)a", "a\n", "a"],
  ["(?P<x>a)b", "ab\n", "ab"],
  ["\\x41\\u0042\\103", "ABC\n", "ABC"],
  ["\\-\\'\\\"\\ \\<\\=\\:\\,\\;", "-'\" <=:,;\n", "-'\" <=:,;"],
  ["\\s+", "a\x1c\u3000b\n", "\x1c\u3000"],
  ["\\s", "\ufeff", null],
  ["a/b", "a/b\n", "a/b"],
  ["😀+", "a😀😀\n", "😀😀"],
  ["a{1,64}b", "aaab\n", "aaab"],
  ["a{12}", "aaaaaaaaaaaaaa\n", "aaaaaaaaaaaa"],
  ["a{10,20}?b", `${"a".repeat(15)}b\n`, `${"a".repeat(15)}b`],
  ["a{12,}", `${"a".repeat(15)}\n`, "a".repeat(15)],
  ["<b>", "a<b>c\n", "<b>"],
  ["x|y$", "y\n", "y"],
  ["a\0b", "a\0b\n", "a\0b"],
  ["(a|b)*c", "abac\n", "abac"],
];

/** Beyond the linear subset, but for V8 without a bound. */
const BEYOND_LINEAR: typeof CASES = [
  ["(?P<q>['\"])x(?P=q)", "'x' \"x'\n", "'x'"],
  ["(a)(b)\\2", "abb\n", "abb"],
  ["a(?!b)", "abac\n", "a"],
  ["(?<=x)a$", "xa\n", "a"],
  ["(?P<x>a$)", "a\n", "a"],
  ["(?:a$)+", "a\n", "a"],
  ["$a", "a\n", null],
];

for (const [pattern, text, expected] of [...CASES, ...BEYOND_LINEAR]) {
  Deno.test(`createEngine() finds ${JSON.stringify(expected)} for ${pattern}`, () => {
    const kinds = engineKinds(pattern);
    assert.ok(kinds.includes("backtracking"));
    for (const kind of kinds) {
      const match = createEngine(pattern, kind).exec(text);
      const found = match === null ? null : text.slice(match.start, match.end);
      // The newline before the end may be consumed by `$`.
      const isSame = found === expected || found === `${expected}\n`;
      assert.ok(isSame, `${kind} finds ${JSON.stringify(found)}`);
    }
  });
}

Deno.test("createEngine() runs each case that needs no more on RE2 too", () => {
  const missing = CASES.filter(([pattern]) =>
    !engineKinds(pattern).includes("re2")
  );
  assert.deepEqual(missing, []);
});

Deno.test({
  name: "createEngine() runs each case that needs no more in linear time",
  ignore: !isLinearFallbackLive(),
  fn() {
    const missing = CASES.filter(([pattern]) =>
      !engineKinds(pattern).includes("linear")
    );
    assert.deepEqual(missing, []);
    assert.equal(createEngine("<HOST>").kind, "linear");
    assert.equal(createEngine("<SUBNET>").kind, "linear");
  },
});

Deno.test("createEngine() gives its own engine what no linear one runs", () => {
  for (const [pattern] of BEYOND_LINEAR.slice(0, 3)) {
    assert.equal(createEngine(pattern).kind, "bounded");
  }
});

Deno.test("createEngine() leaves V8 where it cannot repeat within a repeat", () => {
  assert.equal(createEngine("(?:[a-z]{1,30}\\.){1,30}x").kind, "bounded");
});

Deno.test("createEngine() gives the named groups that took part", () => {
  const pattern = "(?:user=(?P<user>\\w+)|uid=(?P<uid>\\d+)) from <HOST>";
  for (const kind of engineKinds(pattern)) {
    const match = createEngine(pattern, kind).exec("uid=7 from ::1\n");
    assert.equal(match?.group("uid"), "7");
    assert.equal(match?.group("user"), undefined);
    assert.equal(match?.group("ip4"), undefined);
    assert.equal(match?.group("ip6"), "::1");
  }
});
