import assert from "node:assert/strict";
import { checkPattern } from "../../src/match/check_pattern.ts";
import { compilePattern } from "../../src/match/compile.ts";
import { FilterError } from "../../src/match/filter_error.ts";

/** Pattern, index of the place that is wrong, and words of the message. */
const BROKEN: readonly (readonly [string, number, RegExp])[] = [
  ["(a <HOST>", 0, /"\(" is not closed/],
  ["a) <HOST>", 1, /"\)" closes nothing/],
  ["[a <HOST>", 0, /class is not closed/],
  ["* <HOST>", 0, /repeat of nothing/],
  ["^* <HOST>", 1, /repeat of nothing/],
  ["a** <HOST>", 2, /repeat of a repeat/],
  ["a{3,2} <HOST>", 1, /ends before it begins/],
  ["[z-a]<HOST>", 2, /range in class/],
  ["[\\d-z]<HOST>", 3, /range in class/],
  ["a\\", 1, /escapes nothing/],
  ["\\q<HOST>", 0, /"\\q" has no meaning/],
  ["\\x4<HOST>", 0, /incomplete/],
  ["<HOST>(?P=user)", 6, /group "user" is not there before its use/],
  ["(?P<a>(?P=a))<HOST>", 6, /group "a" is not there before its use/],
  ["<HOST>\\7", 6, /group 7 is not there/],
  ["(?P<a>x)(?P<a>y)<HOST>", 8, /group "a" is defined twice/],
  ["<HOST> <HOST>", 7, /group "ip4" is defined twice/],
  ["<F-USER>x</F-USER><F-USER>y</F-USER><HOST>", 18, /defined twice/],
  ["<F-USER>x<HOST>", 0, /tag of "user" is not closed/],
  ["(<F-USER>x)</F-USER><HOST>", 10, /closes nothing within "user"/],
  ["x</F-USER><HOST>", 1, /<\/F-USER> closes nothing/],
  ["a(?i)b<HOST>", 1, /expected \(\?i:…\)/],
  ["(?x)a <HOST>", 0, /flag "x" is not there/],
  ["(?(a)b|c)<HOST>", 0, /group "a" is not there before its use/],
  ["(a)?(?(1)b|c|d)<HOST>", 4, /more than two branches/],
  ["(?<=a|bc)<HOST>", 0, /one fixed number of characters/],
  ["((a){0,99}b){999}<HOST>", 0, /too large/],
  ["<F-X/><HOST>", 0, /no meaning of its own/],
  ["(?P>a)<HOST>", 0, /opens no group/],
  ["(?#a<HOST>", 0, /comment is not closed/],
  ["Failed password", 0, /no group catches the host, expected <HOST>/],
];

for (const [pattern, offset, message] of BROKEN) {
  Deno.test(`compilePattern() refuses ${pattern}`, () => {
    assert.throws(() => compilePattern(pattern), (error) => {
      assert.ok(error instanceof FilterError);
      assert.match(error.message, message);
      assert.equal(error.offset, offset);
      assert.equal(error.pattern, pattern);
      return true;
    });
  });
}

Deno.test("compilePattern() takes each tag and group that catches a host", () => {
  for (
    const source of [
      "<HOST>",
      "<ADDR>",
      "<IP4>",
      "<IP6>",
      "<SUBNET>",
      "<IP4>/<CIDR>",
      "<F-ID/>",
      "<F-ID>\\S+</F-ID>",
      "(?P<host>\\S+)",
      "(?<host>\\S+)",
      "<DNS>",
      "<F-MLFID>\\d+</F-MLFID>",
    ]
  ) assert.equal(checkPattern(source, "fail"), undefined, source);
});

Deno.test("compilePattern() counts groups as Python does behind a host", () => {
  // <HOST> holds three groups for Python (ip4, ip6, dns), so the quote is the fourth.
  const { engine } = compilePattern("<HOST> (['\"])x\\4");
  assert.notEqual(engine.exec("::1 'x'\n"), null);
  assert.equal(engine.exec("::1 'x\"\n"), null);
});
