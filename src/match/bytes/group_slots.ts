/**
 * Where the code of a pattern notes what its groups catch.
 *
 * @module
 */

import { childrenOf, type PatternNode } from "../pattern_tree.ts";

import { type FunctionCode, type Label, Op } from "./function_code.ts";
import { PLACE, Shared } from "./variables.ts";

/** Bytes of one place. */
export const SLOT_BYTES = 4;

/** The first bytes of a pattern's part of the memory: a place each for where a group begins and where it ends, group 0 being the whole hit. */
export class GroupSlots {
  /** The group begins at the place in the line. */
  begin(group: number, code: FunctionCode): void {
    this.#store(2 * group, code);
  }

  /** The group ends there. */
  end(group: number, code: FunctionCode): void {
    this.#store(2 * group + 1, code);
  }

  /** Jumps where the group was left out on the way here. */
  jumpIfLeftOut(group: number, code: FunctionCode, label: Label): void {
    code.addIndexed(Op.getGlobal, Shared.base);
    code.access(Op.load32, SLOT_BYTES * (2 * group + 1));
    code.constant(0);
    code.add(Op.less);
    code.jump(Op.jumpIf, label);
  }

  /** The groups of a part took no part. */
  clear(node: PatternNode, code: FunctionCode): void {
    if (node.kind === "capture" && node.name !== undefined) {
      code.addIndexed(Op.getGlobal, Shared.base);
      code.constant(-1);
      code.access(Op.store32, SLOT_BYTES * (2 * node.group + 1));
    }
    for (const child of childrenOf(node)) this.clear(child, code);
  }

  #store(slot: number, code: FunctionCode): void {
    code.addIndexed(Op.getGlobal, Shared.base);
    code.get(PLACE);
    code.access(Op.store32, SLOT_BYTES * slot);
  }
}
