/**
 * The functions and constants that arithmetic in a configuration can name: those of Python's that compute, and no others.
 *
 * @module
 */

import {
  divide,
  isZero,
  negate,
  power,
  type PythonNumber,
  toWhole,
} from "./python_number.ts";

/** What can be called. @throws {RangeError} where there is no result */
export interface ArithmeticCall {
  /** Arguments at least and at most. */
  readonly least: number;
  readonly most: number;
  readonly run: (values: readonly PythonNumber[]) => PythonNumber;
}

/** Most arguments of `min` and `max`. */
const MANY = 20;

/** By name. */
export const ARITHMETIC_CALLS: ReadonlyMap<string, ArithmeticCall> = new Map([
  ["abs", one((value) => value < 0 ? negate(value) : value)],
  ["bool", one((value) => isZero(value) ? 0n : 1n)],
  ["float", one(Number)],
  ["int", one((value) => toWhole(value, Math.trunc))],
  ["max", { least: 2, most: MANY, run: best((a, b) => a > b) }],
  ["min", { least: 2, most: MANY, run: best((a, b) => a < b) }],
  ["pow", two(power)],
  ["round", one((value) => toWhole(value, roundHalfEven))],
  ["math.ceil", one((value) => toWhole(value, Math.ceil))],
  ["math.exp", fraction(Math.exp)],
  ["math.expm1", fraction(Math.expm1)],
  ["math.fabs", fraction(Math.abs)],
  ["math.floor", one((value) => toWhole(value, Math.floor))],
  ["math.log", { least: 1, most: 2, run: logarithm }],
  ["math.log10", fraction(Math.log10)],
  ["math.log1p", fraction(Math.log1p)],
  ["math.log2", fraction(Math.log2)],
  ["math.pow", two((a, b) => Number(power(Number(a), Number(b))))],
  ["math.sqrt", fraction(Math.sqrt)],
  ["math.trunc", one((value) => toWhole(value, Math.trunc))],
]);

/** By name. */
export const ARITHMETIC_CONSTANTS: ReadonlyMap<string, PythonNumber> = new Map<
  string,
  PythonNumber
>([
  ["math.e", Math.E],
  ["math.pi", Math.PI],
  ["math.inf", Infinity],
  ["True", 1n],
  ["False", 0n],
]);

function one(run: (value: PythonNumber) => PythonNumber): ArithmeticCall {
  return { least: 1, most: 1, run: ([value = 0n]) => run(value) };
}

function two(
  run: (a: PythonNumber, b: PythonNumber) => PythonNumber,
): ArithmeticCall {
  return { least: 2, most: 2, run: ([a = 0n, b = 0n]) => run(a, b) };
}

function fraction(run: (value: number) => number): ArithmeticCall {
  return one((value) => requireDefined(run(Number(value))));
}

/** What grows beyond all numbers has a result; the logarithm of 0 has none. */
function requireDefined(value: number): number {
  if (!Number.isNaN(value) && value !== -Infinity) return value;
  throw new RangeError("a function in it has no result there");
}

/** Of equal ones the first, as in Python. */
function best(isBetter: (a: PythonNumber, b: PythonNumber) => boolean) {
  return (values: readonly PythonNumber[]): PythonNumber =>
    values.reduce((found, value) => isBetter(value, found) ? value : found);
}

function logarithm([value = 0n, base]: readonly PythonNumber[]): number {
  const natural = requireDefined(Math.log(Number(value)));
  if (base === undefined) return natural;
  return divide(natural, requireDefined(Math.log(Number(base))));
}

function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 === 0 ? down : down + 1;
}
