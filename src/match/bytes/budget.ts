/**
 * How much one search of a pattern may do: ways that it tries, and bytes that it runs over.
 *
 * @module
 */

import { type FunctionCode, Op } from "./function_code.ts";
import { PLACE, Shared } from "./variables.ts";
import { GIVEN_UP } from "./verdicts.ts";

/** Ways that one search may try, long runs counted: some ten microseconds. */
const BUDGET = 1000;

/** A run of thirty-two bytes counts as a way; as a shift. */
const BYTES_OF_A_WAY = 5;

/** A search begins. */
export function renewBudget(code: FunctionCode): void {
  code.constant(BUDGET);
  code.addIndexed(Op.setGlobal, Shared.budget);
}

/** A way is tried; behind too many all functions return. */
export function spendWay(code: FunctionCode): void {
  code.addIndexed(Op.getGlobal, Shared.budget);
  code.constant(1);
  spend(code);
}

/** The place went forward from another one, byte by byte. @param before holds that one */
export function spendRun(before: number, code: FunctionCode): void {
  code.addIndexed(Op.getGlobal, Shared.budget);
  code.get(PLACE);
  code.get(before);
  code.add(Op.subtract);
  code.constant(BYTES_OF_A_WAY);
  code.add(Op.shiftRight);
  spend(code);
}

/** Takes the number on the stack from the budget below it. */
function spend(code: FunctionCode): void {
  const left = code.local();
  code.add(Op.subtract);
  code.addIndexed(Op.teeLocal, left);
  code.addIndexed(Op.setGlobal, Shared.budget);
  const goesOn = code.open(Op.block);
  code.get(left);
  code.constant(0);
  code.add(Op.moreOrEqual);
  code.jump(Op.jumpIf, goesOn);
  code.constant(GIVEN_UP);
  code.add(Op.return);
  code.close();
}
