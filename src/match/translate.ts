/**
 * A pattern in JavaScript's syntax, for V8 and RE2.
 *
 * The result needs none of the flags `i`, `u`, `v`, `d`, for which V8 has no linear fallback, and no look-ahead that the
 * pattern did not have: `$` at the end of a branch consumes the line's newline instead of looking at it.
 *
 *     (?i)from <HOST>$   →   [Ff][Rr][Oo][Mm] (?:\[?(?:…(?<ip4>…)|…(?<ip6>…))\]?)((?:(\n)?$))
 *
 * `\d`, `\w` and `\b` are ASCII here, `\s` is Python's: a text beyond ASCII goes to another engine where that matters.
 *
 * @module
 */

import {
  type CharSet,
  onlyCodeOf,
  printRanges,
  printUnit,
  unitRangesOf,
} from "./char_class.ts";
import type { ParsedPattern, SyntaxOptions } from "./parsed_pattern.ts";
import { parsePattern } from "./parse_pattern.ts";
import type {
  Assertion,
  CaptureNode,
  LookNode,
  PatternNode,
  RepeatNode,
} from "./pattern_tree.ts";
import { printRepeat } from "./repeat.ts";
import { type Dialect, HOST_GROUPS } from "./tags.ts";

/** A pattern in JavaScript's syntax. */
export interface Translation {
  /**
   * Of a condition it has both branches as alternatives and of an atomic group a plain one: what the pattern matches,
   * this does too.
   */
  readonly source: string;
  /** Names of its groups in order. */
  readonly groups: readonly string[];
  /** JavaScript's number of each group, by Python's; 0 is the whole hit. */
  readonly numbers: readonly number[];
  /**
   * Number of the group that holds all that matched behind the host, by which its place is known; 0 where the host is
   * within another group.
   */
  readonly tailGroup: number;
  /** Numbers of the groups that hold a newline which `$` consumed and which is no part of the hit. */
  readonly newlineGroups: readonly number[];
  /** Whether the pattern itself goes on with a dot and digits behind the host, as for `192.0.2.7.50550` (a port). */
  readonly hasDottedPort: boolean;
}

/** How to translate. */
export interface TranslateOptions extends SyntaxOptions {
  /** `re2` leaves look-behind out of the address expressions; default `v8`. */
  readonly dialect?: Dialect;
}

/** How to write a pattern. */
export interface PrintOptions {
  /** Default `v8`. */
  readonly dialect?: Dialect;
  /** Writes out short counts of single characters too, for V8's linear engine; default false. */
  readonly isNested?: boolean;
  /** Leaves the names of groups out; default false. */
  readonly isNumbered?: boolean;
}

/** `^` and `$` without the flag m are the very ends, which is what \A and \Z say. */
const ASSERTIONS: Readonly<Record<Assertion, string>> = {
  textStart: "^",
  lineStart: "(?:^|(?<=\\n))",
  textEnd: "$",
  dollar: "(?=\\n?$)",
  lineEnd: "(?=\\n|$)",
  wordEdge: "\\b",
  noWordEdge: "\\B",
};

/**
 * Translates a pattern.
 *
 * @throws {FilterError} when it is no pattern
 */
export function translatePattern(
  pattern: string,
  options: TranslateOptions = {},
): Translation {
  const { dialect = "v8" } = options;
  return printPattern(parsePattern(pattern, options, dialect), { dialect });
}

/** V8's linear engine repeats a node 16 times at most. */
const UNROLL_FROM = 10;

/** Within other repeats it wants no counts at all. */
const UNROLL_NESTED_FROM = 2;

/** Writes a pattern that was parsed. */
export function printPattern(
  parsed: ParsedPattern,
  options: PrintOptions = {},
): Translation {
  return new Printer(parsed, options).run();
}

class Printer {
  readonly #parsed: ParsedPattern;
  readonly #unrollFrom: number;
  readonly #isNumbered: boolean;
  readonly #numbers: number[] = [0];
  readonly #newlineGroups: number[] = [];
  #count = 0;
  #tailGroup = 0;

  constructor(parsed: ParsedPattern, options: PrintOptions) {
    const { dialect = "v8", isNested = false, isNumbered = false } = options;
    const unrollFrom = isNested ? UNROLL_NESTED_FROM : UNROLL_FROM;
    this.#parsed = parsed;
    this.#unrollFrom = dialect === "v8" ? unrollFrom : Infinity;
    this.#isNumbered = isNumbered;
  }

  run(): Translation {
    const { root, groups, hasDottedPort } = this.#parsed;
    const branches = root.kind === "branches" ? root.branches : [root];
    const source = branches.map((branch) => this.#topBranch(branch)).join("|");
    return {
      source,
      groups,
      numbers: this.#numbers,
      tailGroup: this.#tailGroup,
      newlineGroups: this.#newlineGroups,
      hasDottedPort,
    };
  }

  /** What follows the first host on the outermost level becomes a group. */
  #topBranch(branch: PatternNode): string {
    const parts = branch.kind === "sequence" ? branch.parts : [branch];
    const host = this.#tailGroup === 0 ? parts.findIndex(endsWithHost) : -1;
    if (host < 0) return this.#parts(parts, true);
    const head = this.#parts(parts.slice(0, host + 1), false);
    this.#tailGroup = ++this.#count;
    return `${head}(${this.#parts(parts.slice(host + 1), true)})`;
  }

  #parts(parts: readonly PatternNode[], isEnd: boolean): string {
    const last = parts.length - 1;
    return parts.map((part, i) => this.#print(part, isEnd && i === last))
      .join("");
  }

  /** @param isEnd whether nothing can follow, so that `$` may consume the newline */
  #print(node: PatternNode, isEnd: boolean): string {
    switch (node.kind) {
      case "set":
        return printSet(node.set);
      case "assertion":
        return this.#assertion(node.assertion, isEnd);
      case "sequence":
        return `(?:${this.#parts(node.parts, isEnd)})`;
      case "branches":
        return this.#alternatives(node.branches, isEnd);
      case "condition":
        return this.#alternatives([node.yes, node.no], false);
      case "capture":
        return this.#capture(node);
      case "repeat":
        return this.#repeat(node, isEnd);
      case "look":
        return this.#look(node);
      case "reference":
        return `(?:\\${this.#numbers[node.group] ?? 0})`;
      case "tag":
        return `(?:${this.#inner(node.body, false)})`;
      case "atomic":
        return `(?:${this.#inner(node.body, false)})`;
    }
  }

  /** Without parentheses of its own, since they are there already. */
  #inner(node: PatternNode, isEnd: boolean): string {
    if (node.kind === "sequence") return this.#parts(node.parts, isEnd);
    if (node.kind !== "branches") return this.#print(node, isEnd);
    return node.branches.map((branch) => this.#inner(branch, isEnd)).join("|");
  }

  #alternatives(branches: readonly PatternNode[], isEnd: boolean): string {
    const printed = branches.map((branch) => this.#inner(branch, isEnd));
    return `(?:${printed.join("|")})`;
  }

  #assertion(assertion: Assertion, isEnd: boolean): string {
    if (!isEnd) return ASSERTIONS[assertion];
    if (assertion !== "dollar" && assertion !== "lineEnd") {
      return ASSERTIONS[assertion];
    }
    this.#newlineGroups.push(++this.#count);
    return assertion === "dollar" ? "(?:(\\n)?$)" : "(?:(\\n)|$)";
  }

  /** A capture must not hold the newline that `$` consumes. */
  #capture({ group, name, body }: CaptureNode): string {
    this.#numbers[group] = ++this.#count;
    const isNamed = name !== undefined && !this.#isNumbered;
    const opening = isNamed ? `(?<${name}>` : "(";
    return `${opening}${this.#inner(body, false)})`;
  }

  /** Looking around must not consume anything. */
  #look({ isBehind, isNegated, body }: LookNode): string {
    const opening = `(?${isBehind ? "<" : ""}${isNegated ? "!" : "="}`;
    return `${opening}${this.#inner(body, false)})`;
  }

  #repeat(repeat: RepeatNode, isEnd: boolean): string {
    const { body, max } = repeat;
    let unit = this.#print(body, isEnd && max === 1);
    if (["repeat", "look", "assertion"].includes(body.kind)) {
      unit = `(?:${unit})`;
    }
    return printRepeat(
      unit,
      repeat,
      body.kind === "set" && max > 1 ? this.#unrollFrom : Infinity,
    );
  }
}

function endsWithHost(node: PatternNode): boolean {
  if (node.kind === "repeat") return node.max === 1 && endsWithHost(node.body);
  if (node.kind === "capture") {
    return HOST_GROUPS.some((name) => name === node.name);
  }
  return node.kind === "tag" && holdsHost(node.body);
}

function holdsHost(node: PatternNode): boolean {
  switch (node.kind) {
    case "capture":
      return endsWithHost(node);
    case "sequence":
      return node.parts.some(holdsHost);
    case "branches":
      return node.branches.some(holdsHost);
    case "tag":
      return holdsHost(node.body);
    default:
      return false;
  }
}

/** A character beyond U+FFFF is two units. */
function printSet(set: CharSet): string {
  const only = onlyCodeOf(set);
  if (only < 0) return printRanges(unitRangesOf(set));
  return only > 0xffff ? `(?:${String.fromCodePoint(only)})` : printUnit(only);
}
