/**
 * Python's pattern syntax, with a filter's tags, to JavaScript's.
 *
 * The result needs none of the flags `i`, `u`, `v`, `d`, for which V8 has no linear fallback, and no look-ahead that the
 * pattern did not have: `$` at the end of a branch consumes the line's newline instead of looking at it.
 *
 *     (?i)from <HOST>$   →   [Ff][Rr][Oo][Mm] (?:\[?(?:…(?<ip4>…)|…(?<ip6>…))\]?)(?:\n?$)
 *
 * `\d`, `\w` and `\b` are ASCII, `\s` is Python's.
 *
 * @module
 */

import {
  foldRanges,
  printRanges,
  printUnit,
  type Ranges,
} from "./char_class.ts";
import { readClass, readEscape } from "./class_reader.ts";
import { FilterError } from "./filter_error.ts";
import { createFrame, createRoot, type Frame, type Opening } from "./frame.ts";
import { GroupNumbers } from "./group_numbers.ts";
import { type GroupSyntax, readGroup } from "./group_syntax.ts";
import { NO_FLAGS, withFlags } from "./pattern_flags.ts";
import { printRepeat, readRepeat } from "./repeat.ts";
import { type Dialect, HOST_GROUPS, readTag, type Tag } from "./tags.ts";

/** A pattern in JavaScript's syntax. */
export interface Translation {
  readonly source: string;
  /** Names of its groups in order. */
  readonly groups: readonly string[];
  /**
   * Number of the group that holds all that matched behind the host, by which its place is known; 0 where the host is
   * within another group.
   */
  readonly tailGroup: number;
  /** Whether it holds a back-reference, which RE2's own translation would take for text. */
  readonly hasReference: boolean;
  /** Whether the pattern itself goes on with a dot and digits behind the host, as for `192.0.2.7.50550` (a port). */
  readonly hasDottedPort: boolean;
}

/** What a quantifier would apply to. */
type Atom = "nothing" | "unit" | "group" | "assertion" | "repeat";

const DOLLAR_LOOKING = "(?=\\n?$)";
const DOLLAR_CONSUMING = "(?:\\n?$)";
/** `<HOST>\.\d+` */
const DOTTED_PORT = /\\\.\(?(?:\?:)?(?:\\d|\[0-9\]|<F-PORT\/>)/y;
const LINE_START = "(?:^|(?<=\\n))";

/** `^` and `$` without the flag m are the very ends, which is what \A and \Z say. */
const ASSERTIONS: ReadonlyMap<string, string> = new Map([
  ["A", "^"],
  ["Z", "$"],
  ["b", "\\b"],
  ["B", "\\B"],
]);

/**
 * Translates a pattern.
 *
 * @param dialect `re2` leaves look-behind out of the address expressions; default `v8`
 * @throws {FilterError} when it is no pattern, or needs what is not there yet
 */
export function translatePattern(
  pattern: string,
  dialect: Dialect = "v8",
): Translation {
  return new Translator(pattern, dialect).run();
}

class Translator {
  readonly #pattern: string;
  readonly #dialect: Dialect;
  readonly #pieces: string[] = [];
  readonly #groups = new GroupNumbers();
  readonly #frames: Frame[] = [createRoot(NO_FLAGS)];
  #flags = NO_FLAGS;
  #at = 0;
  #last: Atom = "nothing";
  #tail: "none" | "wanted" | "open" | "closed" = "none";
  #tailGroup = 0;
  #hasDottedPort = false;
  #hasReference = false;
  #lastPiece = 0;
  #lastDollars: readonly number[] = [];

  constructor(pattern: string, dialect: Dialect) {
    this.#pattern = pattern;
    this.#dialect = dialect;
  }

  run(): Translation {
    while (this.#at < this.#pattern.length) this.#step();
    const top = this.#top();
    if (top.kind !== "root") {
      const opened = top.isTag ? `tag of "${top.name}"` : '"("';
      this.#fail(`${opened} is not closed`, top.offset);
    }
    for (const piece of [...top.dollars, ...top.closedDollars]) {
      this.#pieces[piece] = DOLLAR_CONSUMING;
    }
    this.#closeTail();
    return {
      source: this.#pieces.join(""),
      groups: this.#groups.names,
      tailGroup: this.#tailGroup,
      hasReference: this.#hasReference,
      hasDottedPort: this.#hasDottedPort,
    };
  }

  #step(): void {
    switch (this.#pattern[this.#at]) {
      case "\\":
        return this.#escape();
      case "[":
        return this.#class();
      case "(":
        return this.#group(readGroup(this.#pattern, this.#at));
      case ")":
        return this.#close();
      case "|":
        return this.#branch();
      case ".":
        return this.#emit("unit", this.#flags.dotAll ? "[^]" : "[^\\n]");
      case "^":
        return this.#start();
      case "$":
        return this.#dollar();
      case "*":
      case "+":
      case "?":
      case "{":
        return this.#quantifier();
      case "<":
        return this.#tag();
      default:
        return this.#literal(this.#pattern.codePointAt(this.#at) ?? 0);
    }
  }

  #top(): Frame {
    const frame = this.#frames.at(-1);
    if (frame === undefined) throw new Error("The outermost frame is gone");
    return frame;
  }

  #fail(problem: string, offset = this.#at): never {
    throw new FilterError(this.#pattern, offset, problem);
  }

  /** Adds one atom; a `$` before it in the same branch is then no longer at the end. */
  #emit(atom: Atom, source: string, length = 1): void {
    this.#top().dollars = [];
    if (this.#tail === "wanted") this.#openTail();
    this.#lastPiece = this.#pieces.push(source) - 1;
    this.#last = atom;
    this.#lastDollars = [];
    this.#at += length;
  }

  #literal(code: number, length = code > 0xffff ? 2 : 1): void {
    if (code > 0xffff) {
      this.#emit("group", `(?:${String.fromCodePoint(code)})`, length);
    } else if (this.#flags.ignoreCase) {
      this.#set(foldRanges([[code, code]]), length);
    } else this.#emit("unit", printUnit(code), length);
  }

  #set(ranges: Ranges, length: number): void {
    this.#emit("unit", printRanges(ranges), length);
  }

  #class(): void {
    const { ignoreCase } = this.#flags;
    const read = readClass(this.#pattern, this.#at, ignoreCase);
    this.#set(read.ranges, read.length);
  }

  #escape(): void {
    const escape = readEscape(this.#pattern, this.#at);
    const { length } = escape;
    if (escape.kind === "set") return this.#set(escape.ranges, length);
    if (escape.kind === "unit") return this.#literal(escape.code, length);
    const { letter } = escape;
    if (/^\d/.test(letter)) return this.#numbered(Number(letter), length);
    const assertion = ASSERTIONS.get(letter);
    if (assertion === undefined) {
      this.#fail(`escape "\\${letter}" has no meaning`);
    }
    this.#emit("assertion", assertion, length);
  }

  #numbered(python: number, length: number): void {
    const group = this.#groups.numberOf(python);
    if (group === undefined) this.#fail(`group ${python} is not there`);
    this.#reference(`(?:\\${group})`, length);
  }

  #named(name: string, length: number): void {
    const isOpen = this.#frames.some((frame) => frame.name === name);
    if (isOpen || !this.#groups.names.includes(name)) {
      this.#fail(`group "${name}" is not there before its use`);
    }
    this.#reference(`(?:\\k<${name}>)`, length);
  }

  #reference(source: string, length: number): void {
    // Without the flag i, nothing in JavaScript compares in that way.
    if (this.#flags.ignoreCase) {
      this.#fail("back-reference under (?i) is not there yet");
    }
    this.#hasReference = true;
    this.#emit("group", source, length);
  }

  #start(): void {
    this.#emit("assertion", this.#flags.multiLine ? LINE_START : "^");
  }

  #dollar(): void {
    this.#emit("assertion", DOLLAR_LOOKING);
    this.#top().dollars.push(this.#lastPiece);
  }

  #branch(): void {
    const frame = this.#top();
    frame.closedDollars.push(...frame.dollars);
    frame.dollars = [];
    if (frame.kind === "root") this.#closeTail();
    this.#pieces.push("|");
    this.#last = "nothing";
    this.#at++;
  }

  #tag(): void {
    const tag = readTag(this.#pattern, this.#at, this.#dialect);
    switch (tag?.kind) {
      case undefined:
        return this.#literal(0x3c);
      case "refused":
        return this.#fail(tag.reason);
      case "address":
        return this.#address(tag);
      case "open":
        return this.#capture(tag.name, tag.text.length, true);
      case "close":
        return this.#closeTag(tag.name, tag.text);
    }
  }

  #address(tag: Tag & { readonly kind: "address" }): void {
    for (const name of tag.groups) {
      if (name === undefined) this.#groups.addForeign();
      else this.#define(name);
    }
    this.#emit("group", `(?:${tag.source})`, tag.text.length);
    for (const name of tag.groups) this.#wantTail(name);
  }

  /** Not before the next atom, since a quantifier may follow the host. */
  #wantTail(name: string | undefined): void {
    const isHost = HOST_GROUPS.some((group) => group === name);
    if (!isHost) return;
    DOTTED_PORT.lastIndex = this.#at;
    if (DOTTED_PORT.test(this.#pattern)) this.#hasDottedPort = true;
    const isOutermost = this.#frames.length === 1;
    if (isOutermost && this.#tail === "none") this.#tail = "wanted";
  }

  #openTail(): void {
    this.#pieces.push("(");
    this.#tailGroup = this.#groups.addOwn();
    this.#tail = "open";
  }

  #closeTail(): void {
    if (this.#tail === "wanted") this.#openTail();
    if (this.#tail !== "open") return;
    this.#pieces.push(")");
    this.#tail = "closed";
  }

  #define(name: string): void {
    if (this.#groups.addNamed(name)) return;
    this.#fail(`group "${name}" is defined twice`);
  }

  #group(group: GroupSyntax): void {
    const { length } = group;
    switch (group.kind) {
      case "capture":
        this.#groups.addUnnamed();
        return this.#push({ kind: "capture", source: "(", length });
      case "named":
        return this.#capture(group.name, length, false);
      case "look":
        return this.#push({ kind: "look", source: group.source, length });
      case "plain":
        this.#push({ kind: "plain", source: "(?:", length });
        this.#flags = withFlags(this.#flags, group.on, group.off);
        return;
      case "reference":
        return this.#named(group.name, length);
      case "flags":
        return this.#globalFlags(group.on, length);
      case "comment":
        this.#at += length;
    }
  }

  #capture(name: string, length: number, isTag: boolean): void {
    this.#define(name);
    const source = `(?<${name}>`;
    this.#push({ kind: "capture", source, length, name, isTag });
  }

  #globalFlags(on: string, length: number): void {
    if (this.#pieces.length > 0) {
      this.#fail(`(?${on}) stands in the middle, expected (?${on}:…)`);
    }
    this.#at += length;
    this.#flags = withFlags(this.#flags, on);
  }

  #push(opening: Opening): void {
    const place = { offset: this.#at, outer: this.#flags };
    this.#emit("nothing", opening.source, opening.length);
    this.#frames.push(createFrame(opening, place));
  }

  #close(): void {
    const frame = this.#top();
    if (frame.kind === "root") this.#fail('")" closes nothing');
    if (frame.isTag) this.#fail(`")" closes nothing within "${frame.name}"`);
    this.#pop(frame, 1);
  }

  #closeTag(name: string, text: string): void {
    const frame = this.#top();
    if (!frame.isTag || frame.name !== name) {
      this.#fail(`${text} closes nothing`);
    }
    this.#pop(frame, text.length);
  }

  #pop(frame: Frame, length: number): void {
    this.#frames.pop();
    this.#flags = frame.outer;
    this.#pieces.push(")");
    this.#at += length;
    this.#last = "group";
    // A capture must not hold the newline, and looking around must not consume it.
    const isOpenEnded = frame.kind === "plain";
    this.#lastDollars = isOpenEnded
      ? [...frame.dollars, ...frame.closedDollars]
      : [];
    this.#top().dollars = [...this.#lastDollars];
    this.#wantTail(frame.name);
  }

  #quantifier(): void {
    const repeat = readRepeat(this.#pattern, this.#at);
    if (repeat === undefined) return this.#literal(0x7b);
    if (this.#last === "nothing" || this.#last === "assertion") {
      this.#fail("repeat of nothing");
    }
    if (this.#last === "repeat") this.#fail("repeat of a repeat");
    if (repeat.max > 1 && this.#lastDollars.length > 0) {
      this.#top().dollars = [];
    }
    // A group's pieces stay apart: a `$` in it is still to be decided.
    const unit = this.#last === "unit" ? this.#pieces.pop() ?? "" : "";
    const isUnrolled = unit !== "" && this.#dialect === "v8";
    this.#pieces.push(printRepeat(unit, repeat, isUnrolled));
    this.#at += repeat.length;
    this.#last = "repeat";
  }
}
