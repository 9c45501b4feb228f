/**
 * Writes the parts of a pattern that have one way at most: instructions that go on behind themselves.
 *
 * @module
 */

import type { LookNode, PatternNode, RepeatNode } from "../pattern_tree.ts";
import type { ByteSite, ByteTests } from "./byte_tests.ts";
import { type Label, Op } from "./function_code.ts";
import type { GroupSlots } from "./group_slots.ts";
import {
  ANY_HEADS,
  asciiSetOf,
  type Heads,
  headsOf,
  onlyMember,
} from "./heads.ts";
import { PLACE } from "./variables.ts";

/** Takes no room. */
export const EMPTY: PatternNode = { kind: "sequence", parts: [] };

/** What they are written with. */
export interface StraightOptions {
  readonly tests: ByteTests;
  readonly slots: GroupSlots;
  /** Writes what looks around: a function of its own. */
  readonly look: (node: LookNode, site: ByteSite) => void;
}

/** Writes straight parts; which ones are `isStraight` tells. */
export class StraightWriter {
  readonly #tests: ByteTests;
  readonly #slots: GroupSlots;
  readonly #look: StraightOptions["look"];

  constructor({ tests, slots, look }: StraightOptions) {
    this.#tests = tests;
    this.#slots = slots;
    this.#look = look;
  }

  /** Writes a part that has one way at most. */
  write(node: PatternNode, follow: Heads, site: ByteSite): void {
    switch (node.kind) {
      case "set":
        return this.#tests.take(asciiSetOf(node.set), site);
      case "assertion":
        return this.#tests.assert(node.assertion, site);
      case "sequence":
        return this.row(node.parts, follow, site);
      case "branches":
        return this.#eitherStraight(node.branches, follow, site);
      case "capture":
        if (node.name === undefined) return this.write(node.body, follow, site);
        this.#slots.begin(node.group, site.code);
        this.write(node.body, follow, site);
        return this.#slots.end(node.group, site.code);
      case "tag":
        return this.write(node.body, follow, site);
      case "look":
        return this.#look(node, site);
      case "repeat":
        return this.#straightRepeat(node, follow, site);
      default:
        throw new Error(`No bytes can be made of "${node.kind}"`);
    }
  }

  /** Characters in a row are compared together. */
  row(
    parts: readonly PatternNode[],
    end: Heads,
    site: ByteSite,
  ): void {
    const follow = followOf(parts, end);
    for (let at = 0; at < parts.length;) {
      const text = textAt(parts, at);
      if (text.length > 1) this.#tests.takeText(text, site);
      else this.write(parts[at] ?? EMPTY, follow[at] ?? ANY_HEADS, site);
      at += Math.max(1, text.length);
    }
  }

  /** One excludes the others; whoever fails halfway was none of them. */
  #eitherStraight(
    branches: readonly PatternNode[],
    follow: Heads,
    { code, fail }: ByteSite,
  ): void {
    const place = code.local();
    code.get(PLACE);
    code.set(place);
    const done = code.open(Op.block);
    for (const [index, branch] of branches.entries()) {
      const isLast = index === branches.length - 1;
      const next: Label = isLast ? fail : code.open(Op.block);
      for (const other of branches) {
        if (other !== branch) this.#slots.clear(other, code);
      }
      this.write(branch, follow, { code, fail: next });
      if (isLast) break;
      code.jump(Op.jump, done);
      code.close();
      code.get(place);
      code.set(PLACE);
    }
    code.close();
  }

  /** As many as there are: what follows begins with something else. */
  #straightRepeat(repeat: RepeatNode, follow: Heads, site: ByteSite): void {
    const { body, min, max } = repeat;
    const { code } = site;
    if (body.kind === "set") {
      this.#tests.takeLeast(repeat, site);
      if (max === min) return;
      return this.#tests.takeAll(
        repeat,
        this.#tests.limitOf(repeat, code),
        code,
      );
    }
    if (min === max) {
      return this.row(Array<PatternNode>(min).fill(body), follow, site);
    }
    const done = code.open(Op.block);
    const skip = code.open(Op.block);
    const place = code.local();
    code.get(PLACE);
    code.set(place);
    this.write(body, follow, { code, fail: skip });
    code.jump(Op.jump, done);
    code.close();
    code.get(place);
    code.set(PLACE);
    this.#slots.clear(body, code);
    code.close();
  }
}

/** @returns for each part the heads of what follows it */
export function followOf(
  parts: readonly PatternNode[],
  end: Heads,
): readonly Heads[] {
  const follow: Heads[] = [];
  let heads = end;
  for (let at = parts.length - 1; at >= 0; at--) {
    follow[at] = heads;
    heads = headsOf(parts[at] ?? EMPTY, heads);
  }
  return follow;
}

/** @returns the characters that stand one behind the other from a part on */
function textAt(parts: readonly PatternNode[], from: number): string {
  let text = "";
  for (let at = from; at < parts.length; at++) {
    const part = parts[at];
    const only = part?.kind === "set" ? onlyMember(asciiSetOf(part.set)) : -1;
    if (only < 0) break;
    text += String.fromCharCode(only);
  }
  return text;
}
