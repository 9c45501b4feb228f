/**
 * Reads Python's pattern syntax with a filter's tags.
 *
 * @module
 */

import { ANYTHING, type CharSet, NO_NEWLINE, singleSet } from "./char_class.ts";
import { readClass, readEscape } from "./class_reader.ts";
import { FilterError } from "./filter_error.ts";
import { GroupNumbers } from "./group_numbers.ts";
import { type GroupSyntax, readGroup } from "./group_syntax.ts";
import type { ParsedPattern, SyntaxOptions } from "./parsed_pattern.ts";
import { NO_FLAGS, type PatternFlags, withFlags } from "./pattern_flags.ts";
import {
  type Assertion,
  ESCAPED_ASSERTIONS,
  type LookNode,
  type PatternNode,
  widthOf,
} from "./pattern_tree.ts";
import { readRepeat } from "./repeat.ts";
import {
  type Dialect,
  holdsHostGroup,
  HOST_GROUPS,
  type HostTags,
  isDottedPortAt,
  readTag,
  type Tag,
} from "./tags.ts";

/** Deeper than any pattern written by hand; each level takes some of the stack. */
const DEEPEST_GROUP = 200;

/**
 * Parses a pattern.
 *
 * @param dialect how tags may be written; default `v8`
 * @throws {FilterError} when Python or a tag would not have it so
 */
export function parsePattern(
  pattern: string,
  options: SyntaxOptions = {},
  dialect: Dialect = "v8",
): ParsedPattern {
  return new PatternParser(pattern, options, dialect).run();
}

class PatternParser {
  readonly #pattern: string;
  readonly #dialect: Dialect;
  readonly #hosts: HostTags;
  readonly #groups = new GroupNumbers();
  #flags: PatternFlags;
  /** The text that is read: the pattern, or what a tag stands for. */
  #text: string;
  #at = 0;
  #skips = 0;
  #depth = 0;
  #branchCount = 0;
  /** Where the tag stands whose text is read, -1 for none: its errors are the tag's. */
  #tagAt = -1;
  #hasDottedPort = false;

  constructor(pattern: string, options: SyntaxOptions, dialect: Dialect) {
    const { hosts = "whole", multiLine = false, ignoreCase = false } = options;
    this.#pattern = pattern;
    this.#text = pattern;
    this.#dialect = dialect;
    this.#hosts = hosts;
    this.#flags = { ...NO_FLAGS, multiLine, ignoreCase };
  }

  run(): ParsedPattern {
    const root = this.#branches();
    if (this.#text[this.#at] === ")") this.#fail('")" closes nothing');
    if (this.#at < this.#text.length) this.#refuseClosingTag();
    return {
      pattern: this.#pattern,
      root,
      groups: [...this.#groups.numbers.keys()],
      numbers: this.#groups.numbers,
      groupCount: this.#groups.count,
      hasDottedPort: this.#hasDottedPort,
    };
  }

  #fail(problem: string, offset = this.#at): never {
    const place = this.#tagAt < 0 ? offset : this.#tagAt;
    throw new FilterError(this.#pattern, place, problem);
  }

  #refuseClosingTag(): never {
    const end = this.#text.indexOf(">", this.#at) + 1;
    this.#fail(`${this.#text.slice(this.#at, end)} closes nothing`);
  }

  /** Up to a `)`, a closing tag or the end. */
  #branches(): PatternNode {
    const branches = [this.#sequence()];
    while (this.#text[this.#at] === "|") {
      this.#at++;
      branches.push(this.#sequence());
    }
    this.#branchCount = branches.length;
    return branches.length === 1
      ? branches[0] ?? EMPTY
      : { kind: "branches", branches };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    for (;;) {
      const next = this.#text[this.#at];
      if (next === undefined || next === "|" || next === ")") break;
      const atom = this.#atom(next);
      if (atom === "closing tag") break;
      if (atom !== undefined) parts.push(this.#repeated(atom, next));
    }
    return parts.length === 1 ? parts[0] ?? EMPTY : { kind: "sequence", parts };
  }

  /** @returns undefined for what is nothing: a comment, flags */
  #atom(next: string): PatternNode | "closing tag" | undefined {
    switch (next) {
      case "\\":
        return this.#escape();
      case "[":
        return this.#class();
      case "(":
        return this.#group(readGroup(this.#text, this.#at));
      case ".":
        return this.#set(this.#flags.dotAll ? ANYTHING : NO_NEWLINE, 1);
      case "^":
        return this.#assert(this.#flags.multiLine ? "lineStart" : "textStart");
      case "$":
        return this.#assert(this.#flags.multiLine ? "lineEnd" : "dollar");
      case "*":
      case "+":
      case "?":
      case "{":
        if (readRepeat(this.#text, this.#at) === undefined) break;
        this.#fail("repeat of nothing");
        break;
      case "<":
        return this.#tag();
    }
    return this.#literal(this.#text.codePointAt(this.#at) ?? 0);
  }

  #set(set: CharSet, length: number): PatternNode {
    this.#at += length;
    return { kind: "set", set };
  }

  #literal(code: number, length = code > 0xffff ? 2 : 1): PatternNode {
    return this.#set(singleSet(code, this.#flags.ignoreCase), length);
  }

  #class(): PatternNode {
    const { ignoreCase } = this.#flags;
    const { set, length } = readClass(this.#text, this.#at, ignoreCase);
    return this.#set(set, length);
  }

  #assert(assertion: Assertion, length = 1): PatternNode {
    this.#at += length;
    return { kind: "assertion", assertion };
  }

  #escape(): PatternNode {
    const escape = readEscape(this.#text, this.#at);
    const { length } = escape;
    if (escape.kind === "unit") return this.#literal(escape.code, length);
    const { letter } = escape;
    if (escape.kind === "set") {
      return this.#set(
        { isNegated: false, ranges: [], letters: letter },
        length,
      );
    }
    if (/^\d/.test(letter)) return this.#reference(letter, length);
    const assertion = ESCAPED_ASSERTIONS.get(letter);
    if (assertion === undefined) {
      this.#fail(`escape "\\${letter}" has no meaning`);
    }
    return this.#assert(assertion, length);
  }

  /** @param name of a group, or its number */
  #reference(name: string, length: number): PatternNode {
    const group = this.#numberOf(name);
    this.#at += length;
    return {
      kind: "reference",
      group,
      ignoreCase: this.#flags.ignoreCase,
    };
  }

  #numberOf(name: string): number {
    const isNumber = /^\d+$/.test(name);
    const number = isNumber ? +name : this.#groups.numbers.get(name) ?? 0;
    if (!this.#groups.isClosed(number)) {
      const shown = isNumber ? name : `"${name}"`;
      this.#fail(`group ${shown} is not there before its use`);
    }
    return number;
  }

  #tag(): PatternNode | "closing tag" {
    const tag = this.#tagAt < 0 ? this.#readTag() : undefined;
    switch (tag?.kind) {
      case undefined:
        return this.#literal(0x3c);
      case "refused":
        return this.#fail(tag.reason);
      case "text":
        return this.#expand(tag);
      case "open":
        return this.#capture(tag.name, tag.text.length, "tag");
      case "close":
        return "closing tag";
    }
  }

  /** Reads what the tag stands for in its place; an error of a group's name is one of the tag. */
  #expand(tag: Tag & { readonly kind: "text" }): PatternNode {
    const at = this.#at;
    const flags = this.#flags;
    if (tag.text === "<SKIPLINES>") this.#skips++;
    this.#tagAt = at;
    this.#flags = NO_FLAGS;
    this.#text = tag.source;
    this.#at = 0;
    const body = this.#branches();
    this.#text = this.#pattern;
    this.#at = at + tag.text.length;
    this.#flags = flags;
    this.#tagAt = -1;
    for (let i = 0; i < tag.foreign; i++) {
      this.#groups.close(this.#groups.add());
    }
    if (holdsHostGroup(tag.source)) this.#noteDottedPort();
    return { kind: "tag", body };
  }

  #noteDottedPort(): void {
    if (isDottedPortAt(this.#text, this.#at)) this.#hasDottedPort = true;
  }

  #group(group: GroupSyntax): PatternNode | undefined {
    const { length } = group;
    switch (group.kind) {
      case "capture":
      case "named": {
        const name = group.kind === "named" ? group.name : undefined;
        return this.#capture(name, length, "group");
      }
      case "look":
        return this.#look(group);
      case "atomic":
        return { kind: "atomic", body: this.#within(length) };
      case "plain": {
        const flags = withFlags(this.#flags, group.on, group.off);
        return this.#within(length, { flags });
      }
      case "reference":
        return this.#reference(group.name, length);
      case "condition":
        return this.#condition(group.name, length);
      case "flags":
        return this.#globalFlags(group.on, length);
      case "comment":
        this.#at += length;
        return undefined;
    }
  }

  #capture(
    name: string | undefined,
    length: number,
    kind: "group" | "tag",
  ): PatternNode {
    if (name !== undefined && this.#groups.numbers.has(name)) {
      this.#fail(`group "${name}" is defined twice`);
    }
    const group = this.#groups.add(name);
    const body = this.#within(length, { kind, name });
    this.#groups.close(group);
    if (HOST_GROUPS.some((host) => host === name)) this.#noteDottedPort();
    return { kind: "capture", group, name, body };
  }

  #look(
    group: Pick<LookNode, "isBehind" | "isNegated"> & {
      readonly length: number;
    },
  ): PatternNode {
    const { isBehind, isNegated, length } = group;
    const offset = this.#at;
    const body = this.#within(length);
    const { min, max } = widthOf(body);
    if (isBehind && min !== max && this.#tagAt < 0) {
      this.#fail(
        "look-behind matches more or less, expected one fixed number of characters",
        offset,
      );
    }
    return { kind: "look", isBehind, isNegated, body };
  }

  #condition(name: string, length: number): PatternNode {
    const group = this.#numberOf(name);
    const offset = this.#at;
    const body = this.#within(length);
    if (this.#branchCount > 2) {
      this.#fail("condition has more than two branches", offset);
    }
    const isPair = this.#branchCount === 2 && body.kind === "branches";
    const [yes = EMPTY, no = EMPTY] = isPair ? body.branches : [body];
    return { kind: "condition", group, yes, no };
  }

  #globalFlags(on: string, length: number): undefined {
    if (!/^(?:\(\?[A-Za-z]+\))*$/.test(this.#text.slice(0, this.#at))) {
      this.#fail(`(?${on}) stands in the middle, expected (?${on}:…)`);
    }
    this.#at += length;
    this.#flags = withFlags(this.#flags, on);
    return undefined;
  }

  /** Reads what stands between an opening of this length and its end. */
  #within(
    length: number,
    { kind = "group", name, flags = this.#flags }: {
      readonly kind?: "group" | "tag";
      readonly name?: string | undefined;
      readonly flags?: PatternFlags;
    } = {},
  ): PatternNode {
    const offset = this.#at;
    const outer = this.#flags;
    if (++this.#depth > DEEPEST_GROUP) this.#fail("groups are too deep");
    this.#at += length;
    this.#flags = flags;
    const body = this.#branches();
    if (this.#at >= this.#text.length) {
      const what = kind === "tag" ? `tag of "${name}"` : '"("';
      this.#fail(`${what} is not closed`, offset);
    }
    if (kind === "tag") this.#closeTag(name);
    else if (this.#text[this.#at] !== ")") this.#refuseClosingTag();
    else this.#at++;
    this.#flags = outer;
    this.#depth--;
    return body;
  }

  #closeTag(name: string | undefined): void {
    if (this.#text[this.#at] === ")") {
      this.#fail(`")" closes nothing within "${name}"`);
    }
    const tag = this.#readTag();
    if (tag?.kind !== "close" || tag.name !== name) this.#refuseClosingTag();
    this.#at += tag.text.length;
  }

  #readTag(): Tag | undefined {
    return readTag(this.#text, this.#at, {
      dialect: this.#dialect,
      hosts: this.#hosts,
      skips: this.#skips,
    });
  }

  /** @param opened what the atom begins with: an assertion in parentheses may be repeated */
  #repeated(atom: PatternNode, opened: string): PatternNode {
    const repeat = this.#readRepeat();
    if (repeat === undefined) return atom;
    if (atom.kind === "assertion" && opened !== "(") {
      this.#fail("repeat of nothing");
    }
    const { min, max, isLazy, isPossessive, length } = repeat;
    this.#at += length;
    if (this.#readRepeat() !== undefined) this.#fail("repeat of a repeat");
    const body: PatternNode = { kind: "repeat", body: atom, min, max, isLazy };
    return isPossessive ? { kind: "atomic", body } : body;
  }

  #readRepeat() {
    const next = this.#text[this.#at];
    if (next === undefined || !"*+?{".includes(next)) return undefined;
    return readRepeat(this.#text, this.#at);
  }
}

const EMPTY: PatternNode = { kind: "sequence", parts: [] };
