/**
 * Where and with what a pattern's hit can begin.
 *
 * @module
 */

import { type CharSet, isInSet } from "../char_class.ts";
import type { PatternNode } from "../pattern_tree.ts";

/** What is known of a hit's beginning. */
export interface First {
  /** Whether it can only be the text's beginning. */
  readonly isAnchored: boolean;
  /** 1 for each ASCII character that may come first; undefined where a hit may be empty. */
  readonly firstAscii: Uint8Array | undefined;
}

/** Looks at a pattern's first parts. */
export function findFirst(root: PatternNode): First {
  const firstAscii = new Uint8Array(128);
  const isSure = collect(root, firstAscii);
  return {
    isAnchored: isAnchored(root),
    firstAscii: isSure ? firstAscii : undefined,
  };
}

function isAnchored(node: PatternNode): boolean {
  switch (node.kind) {
    case "assertion":
      return node.assertion === "textStart";
    case "sequence": {
      // What stands before `^` and takes room makes a hit impossible, not free.
      const first = node.parts.find((part) => part.kind !== "look");
      return first !== undefined && isAnchored(first);
    }
    case "branches":
      return node.branches.every(isAnchored);
    case "capture":
    case "atomic":
    case "tag":
      return isAnchored(node.body);
    case "repeat":
      return node.min > 0 && isAnchored(node.body);
    default:
      return false;
  }
}

/** @returns whether the node takes at least one character, so that what follows it does not matter */
function collect(node: PatternNode, into: Uint8Array): boolean {
  switch (node.kind) {
    case "set":
      addSet(node.set, into);
      return true;
    case "assertion":
    case "look":
      return false;
    case "reference":
      into.fill(1);
      return false;
    case "sequence":
      return node.parts.some((part) => collect(part, into));
    case "branches":
      return collectAll(node.branches, into);
    case "condition":
      return collectAll([node.yes, node.no], into);
    case "repeat":
      return collect(node.body, into) && node.min > 0;
    default:
      return collect(node.body, into);
  }
}

function collectAll(nodes: readonly PatternNode[], into: Uint8Array): boolean {
  return nodes.map((node) => collect(node, into)).every((isSure) => isSure);
}

function addSet(set: CharSet, into: Uint8Array): void {
  for (let code = 0; code < 128; code++) if (isInSet(code, set)) into[code] = 1;
}
