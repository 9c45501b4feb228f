/**
 * A pattern as a tree: what the parser makes of Python's syntax, and all engines are built from.
 *
 * @module
 */

import type { CharSet } from "./char_class.ts";

/** Places that take no room. `dollar` is the very end, or before the newline there. */
export type Assertion =
  | "textStart"
  | "lineStart"
  | "textEnd"
  | "dollar"
  | "lineEnd"
  | "wordEdge"
  | "noWordEdge";

/** Those that are written as an escape, by its letter. */
export const ESCAPED_ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ["A", "textStart"],
  ["Z", "textEnd"],
  ["b", "wordEdge"],
  ["B", "noWordEdge"],
]);

/**
 * A part of a pattern.
 *
 *     a|(?P<x>\d)+   →   { kind: "branches", branches: [
 *       { kind: "set", set: a },
 *       { kind: "repeat", min: 1, max: Infinity, isLazy: false, body: { kind: "capture", group: 1, name: "x", body: … } } ] }
 */
export type PatternNode =
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "assertion"; readonly assertion: Assertion }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "branches"; readonly branches: readonly PatternNode[] }
  | CaptureNode
  | RepeatNode
  | LookNode
  /** What a tag for a host stands for; `atomic` gives nothing back. */
  | { readonly kind: "tag" | "atomic"; readonly body: PatternNode }
  | {
    readonly kind: "reference";
    readonly group: number;
    readonly ignoreCase: boolean;
  }
  | ConditionNode;

/** A group whose text is kept: the last one where it is repeated. */
export interface CaptureNode {
  readonly kind: "capture";
  /** Python's number. */
  readonly group: number;
  readonly name: string | undefined;
  readonly body: PatternNode;
}

/** A quantifier and what it repeats. */
export interface RepeatNode {
  readonly kind: "repeat";
  readonly body: PatternNode;
  readonly min: number;
  /** `Infinity` where it has no end. */
  readonly max: number;
  readonly isLazy: boolean;
}

/** One of two parts. */
export interface ConditionNode {
  readonly kind: "condition";
  /** Did this group take part? */
  readonly group: number;
  readonly yes: PatternNode;
  readonly no: PatternNode;
}

/** Looking ahead or behind. */
export interface LookNode {
  readonly kind: "look";
  readonly isBehind: boolean;
  readonly isNegated: boolean;
  readonly body: PatternNode;
}

/** How many characters a part can take. */
export interface Width {
  readonly min: number;
  /** `Infinity` where there is no most. */
  readonly max: number;
}

/** @returns the parts of a node that are nodes, in order */
export function childrenOf(node: PatternNode): readonly PatternNode[] {
  switch (node.kind) {
    case "sequence":
      return node.parts;
    case "branches":
      return node.branches;
    case "condition":
      return [node.yes, node.no];
    case "set":
    case "assertion":
    case "reference":
      return [];
    default:
      return [node.body];
  }
}

/** @returns whether the node or a part of it, at any depth, is what is asked for */
export function someNode(
  node: PatternNode,
  isWanted: (node: PatternNode) => boolean,
): boolean {
  return isWanted(node) ||
    childrenOf(node).some((child) => someNode(child, isWanted));
}

/** @returns the number of characters that the node can match; of a back-reference nothing is known */
export function widthOf(node: PatternNode): Width {
  switch (node.kind) {
    case "set":
      return { min: 1, max: 1 };
    case "assertion":
    case "look":
      return { min: 0, max: 0 };
    case "reference":
      return { min: 0, max: Infinity };
    case "sequence":
      return node.parts.map(widthOf).reduce(addWidths, { min: 0, max: 0 });
    case "branches":
    case "condition":
      return childrenOf(node).map(widthOf).reduce(uniteWidths);
    case "repeat": {
      const { min, max } = widthOf(node.body);
      const none = max === 0 || node.max === 0;
      return { min: min * node.min, max: none ? 0 : max * node.max };
    }
    default:
      return widthOf(node.body);
  }
}

function addWidths(a: Width, b: Width): Width {
  return { min: a.min + b.min, max: a.max + b.max };
}

function uniteWidths(a: Width, b: Width): Width {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}
