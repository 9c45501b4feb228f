/**
 * Times as fail2ban takes them: units, and arithmetic between them. fail2ban hands them to `eval`; here nothing is run.
 *
 *     10m   1d12h   60*60   2 * (1h + 30m)   -1
 *
 * @module
 */

import { parseDuration } from "../src/util/duration.ts";

/** Longest text that is read, and deepest nesting of brackets. */
const MAX_LENGTH = 200;
const MAX_DEPTH = 20;

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)\s*([a-z]+)?|(\*\*|\/\/|[-+*\/%()]))\s*/iy;

/**
 * Reads a time.
 *
 * @returns whole seconds, `Infinity` for ever; undefined where the text is neither time nor arithmetic
 */
export function readTime(text: string): number | undefined {
  const plain = parseDuration(text);
  if (plain !== undefined) return plain;
  const value = calculate(text);
  if (value === undefined) return undefined;
  return value < 0 ? Infinity : Math.round(value);
}

/**
 * Calculates an arithmetic text.
 *
 * @returns undefined where anything else is in it, or the result is no finite number
 */
export function calculate(text: string): number | undefined {
  const tokens = tokenize(text);
  if (tokens === undefined) return undefined;
  const reader = new Reader(tokens);
  const value = reader.sum(0);
  return reader.isDone && value !== undefined && Number.isFinite(value)
    ? value
    : undefined;
}

type Token = number | string;

function tokenize(text: string): Token[] | undefined {
  if (text.length > MAX_LENGTH || text.trim() === "") return undefined;
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const [, digits, unit, operator] = match;
    if (operator !== undefined) {
      tokens.push(operator);
      continue;
    }
    const factor = unit === undefined ? 1 : parseDuration(`1${unit}`);
    if (factor === undefined) return undefined;
    // "1d 12h" is a sum.
    if (typeof tokens.at(-1) === "number") tokens.push("+");
    tokens.push(Number(digits) * factor);
  }
  return tokens;
}

/** Reads by descent; an undefined value is carried up. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isDone(): boolean {
    return this.#at === this.#tokens.length;
  }

  sum(depth: number): number | undefined {
    let left = this.#product(depth);
    for (;;) {
      const operator = this.#take("+", "-");
      if (operator === undefined || left === undefined) return left;
      const right = this.#product(depth);
      if (right === undefined) return undefined;
      left = operator === "+" ? left + right : left - right;
    }
  }

  #product(depth: number): number | undefined {
    let left = this.#signed(depth);
    for (;;) {
      const operator = this.#take("*", "/", "//", "%");
      if (operator === undefined || left === undefined) return left;
      const right = this.#signed(depth);
      if (right === undefined) return undefined;
      left = apply(operator, left, right);
    }
  }

  #signed(depth: number): number | undefined {
    if (depth > MAX_DEPTH) return undefined;
    if (this.#take("+") !== undefined) return this.#signed(depth + 1);
    if (this.#take("-") === undefined) return this.#power(depth);
    const value = this.#signed(depth + 1);
    return value === undefined ? undefined : -value;
  }

  #power(depth: number): number | undefined {
    const base = this.#atom(depth);
    if (base === undefined || this.#take("**") === undefined) return base;
    const exponent = this.#signed(depth + 1);
    return exponent === undefined ? undefined : base ** exponent;
  }

  #atom(depth: number): number | undefined {
    if (this.#take("(") !== undefined) {
      const value = this.sum(depth + 1);
      return this.#take(")") === undefined ? undefined : value;
    }
    const token = this.#tokens[this.#at];
    if (typeof token !== "number") return undefined;
    this.#at += 1;
    return token;
  }

  #take(...operators: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (typeof token !== "string" || !operators.includes(token)) {
      return undefined;
    }
    this.#at += 1;
    return token;
  }
}

function apply(operator: string, left: number, right: number): number {
  switch (operator) {
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "//":
      return Math.floor(left / right);
    default:
      return left - right * Math.floor(left / right);
  }
}
