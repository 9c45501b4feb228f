/**
 * A date pattern's expression as a tree.
 *
 * @module
 */

import type { UnitSet } from "./unit_set.ts";

/**
 * Places that take no room. `dollar` is the end, or before the newline there; `stampStart` and `stampEnd` are where a
 * date may begin and end: not within a word.
 */
export type DateEdge =
  | "textStart"
  | "lineStart"
  | "textEnd"
  | "dollar"
  | "lineEnd"
  | "wordEdge"
  | "noWordEdge"
  | "stampStart"
  | "stampEnd";

/**
 * A part of an expression.
 *
 *     (?P<d>\d+)|-   →   { kind: "branches", branches: [
 *       { kind: "capture", group: 1, body: { kind: "repeat", min: 1, max: Infinity, isLazy: false, body: { kind: "set", … } } },
 *       { kind: "set", … } ] }
 */
export type DateNode =
  | { readonly kind: "set"; readonly set: UnitSet }
  | { readonly kind: "edge"; readonly edge: DateEdge }
  | { readonly kind: "sequence"; readonly parts: readonly DateNode[] }
  | { readonly kind: "branches"; readonly branches: readonly DateNode[] }
  | {
    readonly kind: "capture";
    readonly group: number;
    readonly body: DateNode;
  }
  | DateRepeat
  | DateLook
  | { readonly kind: "reference"; readonly group: number }
  | {
    readonly kind: "condition";
    /** Did this group take part? */
    readonly group: number;
    readonly yes: DateNode;
    readonly no: DateNode;
  };

/** A quantifier and what it repeats; `max` is `Infinity` where it has no end. */
export interface DateRepeat {
  readonly kind: "repeat";
  readonly body: DateNode;
  readonly min: number;
  readonly max: number;
  readonly isLazy: boolean;
}

/** Looking ahead, or behind over `width` characters. */
export interface DateLook {
  readonly kind: "look";
  /** NaN ahead. */
  readonly width: number;
  readonly isNegated: boolean;
  readonly body: DateNode;
}

/** A whole expression. */
export interface DateExpression {
  readonly root: DateNode;
  /** How many groups it has. */
  readonly groupCount: number;
  /** Numbers of the named ones. */
  readonly names: ReadonlyMap<string, number>;
}

/** @returns how many characters the node takes, or undefined where that is not fixed */
export function fixedWidthOf(node: DateNode): number | undefined {
  switch (node.kind) {
    case "set":
      return 1;
    case "edge":
    case "look":
      return 0;
    case "sequence":
      return node.parts.reduce<number | undefined>((sum, part) => {
        const width = fixedWidthOf(part);
        return sum === undefined || width === undefined
          ? undefined
          : sum + width;
      }, 0);
    case "branches":
      return sameOf(node.branches);
    case "condition":
      return sameOf([node.yes, node.no]);
    case "capture":
      return fixedWidthOf(node.body);
    case "repeat": {
      const width = fixedWidthOf(node.body);
      return node.min === node.max && width !== undefined
        ? width * node.min
        : undefined;
    }
    case "reference":
      return undefined;
  }
}

/** @returns whether it can match at the text's start alone */
export function isAnchored(node: DateNode): boolean {
  switch (node.kind) {
    case "edge":
      return node.edge === "textStart";
    case "sequence":
      return node.parts[0] !== undefined && isAnchored(node.parts[0]);
    case "capture":
      return isAnchored(node.body);
    case "branches":
      return node.branches.every(isAnchored);
    default:
      return false;
  }
}

function sameOf(nodes: readonly DateNode[]): number | undefined {
  const [first, ...others] = nodes.map(fixedWidthOf);
  return others.every((width) => width === first) ? first : undefined;
}
