import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compileArithmetic,
  evaluateArithmetic,
} from "../../src/util/arithmetic.ts";
import { ArithmeticError } from "../../src/util/arithmetic_parser.ts";

const VALUES: readonly (readonly [text: string, value: number])[] = [
  ["1", 1],
  [" 1 + 2 * 3 ", 7],
  ["(1+2)*3", 9],
  ["10-4-3", 3],
  ["7/2", 3.5],
  ["7//2", 3],
  ["-7//2", -4],
  ["-7%3", 2],
  ["7%-3", -2],
  ["7.5 % 2", 1.5],
  ["2**3**2", 512],
  ["-2**2", -4],
  ["2**-1", 0.5],
  ["(-2)**2", 4],
  ["- -+1", 1],
  ["1--1", 2],
  [".5", 0.5],
  ["5.", 5],
  ["1e3", 1000],
  ["00", 0],
  ["3*1/3", 1],
  ["1<<2", 4],
  ["1 << 2 + 1", 8],
  ["-9 >> 1", -5],
  ["1 << 10 >> 3", 128],
  ["2**70 >> 69", 2],
  ["2**53 + 1 - 2**53", 1],
  ["2.0**53 + 1 - 2**53", 0],
  ["7.0 // 2", 3],
  ["2.0**600 % 600", 376],
  ["7.5 // -2 + 7.5 % -2", -4.5],
  ["5 if 1 < 2 else 6", 5],
  ["5 if 2 < 2 else 6 if 0 else 7", 7],
  ["1 < 2 < 3", 1],
  ["1 < 2 > 3", 0],
  ["(1 == 1.0) + (1 != 2) + (2 >= 2) + (2 <= 1)", 3],
  ["0 or 5", 5],
  ["3 and 0 or not 2", 0],
  ["1 if True else 1/0", 1],
  ["math.exp(0)", 1],
  ["math.sqrt(16) + math.log2(8)", 7],
  ["math.log(8, 2)", 3],
  ["math.floor(-1.5)", -2],
  ["math.pow(2, 3)", 8],
  ["int(-1.9) + int(1.9)", 0],
  ["round(2.5) + round(3.5) + round(-0.5)", 6],
  ["max(1, 2.5, 2)", 2.5],
  ["min(4, 3)", 3],
  ["abs(-3) + pow(2, 2)", 7],
  ["1 if math.inf > 10**300 else 0", 1],
];

Deno.test("evaluateArithmetic() agrees with Python", () => {
  for (const [text, value] of VALUES) {
    assert.equal(evaluateArithmetic(text), value, text);
  }
});

const REFUSED: readonly (readonly [text: string, problem: RegExp])[] = [
  ["", /ends too early/],
  ["1+", /ends too early/],
  ["(1", /ends too early/],
  ["1 2", /"2" stands where it cannot/],
  ["1)", /"\)" stands where it cannot/],
  ["*1", /"\*" stands where it cannot/],
  ["()", /"\)" stands where it cannot/],
  ["__import__('os').system('id')", /"__import__" is no arithmetic/],
  ["1+ban.Time", /"ban.Time" is no arithmetic/],
  ["1 if 2", /ends too early/],
  ["1 else 2", /"else" stands where it cannot/],
  ["if", /"if" stands where it cannot/],
  ["1 = 2", /"=" is no arithmetic/],
  ["math.exp", /ends too early/],
  ["math.exp()", /math.exp has 0 arguments, expected 1/],
  ["max(1)", /max has 1 arguments, expected 2 to 20/],
  ["math.exp(1, 2)", /math.exp has 2 arguments, expected 1/],
  ["math.exp(1", /ends too early/],
  ["math.__class__", /"math.__class__" is no arithmetic/],
  ["constructor", /"constructor" is no arithmetic/],
  ["lambda: 1", /"lambda" is no arithmetic/],
  ["[1]", /"\[" is no arithmetic/],
  ["'a'", /"'" is no arithmetic/],
  ["1 + \x1b[2J", /"\\x1b" is no arithmetic/],
  ["a".repeat(400), /"a{1,60}…?" is no arithmetic/],
  [
    "(".repeat(51) + "1" + ")".repeat(51),
    /nested too deep, expected at most 50 levels/,
  ],
  ["-".repeat(51) + "1", /nested too deep, expected at most 50 levels/],
  ["0x10", /is no arithmetic/],
  ["1_000", /is no arithmetic/],
  ["1.2.3", /is no arithmetic/],
  ["010", /begins with a zero/],
  ["1j", /is no arithmetic/],
  ["1".repeat(501), /it has 501 characters, expected at most 500/],
];

Deno.test("evaluateArithmetic() refuses by name what is no arithmetic", () => {
  for (const [text, message] of REFUSED) {
    assert.throws(() => evaluateArithmetic(text), {
      name: "SyntaxError",
      message,
    });
  }
});

Deno.test("evaluateArithmetic() refuses what is no number", () => {
  const texts = [
    ...["1/0", "1//0", "1.5//0", "1%0", "0**-1", "9**9**9", "(-8)**.5"],
    ...[
      "1<<99999",
      "1.0<<2",
      "1<<-1",
      "1<<.5",
      "math.log(-1)",
      "math.log(0)",
      "math.log(2, 1)",
      "int(1e999)",
    ],
    ...["2**1024", "-(1<<1024)", "2.0**1024", "math.exp(1000)"],
  ];
  for (const text of texts) {
    assert.throws(() => evaluateArithmetic(text), RangeError, text);
  }
});

Deno.test("evaluateArithmetic() evaluates what JavaScript means too", () => {
  const number = fc.nat(99).map(String);
  const { sum } = fc.letrec<{ sum: string }>((tie) => ({
    sum: fc.oneof(
      { depthSize: "small" },
      number,
      fc.tuple(tie("sum"), fc.constantFrom("+", "-", "*"), tie("sum"))
        .map(([left, operator, right]) => `${left} ${operator} ${right}`),
      tie("sum").map((inner) => `(${inner})`),
    ),
  }));
  fc.assert(fc.property(sum, (text) => {
    fc.pre(text.length <= 500);
    // Python's whole numbers have no negative zero, JavaScript's `0 * (0 - 1)` is one.
    const value = Number(new Function(`return ${text}`)()) + 0;
    assert.equal(evaluateArithmetic(text), value);
  }));
});

Deno.test("evaluateArithmetic() gives a finite number or an error for any text", () => {
  const text = fc.string({
    unit: fc.constantFrom(..."0123456789.+-*/%()<>= eE_xif"),
  });
  fc.assert(fc.property(text, (expression) => {
    try {
      assert.ok(Number.isFinite(evaluateArithmetic(expression)));
    } catch (error) {
      assert.ok(error instanceof SyntaxError || error instanceof RangeError);
    }
  }));
});

Deno.test("compileArithmetic() computes with a value for each name", () => {
  const names = ["ban.Time", "ban.Count"];
  const formula = compileArithmetic("ban.Time * 2**ban.Count", { names });
  assert.equal(formula({ "ban.Time": 600, "ban.Count": 3 }), 4800);
  assert.equal(formula({ "ban.Time": 0.5, "ban.Count": 1 }), 1);
  assert.equal(formula({ "ban.Time": 600, "ban.Count": 5000 }), Infinity);
});

Deno.test("compileArithmetic() tells which piece is in the way", () => {
  assert.throws(
    () => compileArithmetic("a + os.system(1)", { names: ["a"] }),
    (error) =>
      error instanceof ArithmeticError && error.part === "os.system" &&
      error.state === '"os.system" is no arithmetic' &&
      /^numbers, a, \+/.test(error.wanted ?? ""),
  );
});

Deno.test("compileArithmetic() keeps numbers small however they are made", () => {
  const begin = performance.now();
  for (
    const text of [
      "9**9**9**9**9",
      "(1<<1000)**1000",
      "(9**300)**(9**300)",
      "1<<(9**300)",
      "1**(9**300)",
    ]
  ) {
    const value = compileArithmetic(text)();
    assert.ok(value === Infinity || value === 1, text);
  }
  assert.ok(performance.now() - begin < 20_000);
});
