/**
 * Python's two kinds of numbers, whole ones of any size and fractions, and what its operators make of them.
 *
 * What is beyond the range of a double becomes infinite, so that no number grows past 128 bytes.
 *
 * @module
 */

/** A `bigint` is an int, a `number` a float. */
export type PythonNumber = bigint | number;

/** What an operator does with two numbers. @throws {RangeError} where there is no result, saying why */
export type Operation = (a: PythonNumber, b: PythonNumber) => PythonNumber;

/** Operators of two numbers, by how they are written. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ["+", either((a, b) => a + b, (a, b) => a + b)],
  ["-", either((a, b) => a - b, (a, b) => a - b)],
  ["*", either((a, b) => a * b, (a, b) => a * b)],
  ["/", divide],
  ["//", either(divideWhole, divideDown)],
  ["%", either((a, b) => a - b * divideWhole(a, b), remainder)],
  ["**", power],
  ["<<", shiftLeft],
  [">>", shiftRight],
  ["<", (a, b) => toInt(a < b)],
  ["<=", (a, b) => toInt(a <= b)],
  [">", (a, b) => toInt(a > b)],
  [">=", (a, b) => toInt(a >= b)],
  ["==", (a, b) => toInt(a <= b && a >= b)],
  ["!=", (a, b) => toInt(!(a <= b && a >= b))],
]);

/** Raises to a power, as `**` and `pow` do. */
export function power(a: PythonNumber, b: PythonNumber): PythonNumber {
  const rough = Number(a) ** Number(b);
  if (isZero(a) && b < 0) notZero(0);
  const isWhole = typeof a === "bigint" && typeof b === "bigint" && b >= 0n;
  return isWhole && Number.isFinite(rough) ? a ** b : rough;
}

/** A configuration has one kind of number: what has no fraction is whole. */
export function toPythonNumber(value: number): PythonNumber {
  return Number.isInteger(value) ? BigInt(value) : value;
}

/** True and false are 1 and 0. */
export function toInt(isTrue: boolean): bigint {
  return isTrue ? 1n : 0n;
}

/**
 * Makes a fraction whole.
 *
 * @param round takes the fraction away
 * @throws {RangeError} for what is infinite or no number
 */
export function toWhole(
  value: PythonNumber,
  round: (value: number) => number,
): bigint {
  if (typeof value === "bigint") return value;
  if (Number.isFinite(value)) return BigInt(round(value));
  throw new RangeError("it is no finite number");
}

/** Whether a condition does not hold for it. */
export function isZero(value: PythonNumber): boolean {
  return value === 0n || value === 0;
}

/** The sign. */
export function negate(value: PythonNumber): PythonNumber {
  return typeof value === "bigint" ? -value : -value;
}

/** Two ints give an int, anything else a float. */
function either(
  whole: (a: bigint, b: bigint) => bigint,
  fraction: (a: number, b: number) => number,
): Operation {
  return (a, b) =>
    typeof a === "bigint" && typeof b === "bigint"
      ? fit(whole(a, b))
      : fraction(Number(a), Number(b));
}

function fit(value: bigint): PythonNumber {
  const rough = Number(value);
  return Number.isFinite(rough) ? value : rough;
}

/** True division: always a fraction. */
export function divide(a: PythonNumber, b: PythonNumber): number {
  return Number(a) / notZero(Number(b));
}

/** Rounds down, not towards zero. */
function divideWhole(a: bigint, b: bigint): bigint {
  if (b === 0n) notZero(0);
  const quotient = a / b;
  const isInexact = quotient * b !== a;
  return isInexact && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

/** The sign is the divisor's. */
function remainder(a: number, b: number): number {
  const rest = a % notZero(b);
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** Through the remainder, which is exact where the quotient is not. */
function divideDown(a: number, b: number): number {
  return Math.round((a - remainder(a, b)) / b);
}

function notZero(divisor: number): number {
  if (divisor === 0) throw new RangeError("it divides by zero");
  return divisor;
}

/** No shift by more makes a number that a double holds. */
const MOST_BITS = 1024n;

function shiftLeft(a: PythonNumber, b: PythonNumber): PythonNumber {
  const [value, bits] = requireShift(a, b);
  if (bits <= MOST_BITS) return fit(value << bits);
  return value === 0n ? value : value > 0n ? Infinity : -Infinity;
}

function shiftRight(a: PythonNumber, b: PythonNumber): bigint {
  const [value, bits] = requireShift(a, b);
  return value >> (bits > MOST_BITS ? MOST_BITS : bits);
}

function requireShift(a: PythonNumber, b: PythonNumber): [bigint, bigint] {
  if (typeof a === "bigint" && typeof b === "bigint" && b >= 0n) return [a, b];
  throw new RangeError(
    "it shifts what is no whole number, or by what is none or below 0",
  );
}
