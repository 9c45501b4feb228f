import assert from "node:assert/strict";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { compilePattern } from "../../src/match/compile.ts";
import {
  extractLiterals,
  type RequiredLiterals,
} from "../../src/match/literals.ts";

const CASES: readonly (readonly [string, RequiredLiterals])[] = [
  ["sshd\\[\\d+\\]: Failed password for .* from <HOST>", {
    literals: ["Failed password for "],
  }],
  ["(?:Failed|Invalid) \\w+ <HOST>", { literals: ["Failed ", "Invalid "] }],
  ["(?:Failed|) \\d+ <HOST>", { declined: "too short" }],
  ["(?:abcdef)? <HOST>", { declined: "too short" }],
  ["(?:abcdef)* from <HOST>", { literals: [" from "] }],
  ["(?:abcdef)+\\d<HOST>", { literals: ["abcdef"] }],
  ["(?:ab){3}\\d<HOST>", { literals: ["ababab"] }],
  ["(?i)failed <HOST>", { declined: "too short" }],
  ["\\d+<HOST>", { declined: "too short" }],
  ["\\d+(?P<host>\\S+)", { declined: "no literal" }],
  ["[f]oo\\d<HOST>", { literals: ["foo"] }],
  ["foo\\b bar\\d<HOST>", { literals: ["foo bar"] }],
  ["(?:abc$|def) ?<HOST>", { literals: ["abc", "def"] }],
  ["abc|<HOST>", { declined: "too short" }],
  ["x(?!forbidden)y(?<=y)zz\\d<HOST>", { literals: ["xyzz"] }],
  // Both branches of a condition, and what is repeated by a reference.
  ["(<)?\\d(?(1)closed|opened) <HOST>", {
    literals: ["closed ", "pened "],
  }],
  ["(<)?\\d(?(1)closed) <HOST>", { declined: "too short" }],
  ["(?P<a>xyz)\\d(?P=a) <HOST>", { literals: ["xyz"] }],
  ["(?>abcd|efgh)\\d<HOST>", { literals: ["abcd", "efgh"] }],
  ["abc(?!forbidden)++defg<HOST>", { literals: ["defg"] }],
  // A date may stand between two characters that are no word characters.
  ["\\[\\] \\[error\\] \\d<HOST>", { literals: ["[error]"] }],
  ["ab  cd<HOST>", { literals: ["ab "] }],
  ["ab\\ncdef<HOST>", { literals: ["cdef"] }],
  ["abcdef\\r<HOST>", { literals: ["abcdef"] }],
];

for (const [pattern, expected] of CASES) {
  Deno.test(`extractLiterals() of ${pattern}`, () => {
    assert.deepEqual(
      compilePattern(pattern, { engine: "bounded" }).literals,
      expected,
    );
  });
}

Deno.test("extractLiterals() declines too many literals", () => {
  const words = Array.from({ length: 70 }, (_, i) => `word${i}x`);
  assert.deepEqual(extractLiterals(`(?:${words.join("|")})`), {
    declined: "no literal",
  });
  assert.deepEqual(extractLiterals(`(?:${words.slice(0, 40).join("|")})`), {
    declined: "too many",
  });
});

/** A pattern's source and a text that it matches, made together. */
interface Sample {
  readonly source: string;
  readonly text: string;
}

const word = fc.constantFrom("foo", "Failed", "a b", "[]", "] [", "x", "  ");
const literal: fc.Arbitrary<Sample> = word.map((text) => ({
  source: text.replace(/[[\]]/g, "\\$&"),
  text,
}));
const wildcard: fc.Arbitrary<Sample> = fc.constantFrom(
  { source: "[^\\n]*", text: "any [ thing" },
  { source: "\\d+", text: "42" },
  { source: "\\b", text: "" },
  { source: "[abc]", text: "b" },
  { source: "^", text: "" },
  { source: "(?:x|)", text: "" },
);

/** Samples whose text is in the pattern's language, but for assertions, which may refuse it. */
const { sample } = fc.letrec<{ sample: Sample; sequence: Sample }>((tie) => ({
  sample: fc.oneof(
    { depthSize: "small" },
    literal,
    wildcard,
    tie("sequence"),
    fc.tuple(tie("sample"), fc.constantFrom("?", "*", "{0,2}")).map((
      [inner, mark],
    ) => ({ source: `(?:${inner.source})${mark}`, text: "" })),
    fc.tuple(tie("sample"), fc.constantFrom("+", "{2}", "{2,3}")).map((
      [inner, mark],
    ) => ({
      source: `(?:${inner.source})${mark}`,
      text: inner.text.repeat(2),
    })),
    fc.tuple(tie("sample"), tie("sample")).map(([a, b]) => ({
      source: `(?:${a.source}|${b.source})`,
      text: b.text,
    })),
  ),
  sequence: fc.array(tie("sample"), { minLength: 1, maxLength: 4 }).map((
    parts,
  ) => ({
    source: `(${parts.map(({ source }) => source).join("")})`,
    text: parts.map(({ text }) => text).join(""),
  })),
}));

/** Whatever the pattern matches holds one of the literals, also when a date stood in the middle of it. */
function soundness(extract: (source: string) => RequiredLiterals) {
  return fc.property(sample, fc.nat(), ({ source, text }, cut) => {
    // RE2, since generated patterns include those that never end without V8's flags.
    if (!RE2JS.compile(RE2JS.translateRegExp(source)).test(text)) return;
    const required = extract(source);
    if (!("literals" in required)) return;
    const at = cut % (text.length + 1);
    const canBeCut = !/\w/.test(text[at - 1] ?? " ") &&
      !/\w/.test(text[at] ?? " ");
    const raw = canBeCut
      ? `${text.slice(0, at)}2026-11-20T19:08:03Z${text.slice(at)}`
      : text;
    assert.ok(required.literals.some((needle) => raw.includes(needle)));
  });
}

Deno.test("extractLiterals() is sound for generated patterns and texts", () => {
  fc.assert(soundness(extractLiterals), { numRuns: 3000 });
});

Deno.test("extractLiterals() gives something to be sound about", () => {
  const samples = fc.sample(sample, { numRuns: 500, seed: 7 });
  const useful = samples.filter(({ source }) =>
    "literals" in extractLiterals(source)
  );
  assert.ok(useful.length > 50, `${useful.length} of 500`);
});

Deno.test("the soundness property catches an extractor that takes optional parts for required", () => {
  const broken = (source: string) =>
    extractLiterals(source.replace(/\)(?:\?|\*|\{0,2\})/g, ")"));
  assert.ok(fc.check(soundness(broken), { numRuns: 3000, seed: 1 }).failed);
});

Deno.test("the soundness property catches an extractor that takes one branch for all", () => {
  const broken = (source: string) =>
    extractLiterals(source.replace(/\|[^()|]*\)/g, ")"));
  assert.ok(fc.check(soundness(broken), { numRuns: 3000, seed: 1 }).failed);
});

Deno.test("the soundness property catches an extractor that forgets that a date was cut out", () => {
  const broken = (source: string): RequiredLiterals => {
    const text = source.replace(/\\([[\]])/g, "$1");
    return /[\\^*+?(){}|]/.test(text.replace(/^\(|\)$/g, "")) || text.length < 5
      ? { declined: "no literal" }
      : { literals: [text.replace(/^\(|\)$/g, "")] };
  };
  assert.ok(fc.check(soundness(broken), { numRuns: 6000, seed: 1 }).failed);
});
