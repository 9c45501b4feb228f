/**
 * Reads a date pattern's expression, in Python's syntax, into a tree.
 *
 * @module
 */

import { FilterError } from "../filter_error.ts";
import { readDateClass, readDateEscape } from "./date_escape.ts";
import {
  type DateEdge,
  type DateExpression,
  type DateNode,
  fixedWidthOf,
} from "./date_tree.ts";
import { UnitSet, type UnitSetParts } from "./unit_set.ts";

/** Groups nested deeper than this would overflow the parser's stack. */
const DEEPEST = 100;

const EDGES: ReadonlyMap<string, DateEdge> = new Map([
  ["A", "textStart"],
  ["Z", "textEnd"],
  ["b", "wordEdge"],
  ["B", "noWordEdge"],
]);

const NAME = /\(\?P<([A-Za-z_]\w*)>/y;
const REFERENCE = /\(\?P=(\w+)\)/y;
const CONDITION = /\(\?\((\w+)\)/y;
const LOOK = /\(\?(<?)([=!])/y;
const PLAIN = /\(\?([aimsu]*)(?:-([ims]+))?:/y;
const FLAGS = /\(\?([aimsu]+)\)/y;
const COMMENT = /\(\?#[^)]*\)/y;
const COUNTS = /\{(\d{0,5})(?:(,)(\d{0,5}))?\}/y;

/**
 * Reads an expression.
 *
 * @param source with its fields written out; `(?i)` and the like hold from where they stand
 * @throws {FilterError} when it is none, or needs what no date does (possessive repeats, atomic groups)
 */
export function parseDateTree(source: string): DateExpression {
  return new Parser(source).run();
}

class Parser {
  readonly #source: string;
  readonly #names = new Map<string, number>();
  readonly #open = new Set<number>();
  #groupCount = 0;
  #depth = 0;
  #at = 0;
  #flags = "";

  constructor(source: string) {
    this.#source = source;
  }

  run(): DateExpression {
    const root = this.#branches();
    if (this.#at < this.#source.length) this.#fail('")" closes nothing');
    return { root, groupCount: this.#groupCount, names: this.#names };
  }

  #fail(problem: string, at = this.#at): never {
    throw new FilterError(this.#source, at, problem);
  }

  /** Reads up to a `)` or the end. */
  #branches(): DateNode {
    const branches = [this.#sequence()];
    while (this.#source[this.#at] === "|") {
      this.#at++;
      branches.push(this.#sequence());
    }
    return branches.length === 1 && branches[0] !== undefined
      ? branches[0]
      : { kind: "branches", branches };
  }

  #sequence(): DateNode {
    const parts: DateNode[] = [];
    while (this.#at < this.#source.length) {
      const character = this.#source[this.#at];
      if (character === "|" || character === ")") break;
      const atom = this.#atom();
      if (atom !== undefined) parts.push(this.#repeated(atom));
    }
    return { kind: "sequence", parts };
  }

  #atom(): DateNode | undefined {
    const character = this.#source[this.#at] ?? "";
    switch (character) {
      case "(":
        return this.#group();
      case "[": {
        const { length, ...parts } = readDateClass(this.#source, this.#at);
        return this.#set(parts, length);
      }
      case "\\":
        return this.#escape();
      case ".":
        return this.#set(
          {
            ranges: this.#flags.includes("s") ? [] : [[10, 10]],
            isNegated: true,
          },
          1,
        );
      case "^":
        return this.#edge(this.#isMultiLine() ? "lineStart" : "textStart", 1);
      case "$":
        return this.#edge(this.#isMultiLine() ? "lineEnd" : "dollar", 1);
      case "*":
      case "+":
      case "?":
        return this.#fail("repeat of nothing");
    }
    return this.#unit(character.charCodeAt(0), 1);
  }

  #isMultiLine(): boolean {
    return this.#flags.includes("m");
  }

  #edge(edge: DateEdge, length: number): DateNode {
    this.#at += length;
    return { kind: "edge", edge };
  }

  #set(parts: UnitSetParts, length: number): DateNode {
    this.#at += length;
    const ignoreCase = this.#flags.includes("i");
    return { kind: "set", set: new UnitSet({ ...parts, ignoreCase }) };
  }

  #unit(unit: number, length: number): DateNode {
    return this.#set({ ranges: [[unit, unit]] }, length);
  }

  #escape(): DateNode {
    const escape = readDateEscape(this.#source, this.#at);
    const { length } = escape;
    if (escape.kind === "letter") {
      return this.#set({ letters: escape.letter }, length);
    }
    if (escape.kind === "unit") return this.#unit(escape.unit, length);
    const edge = EDGES.get(escape.text);
    if (edge !== undefined) return this.#edge(edge, length);
    const group = this.#known(escape.text);
    this.#at += length;
    return { kind: "reference", group };
  }

  /** @returns the number of a group that is closed already */
  #known(name: string): number {
    const group = this.#names.get(name) ?? Number(name);
    const isKnown = group >= 1 && group <= this.#groupCount;
    if (!isKnown || this.#open.has(group)) {
      this.#fail(`group "${name}" is not there before its use`);
    }
    return group;
  }

  #group(): DateNode | undefined {
    const opened = this.#at;
    if (this.#read(COMMENT) !== null) return undefined;
    const flags = this.#read(FLAGS);
    if (flags !== null) {
      this.#flags += flags[1] ?? "";
      return undefined;
    }
    const reference = this.#read(REFERENCE);
    if (reference !== null) {
      return { kind: "reference", group: this.#known(reference[1] ?? "") };
    }
    if (++this.#depth > DEEPEST) this.#fail("groups are nested too deeply");
    const outer = this.#flags;
    const node = this.#bracketed();
    if (this.#source[this.#at] !== ")") this.#fail('"(" is not closed', opened);
    this.#at++;
    this.#depth--;
    this.#flags = outer;
    return node;
  }

  /** Reads what opens a group, and what is in it. */
  #bracketed(): DateNode {
    const plain = this.#read(PLAIN);
    if (plain !== null) {
      const [, on = "", off = ""] = plain;
      this.#flags = [...this.#flags + on].filter((flag) => !off.includes(flag))
        .join("");
      return this.#branches();
    }
    const look = this.#read(LOOK);
    if (look !== null) return this.#look(look[1] === "<", look[2] === "!");
    const condition = this.#read(CONDITION);
    if (condition !== null) return this.#condition(condition[1] ?? "");
    const named = this.#read(NAME);
    if (named === null) {
      if (this.#source[this.#at + 1] === "?") {
        this.#fail(
          `"${this.#source.slice(this.#at, this.#at + 4)}" opens no group`,
        );
      }
      this.#at++;
    }
    return this.#capture(named?.[1]);
  }

  #capture(name: string | undefined): DateNode {
    const group = ++this.#groupCount;
    if (name !== undefined) {
      if (this.#names.has(name)) this.#fail(`group "${name}" is defined twice`);
      this.#names.set(name, group);
    }
    this.#open.add(group);
    const body = this.#branches();
    this.#open.delete(group);
    return { kind: "capture", group, body };
  }

  #look(isBehind: boolean, isNegated: boolean): DateNode {
    const opened = this.#at;
    const body = this.#branches();
    const width = isBehind ? fixedWidthOf(body) : NaN;
    if (width === undefined) {
      this.#fail("looking behind needs a fixed width", opened);
    }
    return { kind: "look", width, isNegated, body };
  }

  #condition(name: string): DateNode {
    const group = this.#known(name);
    const body = this.#branches();
    const [yes = body, no = NOTHING, third] = body.kind === "branches"
      ? body.branches
      : [body];
    if (third !== undefined) this.#fail("a condition has two branches at most");
    return { kind: "condition", group, yes, no };
  }

  #repeated(body: DateNode): DateNode {
    const counts = this.#counts();
    if (counts === undefined) return body;
    if (body.kind === "edge") this.#fail("repeat of nothing");
    const [min, max] = counts;
    if (max < min) this.#fail("repeat ends before it begins");
    const isLazy = this.#source[this.#at] === "?";
    if (isLazy) this.#at++;
    const isDouble = "*+?".includes(this.#source[this.#at] ?? "none");
    if (isDouble) this.#fail("repeat of a repeat, or a possessive one");
    return { kind: "repeat", body, min, max, isLazy };
  }

  #counts(): readonly [min: number, max: number] | undefined {
    const mark = this.#source[this.#at];
    if (mark === "*" || mark === "+" || mark === "?") {
      this.#at++;
      return [mark === "+" ? 1 : 0, mark === "?" ? 1 : Infinity];
    }
    if (this.#source.startsWith("{}", this.#at)) return undefined;
    const hit = this.#read(COUNTS);
    if (hit === null) return undefined;
    const [, low = "", comma, high = ""] = hit;
    const min = Number(low);
    if (comma === undefined) return [min, min];
    return [min, high === "" ? Infinity : Number(high)];
  }

  #read(syntax: RegExp): RegExpExecArray | null {
    syntax.lastIndex = this.#at;
    const hit = syntax.exec(this.#source);
    if (hit !== null) this.#at += hit[0].length;
    return hit;
  }
}

const NOTHING: DateNode = { kind: "sequence", parts: [] };
