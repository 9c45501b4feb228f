/**
 * Which patterns become code that runs on bytes.
 *
 * @module
 */

import {
  childrenOf,
  type PatternNode,
  someNode,
  widthOf,
} from "../pattern_tree.ts";
import { MOST_COPIES } from "./straight.ts";

/** Parts that a pattern may come to with its repeats written out. */
const MOST_PARTS = 3000;

const NOT_IN_LOOK: ReadonlySet<string> = new Set(["look", "condition"]);

/**
 * Asks for what the code is not made for: what needs a group's text, gives nothing back, or catches again and again. Such
 * patterns stay with the other engines.
 */
export function canBeBytes(root: PatternNode): boolean {
  return countParts(root) <= MOST_PARTS && !someNode(root, isForOthers) &&
    areDecided(root);
}

/** @returns whether each condition asks for a group that was passed, or left out, before it */
function areDecided(root: PatternNode): boolean {
  const passed = new Set<number>();
  const visit = (node: PatternNode): boolean => {
    if (node.kind === "condition" && !passed.has(node.group)) return false;
    if (!childrenOf(node).every(visit)) return false;
    if (node.kind === "capture" && node.name !== undefined) {
      passed.add(node.group);
    }
    return true;
  };
  return visit(root);
}

function isForOthers(node: PatternNode): boolean {
  switch (node.kind) {
    case "reference":
    case "atomic":
      return true;
    case "assertion":
      return node.assertion === "lineStart";
    case "look":
      return catches(node.body) ||
        someNode(node.body, ({ kind }) => NOT_IN_LOOK.has(kind)) ||
        node.isBehind && widthOf(node.body).max === Infinity;
    case "repeat": {
      const { body, max } = node;
      if (body.kind === "set" || max === 1) return false;
      if (max === 0) return catches(body);
      return max < Infinity && max > MOST_COPIES || catches(body);
    }
    default:
      return false;
  }
}

/** Nobody asks for a group without a name. */
function catches(node: PatternNode): boolean {
  return someNode(
    node,
    (part) => part.kind === "capture" && part.name !== undefined,
  );
}

function countParts(node: PatternNode): number {
  const parts = childrenOf(node).reduce((sum, it) => sum + countParts(it), 1);
  if (node.kind !== "repeat" || node.body.kind === "set") return parts;
  return parts * Math.max(1, Math.min(MOST_COPIES, finiteCount(node)));
}

function finiteCount(
  { min, max }: PatternNode & { readonly kind: "repeat" },
): number {
  return Number.isFinite(max) ? max : min + 1;
}
