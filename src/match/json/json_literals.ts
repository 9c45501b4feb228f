/**
 * Literals of texts that stand in JSON, where the same text may be spelled in several ways.
 *
 * Law: no false negatives, whatever the spelling. Of a printable ASCII character other than `"`, `\` and `/`, JSON knows two
 * spellings: itself, and `\u00` with two digits. So a line whose JSON has a text of such characters holds that text as it
 * is, or it holds `\u00`: both are searched for. Other characters have more spellings, so a literal ends before them. Quotes
 * around a key or a text have one spelling.
 *
 * @module
 */

import type { JsonPath } from "../../config/json_path.ts";
import type { JsonScalar } from "../../config/types.ts";
import type { JailLiterals } from "../literals_in_jail.ts";
import { SHORTEST_LITERAL } from "../literals.ts";
import type { Literal } from "../prefilter/literal.ts";
import type { CompiledCondition } from "./json_conditions.ts";
import { prefixesOfNumber } from "./prefixes_of_number.ts";

/** In every other spelling of what PLAIN matches. */
const ESCAPE: Literal = { text: "\\u00", ignoresCase: false };

const PLAIN = /[ !#-.0-[\]-~]+/g;

/** A part of a literal is as sound. */
const LONGEST = 64;

/** More cost more to search for than they save. */
const MOST = 128;

/** What stands between a key and a number: as writers have it, and the beginnings of all else that JSON allows. */
const SEPARATORS = [":", ": "] as const;
const OTHER_SEPARATORS = [
  " ",
  "\t",
  "\r",
  ":\t",
  ":\r",
  ":  ",
  ": \t",
  ": \r",
] as const;

/** @returns literals for the same texts within JSON */
export function spellInJson(literals: JailLiterals): JailLiterals {
  if ("declined" in literals) return literals;
  return judge(literals.literals.map(({ text, ignoresCase }) => ({
    text: longestOf(text.match(PLAIN) ?? []),
    ignoresCase,
  })));
}

/** @returns what every line holds of which the condition holds; by its key where its values tell nothing */
export function literalsOfCondition(
  { condition, literals }: CompiledCondition,
): JailLiterals {
  const { path } = condition;
  const own = "oneOf" in condition
    ? judge(condition.oneOf.flatMap((value) => literalsOfValue(value, path)))
    : spellInJson(literals ?? { declined: "no literal" });
  return "literals" in own ? own : judge([literalOfKeys(path)]);
}

function literalsOfValue(value: JsonScalar, path: JsonPath): Literal[] {
  if (typeof value === "string") return [exactly(quotedRun(value))];
  const key = path.at(-1) ?? "";
  const prefixes = typeof value === "number" ? prefixesOfNumber(value) : [];
  const isKeyPlain = !isPlace(key) && quotedRun(key) === `"${key}"`;
  if (prefixes.length === 0 || !isKeyPlain) return [literalOfKeys(path)];
  const behindKey = [
    ...SEPARATORS.flatMap((separator) =>
      prefixes.map((prefix) => separator + prefix)
    ),
    ...OTHER_SEPARATORS,
  ];
  return behindKey.map((text) => exactly(`"${key}"${text}`));
}

/** The longest of the keys, all of which are there. */
function literalOfKeys(path: JsonPath): Literal {
  const keys = path.filter((key) => !isPlace(key));
  return exactly(longestOf(keys.map(quotedRun)));
}

/** Such a key may stand for a place in a list, of which the line then says nothing. */
function isPlace(key: string): boolean {
  return /^\d+$/.test(key);
}

/** @returns the longest piece of the text within its quotes that has no third spelling */
function quotedRun(text: string): string {
  const runs = [...text.matchAll(PLAIN)].map(({ 0: run, index }) => {
    const isFirst = index === 0;
    const isLast = index + run.length === text.length;
    return `${isFirst ? '"' : ""}${run}${isLast ? '"' : ""}`;
  });
  return longestOf(text === "" ? ['""'] : runs);
}

function longestOf(texts: readonly string[]): string {
  return texts.reduce(
    (longest, text) => text.length > longest.length ? text : longest,
    "",
  );
}

function exactly(text: string): Literal {
  return { text, ignoresCase: false };
}

/** One too short makes all of them useless. */
function judge(literals: readonly Literal[]): JailLiterals {
  if (literals.some(({ text }) => text.length < SHORTEST_LITERAL)) {
    return { declined: "too short" };
  }
  if (literals.length > MOST) return { declined: "too many" };
  const cut = literals.map(({ text, ignoresCase }) => ({
    text: text.slice(0, LONGEST),
    ignoresCase,
  }));
  return { literals: [...cut, ESCAPE] };
}
