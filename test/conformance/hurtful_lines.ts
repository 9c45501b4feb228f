/**
 * Makes lines that hurt a pattern: from its own tree, so that they nearly match, and nearly match often.
 *
 * @module
 */

import { type CharSet, isInSet } from "../../src/match/char_class.ts";
import { LONGEST_FOR_OTHERS } from "../../src/match/engine.ts";
import type { SyntaxOptions } from "../../src/match/parsed_pattern.ts";
import { parsePattern } from "../../src/match/parse_pattern.ts";
import {
  childrenOf,
  type PatternNode,
  type RepeatNode,
} from "../../src/match/pattern_tree.ts";

/** Characters that many sets share; each makes other loops of a pattern ambiguous. */
const FAVOURITES = ["a", " ", "1", '"', "[", ".", "é"] as const;

/** Exponential for an engine that backtracks; shapes that filters of distributions have. */
export const CATASTROPHES: readonly string[] = [
  "^Login refused(?:, (?:\\w+<[^>]*> \\w+|[^;]+))* ;no password; from <HOST>$",
  "^mail for (?:[^@]+ )*@?<HOST>@ refused\\s*$",
  "^\\S+ \\d+ (?:[^<>\\s]+|(?:<(?:[^>']*|'[^']*')*>)+)\\s+from <HOST>$",
  "^(a+)+b <HOST>$",
  "^(?:a|a)*(?!x)b <HOST>$",
  "^(?P<q>[\"'])(?:a|a|aa)+(?P=q) <HOST>$",
];

/** Characters: four KB, and the longest that other engines than ours see. */
export const HURTFUL_LENGTHS: readonly number[] = [4096, LONGEST_FOR_OTHERS];

const PRINTABLE = Array.from({ length: 95 }, (_, i) => 32 + i);

/** How a text for a node is put together. */
interface Wish {
  /** The repeat to be filled, and the nodes around it. */
  readonly path: ReadonlySet<PatternNode>;
  readonly target: RepeatNode | undefined;
  readonly filling: string;
  readonly favourite: string;
  /** What groups caught so far. */
  readonly caught: Map<number, string>;
}

/**
 * For each repeat of the pattern, and each favourite character: what comes before it, the repeat filled up, and then
 * nothing, an end that is wrong, or all that should follow.
 *
 * @param length of a line in characters, at most
 */
export function* hurtfulLines(
  pattern: string,
  length: number,
  options: SyntaxOptions = {},
): Generator<string> {
  const { root } = parsePattern(pattern, options);
  const repeats = [...repeatsOf(root, [])]
    .filter(({ target: { max } }) => max > 3);
  for (const { target, path } of repeats) {
    const units = new Set(
      FAVOURITES.map((favourite) => sampleOf(target.body, favourite)),
    );
    for (const unit of units) {
      if (unit === "") continue;
      const filling = fill(unit, length - (length >> 3));
      yield* variantsOf(root, { path, target, filling, unit, length });
    }
  }
  const whole = sampleOf(root, "a");
  yield fill(whole, length);
  for (const favourite of FAVOURITES) yield fill(favourite, length);
}

function* variantsOf(
  root: PatternNode,
  { path, target, filling, unit, length }: {
    readonly path: ReadonlySet<PatternNode>;
    readonly target: RepeatNode;
    readonly filling: string;
    readonly unit: string;
    readonly length: number;
  },
): Generator<string> {
  const favourite = unit[0] ?? "a";
  const whole = write(root, {
    path,
    target,
    filling,
    favourite,
    caught: new Map(),
  });
  const behind = whole.indexOf(filling) + filling.length;
  const head = whole.slice(0, behind);
  for (const line of [head, `${head}!`, `${whole}!`, whole.slice(0, -1)]) {
    yield end(line, length);
  }
}

/** @returns the line, no longer than asked for, with a newline */
function end(line: string, length: number): string {
  const text = line.replaceAll("\n", " ");
  const tooLong = text.length + 1 - length;
  // The filling stands before the end, and its length does not matter.
  const cut = tooLong > 0 ? Math.floor(text.length / 2) : 0;
  return cut > 0
    ? `${text.slice(0, cut - tooLong)}${text.slice(cut)}\n`
    : `${text}\n`;
}

function fill(unit: string, length: number): string {
  if (unit === "") return "";
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

function* repeatsOf(
  node: PatternNode,
  around: readonly PatternNode[],
): Generator<{ target: RepeatNode; path: ReadonlySet<PatternNode> }> {
  const path = [...around, node];
  if (node.kind === "repeat") yield { target: node, path: new Set(path) };
  for (const child of childrenOf(node)) yield* repeatsOf(child, path);
}

/** @returns a short text that the node matches, as far as looking around allows */
export function sampleOf(node: PatternNode, favourite: string): string {
  const path = new Set<PatternNode>();
  const caught = new Map<number, string>();
  return write(node, {
    path,
    target: undefined,
    filling: "",
    favourite,
    caught,
  });
}

function write(node: PatternNode, wish: Wish): string {
  if (node === wish.target) return wish.filling;
  switch (node.kind) {
    case "set":
      return memberOf(node.set, wish.favourite);
    case "assertion":
    case "look":
      return "";
    case "sequence":
      return node.parts.map((part) => write(part, wish)).join("");
    case "branches":
    case "condition": {
      const branches = childrenOf(node);
      const chosen = branches.find((branch) => wish.path.has(branch)) ??
        branches[0];
      return chosen === undefined ? "" : write(chosen, wish);
    }
    case "repeat": {
      const count = Math.max(node.min, wish.path.has(node) ? 1 : 0);
      return Array.from({ length: count }, () => write(node.body, wish))
        .join("");
    }
    case "reference":
      return wish.caught.get(node.group) ?? "";
    case "capture": {
      const text = write(node.body, wish);
      wish.caught.set(node.group, text);
      return text;
    }
    default:
      return write(node.body, wish);
  }
}

function memberOf(set: CharSet, favourite: string): string {
  const wanted = favourite.charCodeAt(0);
  if (isInSet(wanted, set)) return favourite;
  const code = PRINTABLE.find((printable) => isInSet(printable, set)) ?? 32;
  return String.fromCharCode(code);
}
