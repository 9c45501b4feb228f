/**
 * Writes what looks ahead, or behind.
 *
 * @module
 */

import { type LookNode, type PatternNode, widthOf } from "../pattern_tree.ts";
import type { ByteSite, ByteTests } from "./byte_tests.ts";
import { type FunctionCode, type Label, Op } from "./function_code.ts";
import { lastOf } from "./heads.ts";
import { FAILED, GIVEN_UP } from "./verdicts.ts";
import { PLACE, Shared } from "./variables.ts";

/** What looks around. */
export interface Look {
  readonly node: LookNode;
  /** Matches its body; behind, it only accepts the place that is the target. */
  readonly callee: FunctionCode;
  readonly tests: ByteTests;
}

/** Fails where what is looked for is not there, or is there and must not be; goes on from the same place. */
export function writeLook(look: Look, { code, fail }: ByteSite): void {
  const { isBehind, isNegated } = look.node;
  const done = code.open(Op.block);
  const seen = code.open(Op.block);
  const unseen = code.open(Op.block);
  if (isBehind) lookBehind(look, { code, fail: unseen, seen });
  else {
    code.get(PLACE);
    tryFrom(look, { code, seen });
  }
  code.close();
  code.jump(Op.jump, isNegated ? done : fail);
  code.close();
  code.jump(Op.jump, isNegated ? fail : done);
  code.close();
}

/** Tries each place from which a hit may lead here. */
function lookBehind(
  look: Look,
  { code, fail, seen }: ByteSite & { readonly seen: Label },
): void {
  const { body }: { readonly body: PatternNode } = look.node;
  const { min, max } = widthOf(body);
  look.tests.expectBefore(lastOf(body), { code, fail });
  code.get(PLACE);
  code.addIndexed(Op.setGlobal, Shared.target);
  for (let width = min; width <= max; width++) {
    const place = code.local();
    code.get(PLACE);
    code.constant(width);
    code.add(Op.subtract);
    code.addIndexed(Op.teeLocal, place);
    code.addIndexed(Op.getGlobal, Shared.start);
    code.add(Op.less);
    code.jump(Op.jumpIf, fail);
    code.get(place);
    tryFrom(look, { code, seen });
  }
}

/** From the place on the stack. */
function tryFrom(
  { callee }: Look,
  { code, seen }: { readonly code: FunctionCode; readonly seen: Label },
): void {
  const found = code.local();
  code.addIndexed(Op.call, callee.index);
  code.addIndexed(Op.teeLocal, found);
  code.constant(0);
  code.add(Op.moreOrEqual);
  code.jump(Op.jumpIf, seen);
  const isFailed = code.open(Op.block);
  code.get(found);
  code.constant(FAILED);
  code.add(Op.equal);
  code.jump(Op.jumpIf, isFailed);
  code.constant(GIVEN_UP);
  code.add(Op.return);
  code.close();
}
