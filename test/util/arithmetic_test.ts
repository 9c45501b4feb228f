import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluateArithmetic } from "../../src/util/arithmetic.ts";

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
  ["1<<2", /"<" is no arithmetic/],
  ["0x10", /is no arithmetic/],
  ["1_000", /is no arithmetic/],
  ["1.2.3", /is no arithmetic/],
  ["010", /begins with a zero/],
  ["1j", /is no arithmetic/],
  ["1".repeat(501), /501 characters/],
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
  for (const text of ["1/0", "1//0", "1%0", "0**-1", "9**9**9", "(-8)**.5"]) {
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
    assert.equal(
      evaluateArithmetic(text),
      Number(new Function(`return ${text}`)()),
    );
  }));
});

Deno.test("evaluateArithmetic() gives a finite number or an error for any text", () => {
  const text = fc.string({
    unit: fc.constantFrom(..."0123456789.+-*/%() eE_x"),
  });
  fc.assert(fc.property(text, (expression) => {
    try {
      assert.ok(Number.isFinite(evaluateArithmetic(expression)));
    } catch (error) {
      assert.ok(error instanceof SyntaxError || error instanceof RangeError);
    }
  }));
});
