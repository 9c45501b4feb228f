import assert from "node:assert/strict";
import { compilePattern } from "../../src/match/compile.ts";
import {
  extractLiterals,
  type RequiredLiterals,
} from "../../src/match/literals.ts";
import { parsePattern } from "../../src/match/parse_pattern.ts";

/** Literals as texts, those that ignore the case behind `i:`; or why there is none. */
type Shown = readonly string[] | { readonly declined: string };

function show(required: RequiredLiterals): Shown {
  return "declined" in required
    ? required
    : required.literals.map(({ text, ignoresCase }) =>
      ignoresCase ? `i:${text}` : text
    );
}

function literalsOf(pattern: string): RequiredLiterals {
  return extractLiterals(parsePattern(pattern).root);
}

const CASES: readonly (readonly [string, Shown])[] = [
  ["sshd\\[\\d+\\]: Failed password for .* from <HOST>", [
    " Failed password for ",
  ]],
  ["(?:Failed|Invalid) \\w+ <HOST>", ["Failed ", "Invalid "]],
  ["(?:Failed|) \\d+ <HOST>", { declined: "too short" }],
  ["(?:abcdef)? <HOST>", { declined: "too short" }],
  ["(?:abcdef)* from <HOST>", [" from "]],
  ["(?:abcdef)+\\d<HOST>", ["abcdef"]],
  ["(?:ab){3}\\d<HOST>", ["ababab"]],
  ["(?:ab){2,5}\\d<HOST>", ["abab"]],
  ["\\d+<HOST>", { declined: "no literal" }],
  ["\\d+(?P<host>\\S+)", { declined: "no literal" }],
  ["[f]oo\\d<HOST>", ["foo"]],
  ["foo\\b bar\\d<HOST>", ["foo bar"]],
  ["(?:abc$|def) ?<HOST>", ["abc", "def"]],
  ["abc|<HOST>", { declined: "no literal" }],
  ["x(?!forbidden)y(?<=y)zz\\d<HOST>", ["xyzz"]],
  // What may be missing is one more alternative.
  ["\\d abc(?:de )?fgh\\d<HOST>", [" abcfgh", " abcde fgh"]],
  ["ab(?:c|d)?e\\d<HOST>", ["abe", "abce", "abde"]],
  ["\\d(?:very )?(?:very )?(?:very )?(?:very )?(?:very )?long text\\d<HOST>", [
    "long text",
  ]],
  // So is each character of a small class.
  ["user[.-]name\\d<HOST>", ["user-name", "user.name"]],
  ["ab[0-9]cdef\\d<HOST>", ["cdef"]],
  ["x[ab]\\d<HOST>", { declined: "too short" }],
  // The case is ignored, but for i, k and s, which have another case beyond ASCII.
  ["(?i)Login\\d<HOST>", ["i:log"]],
  ["(?i)authentication\\d<HOST>", ["i:authent"]],
  ["(?i)task\\d<HOST>", { declined: "too short" }],
  ["[Uu]nknown\\d<HOST>", ["i:unknown"]],
  ["(?i:error)_Fatal\\d<HOST>", ["i:error_fatal"]],
  ["(?i)[ab]our\\d<HOST>", ["i:aour", "i:bour"]],
  ["(?i)f\u00fcr den\\d<HOST>", ["i:f\u00dcr den", "i:f\u00fcr den"]],
  // Both branches of a condition, and what is repeated by a reference.
  ["(<)?\\d(?(1)closed|opened) <HOST>", ["closed ", "opened "]],
  ["(<)?\\d(?(1)closed) <HOST>", { declined: "too short" }],
  ["(?P<a>xyz)\\d(?P=a) <HOST>", ["xyz"]],
  ["(?>abcd|efgh)\\d<HOST>", ["abcd", "efgh"]],
  ["abc(?!forbidden)++defg<HOST>", ["abcdefg"]],
  // A date may stand between two characters that are no word characters.
  ["\\[\\] \\[error\\] \\d<HOST>", ["[error]"]],
  ["ab  cd<HOST>", ["ab "]],
  // The end of a line is not in it, and U+FFFD stands for any bytes that are no UTF-8.
  ["ab\\ncdef<HOST>", ["cdef"]],
  ["abcdef\\r<HOST>", ["abcdef"]],
  ["\u00e9t\u00e9\ufffdno<HOST>", ["\u00e9t\u00e9"]],
  ["ab\u{1f600}cdef<HOST>", ["cdef"]],
  ["foo[a\u{1f600}]barn<HOST>", ["barn"]],
];

for (const [pattern, expected] of CASES) {
  Deno.test(`extractLiterals() of ${pattern}`, () => {
    const { literals } = compilePattern(pattern, { engine: "bounded" });
    assert.deepEqual(show(literals), expected);
  });
}

Deno.test("extractLiterals() declines too many literals", () => {
  const words = Array.from({ length: 300 }, (_, i) => `word${i}x`);
  for (const [count, declined] of [[40, "too many"], [300, "no literal"]]) {
    const pattern = `(?:${words.slice(0, Number(count)).join("|")})`;
    assert.deepEqual(literalsOf(pattern), { declined });
  }
});

Deno.test("extractLiterals() drops a literal that holds another one", () => {
  assert.deepEqual(show(literalsOf("abcd|bc[dD]|xABCx|ABC")), [
    "i:bcd",
    "ABC",
  ]);
});
