/**
 * From a filter's date pattern to its templates.
 *
 * @module
 */

import { FilterError } from "../filter_error.ts";
import {
  compileDateTemplate,
  type DateTemplate,
  keyOfPattern,
} from "./date_template.ts";
import { DEFAULT_PATTERNS, LINE_BEGIN } from "./default_templates.ts";

/** A template, and how much more than others it is worth. */
export interface WeighedTemplate {
  readonly template: DateTemplate;
  readonly weight: number;
}

/** A default at the line's beginning is preferred to the same one elsewhere, however often that was seen. */
const ANCHORED_WEIGHT = 100;
const MOST_KEPT = 1000;

const DATE = /(?<!\\)\{DATE\}/gi;
const BOUND_BEFORE = /^\((?:\?:)?\^\|\\b\|\\W\)/;
const BOUND_BEHIND = /\(\?=\\b\|\\W\|\$\)$/;

const ANCHORED: readonly string[] = DEFAULT_PATTERNS
  .filter((pattern) => !isAnchoredText(pattern))
  .map((pattern) => LINE_BEGIN + pattern);
const ANCHORED_KEYS: ReadonlySet<string> = new Set(ANCHORED);

/** Compiled templates: most jails use the same. They keep no state but that of a search. */
const kept = new Map<string, DateTemplate>();

/**
 * Reads a date pattern: one or several lines, each a template or a word that stands for several.
 *
 *     {^LN-BEG}Epoch
 *     {^LN-BEG}          →   18 templates: the epoch, and the 17 defaults that are bound to the line's beginning
 *
 * @param datePattern undefined is the default: all 31 templates
 * @param year this year, by which `%ExY` knows years from other numbers
 * @throws {FilterError} when a line is no date pattern, or stands there twice
 */
export function listDateTemplates(
  datePattern: string | undefined,
  year: number,
): readonly WeighedTemplate[] {
  const list: WeighedTemplate[] = [];
  const lines = (datePattern ?? "{DEFAULT}").split("\n")
    .map((line) => line.trim()).filter((line) => line !== "");
  for (const line of lines.length === 0 ? ["{DEFAULT}"] : lines) {
    const many = expandLine(line, year);
    const isFirst = list.length === 0;
    for (const pattern of many ?? [line]) {
      const added = weigh(pattern, year);
      const isKnown = list.some(({ template }) =>
        template.name === added.template.name
      );
      if (!isKnown) list.push(added);
      else if (many === undefined || isFirst) {
        throw new FilterError(
          line,
          0,
          `a template named "${added.template.name}" is there before`,
        );
      }
    }
  }
  return list;
}

/** @returns the patterns that a word stands for, or undefined where the line is one of its own */
function expandLine(line: string, year: number): string[] | undefined {
  const key = keyOfPattern(line);
  if (key === "{DEFAULT}") return [...ANCHORED, ...DEFAULT_PATTERNS];
  if (key === LINE_BEGIN) {
    return [...ANCHORED, ...DEFAULT_PATTERNS].filter((pattern) =>
      compile(pattern, year).isLineBegin
    );
  }
  if (!key.includes("{DATE}")) return undefined;
  return DEFAULT_PATTERNS.map((pattern) => embed(pattern, line));
}

/** Puts a default pattern in the place of `{DATE}`. */
function embed(pattern: string, line: string): string {
  // fail2ban has no pattern for this one, and takes its name.
  const text = pattern === "EPOCH" ? "Epoch" : pattern;
  const own = text.replace(/^\{UNB\}/, "").replace(/^\{\^LN-BEG\}/, "")
    .replace(BOUND_BEFORE, "").replace(BOUND_BEHIND, "");
  return line.replace(DATE, () => own);
}

function weigh(pattern: string, year: number): WeighedTemplate {
  const key = keyOfPattern(pattern);
  const template = compile(key === "{NONE}" ? "{UNB}^" : pattern, year);
  return { template, weight: ANCHORED_KEYS.has(key) ? ANCHORED_WEIGHT : 1 };
}

function compile(pattern: string, year: number): DateTemplate {
  const key = `${year} ${pattern}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const template = compileDateTemplate(pattern, year);
  kept.set(key, template);
  return template;
}

function isAnchoredText(pattern: string): boolean {
  return pattern.startsWith(LINE_BEGIN) || pattern.startsWith("^");
}
