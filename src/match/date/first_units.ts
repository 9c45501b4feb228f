/**
 * With which characters a part of a date pattern may begin.
 *
 * @module
 */

import type { DateNode } from "./date_tree.ts";
import { isSameForDigits } from "./unit_set.ts";

const ASCII = 128;

/** Characters that a match can begin with. */
export interface FirstUnits {
  /** 1 for each that it can, of ASCII; of others nothing is said. */
  readonly units: Uint8Array;
  /** Whether it is the same for all digits. */
  readonly isDigitBlind: boolean;
}

/** @returns undefined where a match may take nothing */
export function firstUnitsOf(node: DateNode): FirstUnits | undefined {
  const units = new Uint8Array(ASCII);
  if (!addFirst(node, units)) return undefined;
  return { units, isDigitBlind: isSameForDigits((unit) => units[unit] === 1) };
}

/** @returns whether the node takes one character at least */
function addFirst(node: DateNode, units: Uint8Array): boolean {
  switch (node.kind) {
    case "set":
      for (let unit = 0; unit < 128; unit++) {
        if (node.set.has(unit)) units[unit] = 1;
      }
      return true;
    case "sequence":
      return node.parts.some((part) => addFirst(part, units));
    case "branches":
      return node.branches.map((branch) => addFirst(branch, units))
        .every(Boolean);
    case "capture":
      return addFirst(node.body, units);
    case "repeat":
      return addFirst(node.body, units) && node.min > 0;
    default:
      // References and conditions are rare: nothing is known of them.
      if (node.kind === "reference" || node.kind === "condition") units.fill(1);
      return false;
  }
}
