/**
 * Warns where an attacker can write text that is then taken for the host.
 *
 * @module
 */

import { isInRanges, unitRangesOf } from "./char_class.ts";
import { parsePattern } from "./parse_pattern.ts";
import { childrenOf, type PatternNode } from "./pattern_tree.ts";
import { HOST_GROUPS } from "./tags.ts";

/** A blank, a dot and a digit: what matches all of them can run over `from 192.0.2.7`. */
const PROBES = [0x20, 0x2e, 0x31];

/**
 * Judges a pattern that compiles.
 *
 * Whoever chooses a user name can write ` from 192.0.2.7` into it. The host is safe from that where everything behind it,
 * up to the end of the line, is spelled out; or where everything before it is, from the line's start on.
 *
 * The judgement is about shapes alone: it does not know which part of a line an attacker writes, so a warning may be void
 * for a given log, and a pattern without one may still be fooled by a log that lets newlines through.
 *
 * @param pattern in Python's syntax with a filter's tags
 * @returns a warning, or undefined
 */
export function lintSpoofing(pattern: string): string | undefined {
  const surroundings = findHost(parsePattern(pattern).root, NOTHING);
  if (surroundings === undefined) return undefined;
  const { before, after } = surroundings;
  if (isTiedTo("end", after) || isTiedTo("start", before)) return undefined;
  const wide = before.some(isWide);
  return `pattern "${pattern}" can take text of an attacker for the host: ${
    wide
      ? "what stands before the host matches any text"
      : "it may begin anywhere in the line"
  }, and nothing ties the host to the line's end, expected all that follows the host and then "$", or "^" and no wildcard before it`;
}

/** What matches before and behind a part, on each level of groups around it. */
interface Surroundings {
  readonly before: readonly PatternNode[];
  readonly after: readonly PatternNode[];
}

const NOTHING: Surroundings = { before: [], after: [] };

/** @returns what stands around the first group that catches the host; undefined where there is none */
function findHost(
  node: PatternNode,
  around: Surroundings,
): Surroundings | undefined {
  if (node.kind === "capture") {
    const isHost = HOST_GROUPS.some((name) => name === node.name);
    if (isHost) return around;
  }
  for (const [index, child] of childrenOf(node).entries()) {
    const host = findHost(
      child,
      node.kind !== "sequence" ? around : {
        before: [...around.before, ...node.parts.slice(0, index)],
        after: [...node.parts.slice(index + 1), ...around.after],
      },
    );
    if (host !== undefined) return host;
  }
  return undefined;
}

function isTiedTo(
  edge: "start" | "end",
  parts: readonly PatternNode[],
): boolean {
  return parts.some((part) => endsAt(edge, part)) && !parts.some(isWide);
}

/** Whether the part is `^` or `$`, or a group in which every branch has it. */
function endsAt(edge: "start" | "end", node: PatternNode): boolean {
  switch (node.kind) {
    case "assertion":
      return edge === "start"
        ? node.assertion === "textStart"
        : node.assertion === "textEnd" || node.assertion === "dollar";
    case "look":
      return !node.isBehind && !node.isNegated && endsAt(edge, node.body);
    case "sequence":
      return node.parts.some((part) => endsAt(edge, part));
    case "branches":
    case "condition":
    case "capture":
    case "tag":
    case "atomic":
      return childrenOf(node).every((child) => endsAt(edge, child));
    default:
      return false;
  }
}

/** Whether it can run over other words and an address: `.*`, `[^"]+`, `(?:\S+ )*`. */
function isWide(node: PatternNode): boolean {
  if (node.kind === "look") return false;
  const isLong = node.kind === "repeat" && node.max > 15;
  return isLong && matchesProbes(node.body) || childrenOf(node).some(isWide);
}

/** Whether what is repeated takes each of the probes somewhere. */
function matchesProbes(node: PatternNode): boolean {
  return PROBES.every((unit) => canHold(node, unit));
}

function canHold(node: PatternNode, unit: number): boolean {
  switch (node.kind) {
    case "set":
      return isInRanges(unit, unitRangesOf(node.set));
    case "look":
      return false;
    default:
      return childrenOf(node).some((child) => canHold(child, unit));
  }
}
