/**
 * Where the code of a pattern notes what its groups catch.
 *
 * @module
 */

import { childrenOf, type PatternNode } from "../pattern_tree.ts";
import { PLACE } from "./byte_tests.ts";
import { type FunctionCode, Op } from "./function_code.ts";

/** Bytes of one place. */
export const SLOT_BYTES = 4;

/** A place each for where a group begins and where it ends, group 0 being the whole hit. */
export class GroupSlots {
  readonly #at: number;

  /** @param at place in the memory of the first one */
  constructor(at: number) {
    this.#at = at;
  }

  /** The group begins at the place in the line. */
  begin(group: number, code: FunctionCode): void {
    this.#store(2 * group, code);
  }

  /** The group ends there. */
  end(group: number, code: FunctionCode): void {
    this.#store(2 * group + 1, code);
  }

  /** The groups of a part took no part. */
  clear(node: PatternNode, code: FunctionCode): void {
    if (node.kind === "capture" && node.name !== undefined) {
      code.constant(this.#placeOf(2 * node.group + 1));
      code.constant(-1);
      code.access(Op.store32, 0);
    }
    for (const child of childrenOf(node)) this.clear(child, code);
  }

  #store(slot: number, code: FunctionCode): void {
    code.constant(this.#placeOf(slot));
    code.get(PLACE);
    code.access(Op.store32, 0);
  }

  #placeOf(slot: number): number {
    return this.#at + SLOT_BYTES * slot;
  }
}
