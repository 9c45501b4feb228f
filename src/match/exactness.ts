/**
 * Which engines do with a pattern exactly what Python does.
 *
 * @module
 */

import type { CharSet } from "./char_class.ts";
import {
  childrenOf,
  type PatternNode,
  someNode,
  widthOf,
} from "./pattern_tree.ts";

/**
 * JavaScript empties a group when the repeat around it begins again, where Python keeps what it caught last; it lets no
 * round of a repeat take nothing, where Python does; a back-reference to a group that took no part matches there, and not
 * in Python.
 */
export function isExactInJavaScript(root: PatternNode): boolean {
  return !someNode(
    root,
    (node) =>
      node.kind === "condition" || node.kind === "atomic" ||
      node.kind === "reference" && !isSureReference(root, node.group) ||
      node.kind === "reference" && node.ignoreCase ||
      node.kind === "repeat" &&
        (node.max > 1 && forgets(node.body) || prefersNothing(node.body)),
  );
}

/** RE2 has no look-around, no back-references and no conditions. */
export function isExactInRe2(root: PatternNode): boolean {
  return !someNode(
    root,
    ({ kind }) =>
      kind === "condition" || kind === "atomic" || kind === "reference",
  );
}

/**
 * Whether Python's Unicode rules make a difference for a text beyond ASCII: where `\w`, `\d` or `\b` stand, where cases are
 * folded, and where characters beyond U+FFFF, which are two in JavaScript, are counted.
 */
export function hasPythonText(root: PatternNode): boolean {
  return hasUnicode(root, false);
}

/** Whether one round may leave a named group of the repeat alone. */
function forgets(body: PatternNode): boolean {
  return someNode(body, isNamedCapture) && mayLeaveOut(body);
}

/** Whether a round that takes nothing may come before one that does, or is seen in a group. */
function prefersNothing(body: PatternNode): boolean {
  return widthOf(body).min === 0 && someNode(
    body,
    (node) =>
      node.kind === "branches" || isNamedCapture(node) ||
      node.kind === "repeat" && node.isLazy,
  );
}

function isNamedCapture(node: PatternNode): boolean {
  return node.kind === "capture" && node.name !== undefined;
}

function mayLeaveOut(node: PatternNode): boolean {
  const isOptional = node.kind === "branches" ||
    node.kind === "repeat" && node.min === 0;
  if (isOptional && someNode(node, isNamedCapture)) return true;
  return childrenOf(node).some(mayLeaveOut);
}

/** Whether the group has certainly taken part before, standing in the same row. */
function isSureReference(root: PatternNode, group: number): boolean {
  if (root.kind === "capture" && root.group === group) return true;
  if (root.kind === "capture" || root.kind === "tag") {
    return isSureReference(root.body, group);
  }
  return root.kind === "sequence" &&
    root.parts.some((part) => isSureReference(part, group));
}

function hasUnicode(node: PatternNode, isEndless: boolean): boolean {
  switch (node.kind) {
    case "set":
      return isUnicodeSet(node.set, isEndless);
    case "assertion":
      return node.assertion === "wordEdge" || node.assertion === "noWordEdge";
    case "repeat": {
      const isRun = node.max === Infinity && node.min <= 1;
      return hasUnicode(node.body, isRun && node.body.kind === "set");
    }
    default:
      return childrenOf(node).some((child) => hasUnicode(child, isEndless));
  }
}

function isUnicodeSet(set: CharSet, isEndless: boolean): boolean {
  const { isNegated, ranges, letters } = set;
  if (/[dDwW]/.test(letters)) return true;
  const isAstralText = ranges.length === 1 && !isNegated &&
    ranges[0]?.[0] === ranges[0]?.[1];
  if (!isAstralText && ranges.some(([, to]) => to > 0xffff)) return true;
  const isWide = isNegated || letters.includes("S");
  return isWide && !isEndless;
}
