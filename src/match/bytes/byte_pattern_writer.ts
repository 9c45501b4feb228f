/**
 * Writes a pattern as functions of WebAssembly that run on the bytes of a line.
 *
 * Parts with one way at most are written in a row. Where there are several, what follows becomes a function, called for each
 * way in turn; so the ways that are still open are those of the functions that have not returned, and there is no stack of
 * ours. Functions take a place and give the place behind the hit back, `FAILED`, or `GIVEN_UP`.
 *
 * Groups note where they begin and end as they are passed. Whoever goes another way clears the groups of those he leaves, so
 * behind a hit each tells of the way that led to it.
 *
 * @module
 */

import type { ParsedPattern } from "../parsed_pattern.ts";
import {
  type ConditionNode,
  type LookNode,
  type PatternNode,
  type RepeatNode,
  widthOf,
} from "../pattern_tree.ts";
import { findFirst } from "../bounded/find_first.ts";
import { renewBudget, spendWay } from "./budget.ts";
import { type ByteSite, type ByteTests, setOf } from "./byte_tests.ts";
import { type FunctionCode, Op } from "./function_code.ts";
import type { GroupSlots } from "./group_slots.ts";
import { PLACE, Shared } from "./variables.ts";
import { FAILED } from "./verdicts.ts";
import { ANY_HEADS, type Heads, headsOf, mostGivenBack } from "./heads.ts";
import { writeLook } from "./look_writer.ts";
import type { ModuleWriter } from "./module_writer.ts";
import { isStraight } from "./straight.ts";
import { EMPTY, followOf, StraightWriter } from "./straight_writer.ts";

/** What is still to be matched. */
interface Rest {
  readonly heads: Heads;
  /** Writes it: what is written never goes on behind itself. */
  readonly write: (site: ByteSite) => void;
}

/** The hit ends here. */
const ACCEPT: Rest = {
  heads: ANY_HEADS,
  write: ({ code }) => {
    code.get(PLACE);
    code.add(Op.return);
  },
};

/** The same if it ends where it has to. */
const ACCEPT_AT_TARGET: Rest = {
  heads: ANY_HEADS,
  write: ({ code, fail }) => {
    code.get(PLACE);
    code.addIndexed(Op.getGlobal, Shared.target);
    code.add(Op.differ);
    code.jump(Op.jumpIf, fail);
    code.get(PLACE);
    code.add(Op.return);
  },
};

/** Writes the functions of one pattern. */
export class BytePatternWriter {
  readonly #module: ModuleWriter;
  readonly #parsed: ParsedPattern;
  readonly #tests: ByteTests;
  readonly #slots: GroupSlots;
  readonly #straight: StraightWriter;
  readonly #calls = new Map<Rest, Rest>();

  /** @param options.slots where the places of the groups go */
  constructor(
    module: ModuleWriter,
    parsed: ParsedPattern,
    { tests, slots }: { readonly tests: ByteTests; readonly slots: GroupSlots },
  ) {
    this.#module = module;
    this.#parsed = parsed;
    this.#tests = tests;
    this.#slots = slots;
    this.#straight = new StraightWriter({
      tests,
      slots,
      look: (node, site) => this.#look(node, site),
    });
  }

  /** @returns a function of the line's first byte and of the place behind its newline */
  write(): FunctionCode {
    const { root } = this.#parsed;
    const { isAnchored } = findFirst(root);
    const code = this.#module.createFunction(2);
    code.get(PLACE);
    code.addIndexed(Op.setGlobal, Shared.start);
    code.get(1);
    code.addIndexed(Op.setGlobal, Shared.end);
    renewBudget(code);
    if (isAnchored) {
      this.#slots.begin(0, code);
      this.#writeBody(code, (site) => this.#node(root, ACCEPT, site));
    } else this.#search(code);
    return code;
  }

  /** Tries one place after another. */
  #search(code: FunctionCode): void {
    const { root } = this.#parsed;
    const hit: Rest = {
      heads: headsOf(root, ANY_HEADS),
      write: (site) => this.#node(root, ACCEPT, site),
    };
    const call = this.#createCall(hit);
    const loop = code.open(Op.loop);
    const next = code.open(Op.block);
    this.#tests.expect(hit.heads, { code, fail: next });
    this.#slots.begin(0, code);
    call.write({ code, fail: next });
    code.close();
    this.#tests.move(code, 1);
    code.get(PLACE);
    code.addIndexed(Op.getGlobal, Shared.end);
    code.add(Op.lessOrEqual);
    code.jump(Op.jumpIf, loop);
    code.close();
    code.constant(FAILED);
  }

  /** Writes a function's body; where it fails, the function does. */
  #writeBody(code: FunctionCode, write: (site: ByteSite) => void): void {
    const fail = code.open(Op.block);
    write({ code, fail });
    code.close();
    code.constant(FAILED);
  }

  /** Writes a part and what follows it. */
  #node(node: PatternNode, rest: Rest, site: ByteSite): void {
    if (isStraight(node, rest.heads)) {
      this.#straight.write(node, rest.heads, site);
      return rest.write(site);
    }
    switch (node.kind) {
      case "sequence":
        return this.#sequence(node.parts, rest, site);
      case "branches":
        return this.#branches(node.branches, rest, site);
      case "capture":
        if (node.name === undefined) return this.#node(node.body, rest, site);
        this.#slots.begin(node.group, site.code);
        return this.#node(node.body, {
          heads: rest.heads,
          write: (behind) => {
            this.#slots.end(node.group, behind.code);
            rest.write(behind);
          },
        }, site);
      case "tag":
        return this.#node(node.body, rest, site);
      case "condition":
        return this.#condition(node, rest, site);
      case "repeat":
        return this.#repeat(node, rest, site);
      default:
        throw new Error(`No bytes can be made of "${node.kind}"`);
    }
  }

  /** As many parts as possible in a row. */
  #sequence(
    parts: readonly PatternNode[],
    rest: Rest,
    site: ByteSite,
  ): void {
    const follow = followOf(parts, rest.heads);
    let count = 0;
    while (
      count < parts.length &&
      isStraight(parts[count] ?? EMPTY, follow[count] ?? ANY_HEADS)
    ) count++;
    this.#straight.row(
      parts.slice(0, count),
      follow[count - 1] ?? ANY_HEADS,
      site,
    );
    const winding = parts[count];
    if (winding === undefined) return rest.write(site);
    const more = parts.slice(count + 1);
    const behind: Rest = more.length === 0 ? rest : {
      heads: follow[count] ?? ANY_HEADS,
      write: (later) => this.#sequence(more, rest, later),
    };
    this.#node(winding, behind, site);
  }

  /** Each of them, with the same behind it. */
  #branches(
    branches: readonly PatternNode[],
    rest: Rest,
    site: ByteSite,
  ): void {
    const call = this.#createCall(rest);
    this.#inTurn(
      branches.map((branch) => (way) => {
        for (const other of branches) {
          if (other !== branch) this.#slots.clear(other, way.code);
        }
        this.#node(branch, call, way);
      }),
      site,
    );
  }

  /** One of two, with the same behind it: where that fails, the other one is no way. */
  #condition(
    { group, yes, no }: ConditionNode,
    rest: Rest,
    { code, fail }: ByteSite,
  ): void {
    const call = this.#createCall(rest);
    const otherwise = code.open(Op.block);
    this.#slots.jumpIfLeftOut(group, code, otherwise);
    this.#slots.clear(no, code);
    this.#node(yes, call, { code, fail });
    code.close();
    this.#slots.clear(yes, code);
    this.#node(no, call, { code, fail });
  }

  /** What there must be at least, and then round by round. */
  #repeat(repeat: RepeatNode, rest: Rest, site: ByteSite): void {
    const { body, min, max, isLazy } = repeat;
    if (body.kind === "set") return this.#run(repeat, rest, site);
    if (min > 0) {
      const more = { ...repeat, min: 0, max: max - min };
      const copies = Array<PatternNode>(min).fill(body);
      return this.#sequence([...copies, more], rest, site);
    }
    if (max === 0) return rest.write(site);
    if (max === Infinity) return this.#loop(repeat, rest, site);
    const call = this.#createCall(rest);
    const more = { ...repeat, max: max - 1 };
    const again: Rest = max === 1 ? call : {
      heads: headsOf(more, call.heads),
      write: (behind) => this.#repeat(more, call, behind),
    };
    const take = (way: ByteSite) => this.#node(body, again, way);
    const leave = (way: ByteSite) => {
      this.#slots.clear(body, way.code);
      call.write(way);
    };
    this.#inTurn(isLazy ? [leave, take] : [take, leave], site);
  }

  /** Without an end: a function that calls itself behind each round. */
  #loop(repeat: RepeatNode, rest: Rest, site: ByteSite): void {
    const { body, isLazy } = repeat;
    const heads = headsOf(
      { kind: "repeat", body, min: 0, max: Infinity, isLazy },
      rest.heads,
    );
    const mayBeEmpty = widthOf(body).min === 0;
    const round: Rest = {
      heads,
      write: (inner) => {
        spendWay(inner.code);
        const again = this.#createCall(round);
        if (mayBeEmpty) return this.#emptyRound(repeat, { again, rest }, inner);
        const take = (way: ByteSite) => this.#node(body, again, way);
        this.#inTurn(isLazy ? [rest.write, take] : [take, rest.write], inner);
      },
    };
    this.#createCall(round).write(site);
  }

  /** A round that took nothing is the last one. Where it began all functions know; whoever fails says what was before. */
  #emptyRound(
    { body, isLazy }: RepeatNode,
    { again, rest }: { readonly again: Rest; readonly rest: Rest },
    { code, fail }: ByteSite,
  ): void {
    const began = this.#module.createGlobal();
    const before = code.local();
    const call = this.#createCall(rest);
    const behind: Rest = {
      heads: ANY_HEADS,
      write: (later) => {
        const isMore = later.code.open(Op.block);
        later.code.get(PLACE);
        later.code.addIndexed(Op.getGlobal, began);
        later.code.add(Op.differ);
        later.code.jump(Op.jumpIf, isMore);
        call.write(later);
        later.code.close();
        again.write(later);
      },
    };
    code.addIndexed(Op.getGlobal, began);
    code.set(before);
    code.get(PLACE);
    code.addIndexed(Op.setGlobal, began);
    const isOver = code.open(Op.block);
    const take = (way: ByteSite) => this.#node(body, behind, way);
    this.#inTurn(isLazy ? [call.write, take] : [take, call.write], {
      code,
      fail: isOver,
    });
    code.close();
    code.get(before);
    code.addIndexed(Op.setGlobal, began);
    code.jump(Op.jump, fail);
  }

  /** Characters of a set, as many as possible or as few; what follows tells how many. */
  #run(repeat: RepeatNode, rest: Rest, site: ByteSite): void {
    const { code, fail } = site;
    const call = this.#createCall(rest);
    const least = code.local();
    this.#tests.takeLeast(repeat, site);
    code.get(PLACE);
    code.set(least);
    const limit = this.#tests.limitOf(repeat, code);
    if (!repeat.isLazy) {
      this.#tests.takeAll(repeat, limit, code);
      this.#tests.raise(least, mostGivenBack(setOf(repeat), rest.heads), code);
    }
    const loop = code.open(Op.loop);
    const skip = code.open(Op.block);
    this.#tests.expect(call.heads, { code, fail: skip });
    spendWay(code);
    call.write({ code, fail: skip });
    code.close();
    if (repeat.isLazy) this.#tests.takeOne(repeat, limit, site);
    else {
      this.#tests.moveBack(repeat, call.heads, code);
      code.get(PLACE);
      code.get(least);
      code.add(Op.less);
      code.jump(Op.jumpIf, fail);
    }
    code.jump(Op.jump, loop);
    code.close();
    code.jump(Op.jump, fail);
  }

  /** Tries ways from the same place; the last one fails where the site does. */
  #inTurn(
    ways: readonly ((site: ByteSite) => void)[],
    { code, fail }: ByteSite,
  ): void {
    const place = code.local();
    code.get(PLACE);
    code.set(place);
    for (const way of ways.slice(0, -1)) {
      const next = code.open(Op.block);
      way({ code, fail: next });
      code.close();
      code.get(place);
      code.set(PLACE);
    }
    ways.at(-1)?.({ code, fail });
  }

  /** Makes a function of what follows, so that it can be gone on with from several places. */
  #createCall(rest: Rest): Rest {
    if (rest === ACCEPT) return rest;
    const known = this.#calls.get(rest);
    if (known !== undefined) return known;
    const callee = this.#module.createFunction(1);
    const call: Rest = {
      heads: rest.heads,
      write: ({ code, fail }) => {
        const found = code.local();
        code.get(PLACE);
        code.addIndexed(Op.call, callee.index);
        code.addIndexed(Op.teeLocal, found);
        code.constant(FAILED);
        code.add(Op.equal);
        code.jump(Op.jumpIf, fail);
        code.get(found);
        code.add(Op.return);
      },
    };
    this.#calls.set(rest, call);
    this.#calls.set(call, call);
    this.#writeBody(callee, rest.write);
    return call;
  }

  /** A function tells whether what is looked for is there. */
  #look(node: LookNode, site: ByteSite): void {
    const callee = this.#module.createFunction(1);
    const accept = node.isBehind ? ACCEPT_AT_TARGET : ACCEPT;
    this.#writeBody(callee, (inner) => this.#node(node.body, accept, inner));
    writeLook({ node, callee, tests: this.#tests }, site);
  }
}
