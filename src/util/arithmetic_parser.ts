/**
 * Reads arithmetic as Python writes it into a function, by descent.
 *
 * @module
 */

import { ARITHMETIC_CALLS, ARITHMETIC_CONSTANTS } from "./arithmetic_calls.ts";
import { escapeText } from "./escape.ts";
import {
  isZero,
  negate,
  type Operation,
  OPERATIONS,
  power,
  type PythonNumber,
  toInt,
} from "./python_number.ts";

/** A text that is no arithmetic. */
export class ArithmeticError extends SyntaxError {
  override readonly name = "SyntaxError";
  /** What is wrong: `"os" is no arithmetic`. */
  readonly state: string;
  /** What belongs there, where that can be said. */
  readonly wanted: string | undefined;
  /** The piece that is in the way; empty at the end. */
  readonly part: string;

  /** @param found what is said of it, and where */
  constructor(
    shown: string,
    { state, wanted, part }: Pick<ArithmeticError, "state" | "wanted" | "part">,
  ) {
    const expected = wanted === undefined ? "" : `, expected ${wanted}`;
    super(`Cannot evaluate "${shown}": ${state}${expected}`);
    this.state = state;
    this.wanted = wanted;
    this.part = part;
  }
}

/** Computes with the values of the names, in the order in which they were given to the parser. */
export type Evaluation = (values: readonly PythonNumber[]) => PythonNumber;

/** What a text is read with. */
export interface ParserOptions {
  /** Names of values: `ban.Time`. */
  readonly names: readonly string[];
  /** The text that an error tells of. */
  readonly shown: string;
}

/** Enough for any formula. */
const LONGEST = 500;

/** Of a name that is told in an error. */
const LONGEST_SHOWN = 60;

/** Brackets and signs in one another. */
const DEEPEST = 50;

const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y;
const OPERATOR = /\*\*|\/\/|<<|>>|[<>=!]=|[-+*/%(),<>]/y;
const NAME = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;
const UNKNOWN = /[\p{L}_][\p{L}\p{N}_.]*|\S/uy;
const LEADING_ZERO = /^0+[1-9]\d*$/;
const KEYWORDS = new Set(["if", "else", "and", "or", "not"]);

/** Operators of one rank, the loosest first; those of a rank are taken from the left. */
const RANKS: readonly (readonly string[])[] = [
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "//", "%"],
];
const COMPARISONS = ["<", "<=", ">", ">=", "==", "!="];

/** A comparison with what comes after it. */
interface Link {
  readonly compare: Operation;
  readonly operand: Evaluation;
}

/** Reads one text. */
export class ArithmeticParser {
  readonly #text: string;
  readonly #options: ParserOptions;
  #at = 0;
  #depth = 0;
  /** The next token; empty at the end. */
  #token = "";

  /** Reads nothing yet. */
  constructor(text: string, options: ParserOptions) {
    this.#text = text;
    this.#options = options;
  }

  /**
   * Reads all of the text.
   *
   * @throws {ArithmeticError} when it is anything but arithmetic
   */
  run(): Evaluation {
    if (this.#text.length > LONGEST) {
      this.#refuse(
        `it has ${this.#text.length} characters`,
        `at most ${LONGEST}`,
      );
    }
    this.#advance();
    const value = this.#choice();
    if (this.#token !== "") this.#unexpected();
    return value;
  }

  /** `a if c else b`; only the wanted one is computed. */
  #choice(): Evaluation {
    const value = this.#either();
    if (!this.#skips("if")) return value;
    const condition = this.#either();
    if (!this.#skips("else")) this.#unexpected();
    const other = this.#choice();
    return (values) =>
      isZero(condition(values)) ? other(values) : value(values);
  }

  #either(): Evaluation {
    let left = this.#both();
    while (this.#skips("or")) {
      const [first, second] = [left, this.#both()];
      left = (values) => {
        const value = first(values);
        return isZero(value) ? second(values) : value;
      };
    }
    return left;
  }

  #both(): Evaluation {
    let left = this.#negation();
    while (this.#skips("and")) {
      const [first, second] = [left, this.#negation()];
      left = (values) => {
        const value = first(values);
        return isZero(value) ? value : second(values);
      };
    }
    return left;
  }

  #negation(): Evaluation {
    if (!this.#skips("not")) return this.#comparison();
    const value = this.#deeper(() => this.#negation());
    return (values) => toInt(isZero(value(values)));
  }

  /** `1 < a <= 3` is `1 < a and a <= 3`. */
  #comparison(): Evaluation {
    const first = this.#ranked(0);
    const links: Link[] = [];
    while (COMPARISONS.includes(this.#token)) {
      links.push({ compare: this.#operation(), operand: this.#ranked(0) });
    }
    return links.length === 0 ? first : chain(first, links);
  }

  #ranked(rank: number): Evaluation {
    const operators = RANKS[rank];
    if (operators === undefined) return this.#signed();
    let left = this.#ranked(rank + 1);
    while (operators.includes(this.#token)) {
      const operate = this.#operation();
      const [first, second] = [left, this.#ranked(rank + 1)];
      left = (values) => operate(first(values), second(values));
    }
    return left;
  }

  #signed(): Evaluation {
    if (this.#skips("+")) return this.#deeper(() => this.#signed());
    if (!this.#skips("-")) return this.#power();
    const value = this.#deeper(() => this.#signed());
    return (values) => negate(value(values));
  }

  /** Binds tighter than a sign before it, and less tight than one behind. */
  #power(): Evaluation {
    const base = this.#atom();
    if (!this.#skips("**")) return base;
    const exponent = this.#deeper(() => this.#signed());
    return (values) => power(base(values), exponent(values));
  }

  #atom(): Evaluation {
    if (this.#skips("(")) {
      const value = this.#deeper(() => this.#choice());
      return this.#skips(")") ? value : this.#unexpected();
    }
    if (/^[\d.]/.test(this.#token)) return constant(toNumber(this.#take()));
    if (!/^[A-Za-z_]/.test(this.#token) || KEYWORDS.has(this.#token)) {
      this.#unexpected();
    }
    return this.#named(this.#token);
  }

  #named(name: string): Evaluation {
    const index = this.#options.names.indexOf(name);
    const value = ARITHMETIC_CONSTANTS.get(name);
    const call = ARITHMETIC_CALLS.get(name);
    if (index < 0 && value === undefined && call === undefined) {
      this.#refuseUnknown(name);
    }
    this.#advance();
    if (index >= 0) return (values) => values[index] ?? 0n;
    return value === undefined ? this.#call(name) : constant(value);
  }

  #call(name: string): Evaluation {
    const call = ARITHMETIC_CALLS.get(name);
    if (call === undefined || !this.#skips("(")) this.#unexpected();
    const parts = this.#deeper(() => this.#list());
    const { least, most, run } = call;
    if (parts.length < least || parts.length > most) {
      const wanted = least === most ? least : `${least} to ${most}`;
      this.#refuse(`${name} has ${parts.length} arguments`, `${wanted}`, name);
    }
    return (values) => run(parts.map((part) => part(values)));
  }

  #list(): Evaluation[] {
    const parts: Evaluation[] = [];
    if (this.#skips(")")) return parts;
    do parts.push(this.#choice()); while (this.#skips(","));
    return this.#skips(")") ? parts : this.#unexpected();
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > DEEPEST) {
      this.#refuse("it is nested too deep", `at most ${DEEPEST} levels`);
    }
    const value = read();
    this.#depth--;
    return value;
  }

  #skips(token: string): boolean {
    if (this.#token !== token) return false;
    this.#advance();
    return true;
  }

  #operation(): Operation {
    const operation = OPERATIONS.get(this.#token);
    if (operation === undefined) this.#unexpected();
    this.#advance();
    return operation;
  }

  #take(): string {
    const token = this.#token;
    this.#advance();
    return token;
  }

  #advance(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
    this.#token = this.#read(NUMBER) ?? this.#read(OPERATOR) ??
      this.#read(NAME) ?? "";
    if (this.#token === "" && this.#at < this.#text.length) {
      this.#refuseUnknown(this.#read(UNKNOWN) ?? "");
    }
    if (LEADING_ZERO.test(this.#token)) {
      this.#refuse(`"${this.#token}" begins with a zero`, "a number");
    }
  }

  #read(syntax: RegExp): string | undefined {
    syntax.lastIndex = this.#at;
    const text = syntax.exec(this.#text)?.[0];
    if (text !== undefined) this.#at += text.length;
    return text;
  }

  #unexpected(): never {
    if (this.#token === "") this.#refuse("it ends too early", "a number");
    this.#refuse(`"${this.#token}" stands where it cannot`, "arithmetic");
  }

  #refuseUnknown(text: string): never {
    const names = this.#options.names.map((name) => `${name}, `).join("");
    this.#refuse(
      `"${escapeText(text, LONGEST_SHOWN)}" is no arithmetic`,
      `numbers, ${names}+ - * / // % ** << >> ( ), comparisons and functions such as min() and math.exp()`,
      text,
    );
  }

  #refuse(state: string, wanted?: string, part = this.#token): never {
    throw new ArithmeticError(this.#options.shown, { state, wanted, part });
  }
}

/** One comparison after another; the first that does not hold ends it. */
function chain(first: Evaluation, links: readonly Link[]): Evaluation {
  return (values) => {
    let left = first(values);
    for (const { compare, operand } of links) {
      const right = operand(values);
      if (isZero(compare(left, right))) return 0n;
      left = right;
    }
    return 1n;
  };
}

function constant(value: PythonNumber): Evaluation {
  return () => value;
}

/** `1e3` and `5.` are fractions. */
function toNumber(text: string): PythonNumber {
  return /^\d+$/.test(text) ? BigInt(text) : Number(text);
}
