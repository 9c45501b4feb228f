/**
 * Arithmetic in a configuration: numbers, operators, named values, a closed list of functions, and nothing that could run a
 * program.
 *
 * @module
 */

import { ArithmeticParser } from "./arithmetic_parser.ts";
import { toPythonNumber } from "./python_number.ts";

/**
 * Computes a text that was compiled, with a value for each of its names.
 *
 * @throws {RangeError} when there is no result: a division by zero, a shift of a fraction
 */
export type Arithmetic = (values?: Readonly<Record<string, number>>) => number;

/** How a text is compiled. */
export interface ArithmeticOptions {
  /** Names of values that it may use: `ban.Time`. */
  readonly names?: readonly string[];
  /** The text that an error tells of; default the text itself. */
  readonly shown?: string;
}

/**
 * Compiles an expression that means what it means in Python, once for many evaluations. Values without a fraction are ints.
 *
 *     compileArithmetic("a * (1 << (b if b < 20 else 20))", { names: ["a", "b"] })({ a: 600, b: 3 }) → 4800
 *
 * A text has at most 500 characters and 50 levels; a result beyond a double's range is infinite, whatever is in between.
 *
 * @throws {ArithmeticError} when the text is anything else, naming what is in the way
 */
export function compileArithmetic(
  text: string,
  { names = [], shown = text }: ArithmeticOptions = {},
): Arithmetic {
  const evaluate = new ArithmeticParser(text, { names, shown }).run();
  return (values = {}) => {
    try {
      return Number(
        evaluate(names.map((name) => toPythonNumber(values[name] ?? 0))),
      );
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new RangeError(`Cannot evaluate "${shown}": ${error.message}`, {
        cause: error,
      });
    }
  };
}

/**
 * Evaluates an expression as Python does.
 *
 *     2*(3+4) → 14    7//2 → 3    -7 % 3 → 2    -2**2 → -4
 *
 * @param shown the text that an error tells of; default `text`
 * @returns a finite number
 * @throws {ArithmeticError} when it is anything else, naming what is in the way
 * @throws {RangeError} when there is no such number: a division by zero, a power that is too large
 */
export function evaluateArithmetic(text: string, shown = text): number {
  const value = compileArithmetic(text, { shown })();
  if (Number.isFinite(value)) return value;
  throw new RangeError(`Cannot evaluate "${shown}": it is no finite number`);
}
