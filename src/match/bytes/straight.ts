/**
 * Parts of a pattern that can be matched in one way at most, so that there is nothing to come back to.
 *
 * @module
 */

import type { PatternNode, RepeatNode } from "../pattern_tree.ts";
import {
  ANY_HEADS,
  excludeEachOther,
  type Heads,
  headsOf,
  rememberByRest,
} from "./heads.ts";

/** Written out one behind the other; more is a loop's or nobody's. */
export const MOST_COPIES = 16;

/**
 * Asks whether a part is straight: whatever follows it, if that fails where the part ended, it fails for the part.
 *
 * @param follow heads of what follows
 */
export const isStraight: (node: PatternNode, follow: Heads) => boolean =
  rememberByRest(findStraight);

function findStraight(node: PatternNode, follow: Heads): boolean {
  switch (node.kind) {
    case "set":
    case "assertion":
    case "look":
      return true;
    case "sequence":
      return areStraight(node.parts, follow);
    case "branches":
      return node.branches.every((branch) => isStraight(branch, follow)) &&
        excludeLaterOnes(node.branches, follow);
    case "capture":
    case "tag":
      return isStraight(node.body, follow);
    case "repeat":
      return isStraightRepeat(node, follow);
    default:
      return false;
  }
}

function areStraight(parts: readonly PatternNode[], follow: Heads): boolean {
  let rest = follow;
  for (const part of parts.toReversed()) {
    if (!isStraight(part, rest)) return false;
    rest = headsOf(part, rest);
  }
  return true;
}

function isStraightRepeat(repeat: RepeatNode, follow: Heads): boolean {
  const { body, min, max } = repeat;
  if (body.kind === "set") {
    return min === max || excludeEachOther(headsOf(body, ANY_HEADS), follow);
  }
  if (min === max && max <= MOST_COPIES) {
    return isStraight(body, max === 1 ? follow : headsOf(body, ANY_HEADS)) &&
      (max === 1 || isStraight(body, follow));
  }
  return min === 0 && max === 1 && isStraight(body, follow) &&
    excludeEachOther(headsOf(body, ANY_HEADS), follow);
}

/** Whether a branch that was taken, whatever comes behind it, leaves no way through a later one. */
function excludeLaterOnes(
  branches: readonly PatternNode[],
  follow: Heads,
): boolean {
  return branches.every((branch, i) => {
    const taken = headsOf(branch, ANY_HEADS);
    return branches.slice(i + 1).every((later) =>
      excludeEachOther(taken, headsOf(later, follow))
    );
  });
}
