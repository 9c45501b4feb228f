/**
 * Warns where an attacker can write text that is then taken for the host.
 *
 * @module
 */

import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { HOST_GROUPS } from "./tags.ts";
import { translatePattern } from "./translate.ts";

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
  // For RE2, since there a counted repeat is still a repeat.
  const { source } = translatePattern(pattern, { dialect: "re2" });
  const root = new RegExpParser({ ecmaVersion: 2025 })
    .parsePattern(source, 0, source.length);
  const groups = [...capturesOf(root)];
  const host = groups.find(({ name }) =>
    HOST_GROUPS.some((group) => group === name)
  );
  if (host === undefined) return undefined;
  const { before, after } = surroundingsOf(host);
  if (isTiedTo("end", after) || isTiedTo("start", before)) return undefined;
  const wide = before.some(isWide);
  return `pattern "${pattern}" can take text of an attacker for the host: ${
    wide
      ? "what stands before the host matches any text"
      : "it may begin anywhere in the line"
  }, and nothing ties the host to the line's end, expected all that follows the host and then "$", or "^" and no wildcard before it`;
}

/** Elements that match before and behind the host, on each level of groups around it. */
function surroundingsOf(host: AST.CapturingGroup): {
  before: AST.Element[];
  after: AST.Element[];
} {
  const before: AST.Element[] = [];
  const after: AST.Element[] = [];
  let node: AST.Node = host;
  while (node.parent !== null) {
    const parent: AST.Node = node.parent;
    if (parent.type === "Alternative") {
      const index = parent.elements.findIndex((element) => element === node);
      before.unshift(...parent.elements.slice(0, index));
      after.push(...parent.elements.slice(index + 1));
    }
    node = parent;
  }
  return { before, after };
}

function isTiedTo(
  edge: "start" | "end",
  elements: readonly AST.Element[],
): boolean {
  return elements.some((element) => endsAt(edge, element)) &&
    !elements.some(isWide);
}

/** Whether the element is `^` or `$`, or a group in which every branch has it. */
function endsAt(edge: "start" | "end", element: AST.Element): boolean {
  switch (element.type) {
    case "Assertion":
      return element.kind === edge ||
        (element.kind === "lookahead" && !element.negate &&
          everyBranch(edge, element.alternatives));
    case "Group":
    case "CapturingGroup":
      return everyBranch(edge, element.alternatives);
    default:
      return false;
  }
}

function everyBranch(
  edge: "start" | "end",
  branches: readonly AST.Alternative[],
): boolean {
  return branches.every(({ elements }) =>
    elements.some((element) => endsAt(edge, element))
  );
}

/** Whether it can run over other words and an address: `.*`, `[^"]+`, `(?:\S+ )*`. */
function isWide(element: AST.Element): boolean {
  switch (element.type) {
    case "Quantifier":
      return element.max > 15 && matchesProbes(element.element) ||
        isWide(element.element);
    case "Group":
    case "CapturingGroup":
      return element.alternatives.some(({ elements }) => elements.some(isWide));
    default:
      return false;
  }
}

/** Whether what is repeated takes each of the probes somewhere. */
function matchesProbes(element: AST.Element): boolean {
  return PROBES.every((unit) => canHold(element, unit));
}

function canHold(element: AST.Element, unit: number): boolean {
  switch (element.type) {
    case "Character":
      return element.value === unit;
    case "CharacterSet":
      return element.kind === "any";
    case "CharacterClass":
      return element.negate !==
        element.elements.some((member) => isMember(member, unit));
    case "Group":
    case "CapturingGroup":
      return element.alternatives.some(({ elements }) =>
        elements.some((inner) => canHold(inner, unit))
      );
    case "Quantifier":
      return canHold(element.element, unit);
    default:
      return false;
  }
}

/** The translator writes classes as characters and ranges alone. */
function isMember(member: AST.CharacterClassElement, unit: number): boolean {
  if (member.type === "Character") return member.value === unit;
  return member.type === "CharacterClassRange" &&
    unit >= member.min.value && unit <= member.max.value;
}

function* capturesOf(node: AST.Node): Generator<AST.CapturingGroup> {
  if (node.type === "CapturingGroup") yield node;
  if ("alternatives" in node) {
    for (const branch of node.alternatives) yield* capturesOf(branch);
  } else if ("elements" in node && node.type === "Alternative") {
    for (const element of node.elements) yield* capturesOf(element);
  } else if (node.type === "Quantifier") yield* capturesOf(node.element);
}
