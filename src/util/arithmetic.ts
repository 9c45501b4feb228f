/**
 * Arithmetic in a configuration: numbers, operators, parentheses, and nothing that could run a program.
 *
 * @module
 */

/** Enough for any time in a configuration; it also bounds how deep parentheses nest. */
const LONGEST = 500;

const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y;
const OPERATOR = /\*\*|\/\/|[-+*/%()]/y;
const UNKNOWN = /[\p{L}_][\p{L}\p{N}_.]*|\S/uy;
const LEADING_ZERO = /^0+[1-9]\d*$/;

/**
 * Evaluates an expression as Python does: `+ - * / // % **` and parentheses.
 *
 *     2*(3+4) → 14    7//2 → 3    -7 % 3 → 2    -2**2 → -4
 *
 * @param shown the text that an error tells of; default `text`
 * @returns a finite number
 * @throws {SyntaxError} when it is anything else, naming what is in the way
 * @throws {RangeError} when there is no such number: a division by zero, a power that is too large
 */
export function evaluateArithmetic(text: string, shown = text): number {
  return new Evaluator(text, shown).run();
}

class Evaluator {
  readonly #text: string;
  readonly #shown: string;
  #at = 0;
  /** The next token; empty at the end. */
  #token = "";

  constructor(text: string, shown: string) {
    this.#text = text;
    this.#shown = shown;
  }

  run(): number {
    if (this.#text.length > LONGEST) {
      this.#refuse(`${this.#text.length} characters, expected ${LONGEST}`);
    }
    this.#advance();
    const value = this.#sum();
    if (this.#token !== "") this.#unexpected();
    return value;
  }

  #sum(): number {
    let value = this.#product();
    while (this.#token === "+" || this.#token === "-") {
      const sign = this.#take() === "+" ? 1 : -1;
      value += sign * this.#product();
    }
    return this.#finite(value);
  }

  #product(): number {
    let value = this.#signed();
    while (/^(?:\*|\/\/?|%)$/.test(this.#token)) {
      value = this.#operate(value, this.#take());
    }
    return value;
  }

  #operate(left: number, operator: string): number {
    const right = this.#signed();
    if (operator === "*") return this.#finite(left * right);
    if (right === 0) this.#impossible("it divides by zero");
    const whole = Math.floor(left / right);
    if (operator === "//") return whole;
    // The sign is the divisor's.
    return operator === "%" ? left - right * whole : left / right;
  }

  #signed(): number {
    if (this.#token !== "+" && this.#token !== "-") return this.#power();
    return this.#take() === "-" ? -this.#signed() : this.#signed();
  }

  /** Binds tighter than a sign before it, and less tight than one behind. */
  #power(): number {
    const base = this.#atom();
    if (this.#token !== "**") return base;
    this.#take();
    const exponent = this.#signed();
    if (base === 0 && exponent < 0) this.#impossible("it divides by zero");
    return this.#finite(base ** exponent);
  }

  #atom(): number {
    if (this.#skips("(")) {
      const value = this.#sum();
      return this.#skips(")") ? value : this.#unexpected();
    }
    if (!/^[\d.]/.test(this.#token)) this.#unexpected();
    return this.#finite(Number(this.#take()));
  }

  #skips(token: string): boolean {
    if (this.#token !== token) return false;
    this.#advance();
    return true;
  }

  #take(): string {
    const token = this.#token;
    this.#advance();
    return token;
  }

  #advance(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
    this.#token = this.#read(NUMBER) ?? this.#read(OPERATOR) ?? "";
    if (this.#token === "" && this.#at < this.#text.length) {
      this.#refuse(
        `"${
          this.#read(UNKNOWN)
        }" is no arithmetic, expected numbers and + - * / // % ** ( )`,
      );
    }
    if (LEADING_ZERO.test(this.#token)) {
      this.#refuse(`"${this.#token}" begins with a zero, expected a number`);
    }
  }

  #read(syntax: RegExp): string | undefined {
    syntax.lastIndex = this.#at;
    const text = syntax.exec(this.#text)?.[0];
    if (text !== undefined) this.#at += text.length;
    return text;
  }

  #finite(value: number): number {
    if (!Number.isFinite(value)) this.#impossible("it is no finite number");
    return value;
  }

  #unexpected(): never {
    this.#refuse(
      this.#token === ""
        ? "it ends too early, expected a number"
        : `"${this.#token}" stands where it cannot, expected arithmetic`,
    );
  }

  #refuse(problem: string): never {
    throw new SyntaxError(`Cannot evaluate "${this.#shown}": ${problem}`);
  }

  #impossible(problem: string): never {
    throw new RangeError(`Cannot evaluate "${this.#shown}": ${problem}`);
  }
}
