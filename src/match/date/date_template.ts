/**
 * One template: finds one kind of date in a line, and reads it.
 *
 * @module
 */

import { FilterError } from "../filter_error.ts";
import { expandFields } from "./date_fields.ts";
import { DateMatcher } from "./date_matcher.ts";
import type { DateNode } from "./date_tree.ts";
import { LINE_BEGIN } from "./default_templates.ts";
import {
  type FieldContext,
  type FieldText,
  isComplete,
  secondsOfFields,
} from "./field_clock.ts";
import { parseDateTree } from "./parse_date_tree.ts";

/** A date pattern, ready to run. */
export interface DateTemplate {
  /** As fail2ban names it: `{^LN-BEG}Day/MON/Year`. */
  readonly name: string;
  /** Whether it is bound to the line's beginning. */
  readonly isLineBegin: boolean;
  /** Whether it is bound to the line's beginning or end. */
  readonly isBound: boolean;
  readonly matcher: DateMatcher;
  /** @returns seconds since 1970 of the matcher's last hit in `text`, NaN where it is no date; see DateReading */
  readonly read: (text: string, context: FieldContext) => number;
  /** @returns whether the same text means the same time whenever it is read; of the last hit */
  readonly isTimeless: (text: string) => boolean;
  /** Group of the fraction of a second, which is dropped; undefined where there is none. */
  readonly fractionGroup: number | undefined;
}

/** Which boundaries a template gets. `line` is the line's beginning with at most two characters before the date. */
interface Bounds {
  readonly begin: "line" | "word" | "none";
  readonly end: "word" | "none";
}

interface BoundSource {
  readonly source: string;
  readonly bounds: Bounds;
  readonly isLineBegin: boolean;
  readonly isBound: boolean;
}

const UNBOUND = "{UNB}";
const WORD_BOUNDS: Bounds = { begin: "word", end: "word" };

/** Letter of the field. */
const FRACTION = "f";

const SHORT_EPOCH = "\\d{10,11}\\b(?:\\.\\d{3,6})?";
const LONG_EPOCH = "\\d{10,11}(?:\\d{3}(?:\\.\\d{1,6}|\\d{3})?)?";
const EMBEDDED_EPOCH = /(?<!\\)\{L?EPOCH\}/gi;
const EPOCH_KEY = /^(\{\^LN-BEG\}|\^)?(L?)EPOCH$/;
const TAI64N_KEY = /^(\{\^LN-BEG\}|\^)?TAI64N$/;
const TAI64N = "(@[0-9a-f]{24})";

const KEYWORD = /^\{(?:UNB|\^LN-BEG)\}/;
const GLOBAL_FLAGS = /\(\?[a-z]+\)/;
const HAS_GROUP = /(?<!\\|\(\?)\((?!\?)/;
const WHOLE = /^((?:\(\?\w+\))?\^?(?:\(\?\w+\))?)(.*?)(\$?)$/s;
const NO_WORD_BEGIN = /^\(*(?:\(\?\w+\))?(?:\(*\*\*|(?:\((?:\?:)?)?\^)/;
const NO_WORD_END = /(?<!\\)(?:\\[bs]|\$\)?|\*\*\)*)$/;
const STARS = /^\(*(?:\(\?\w+\))?\(*\*\*|(?<!\\)\*\*\)*$/g;
const LINE_BEGINS = /^(?:\(\?\w+\))?(?:\((?:\?:)?\^(?!\|)|\^)/;
const LINE_ENDS = /(?<![\\|])\$\)?$/;

/**
 * Compiles one line of a date pattern.
 *
 * @param year this year, by which `%ExY` knows years from other numbers
 * @throws {FilterError} when it is no date pattern
 */
export function compileDateTemplate(
  pattern: string,
  year: number,
): DateTemplate {
  const key = keyOfPattern(pattern);
  const epoch = EPOCH_KEY.exec(key);
  if (epoch !== null) {
    return epochTemplate(epoch[1] !== undefined, epoch[2] !== "");
  }
  if (key.includes("EPOCH") && pattern.search(EMBEDDED_EPOCH) >= 0) {
    return embeddedEpochTemplate(pattern, key.includes("LEPOCH"));
  }
  const tai = TAI64N_KEY.exec(key);
  if (tai !== null) return tai64nTemplate(tai[1] !== undefined);
  return fieldsTemplate(pattern, year);
}

/** @returns the pattern as fail2ban compares it: keywords in capitals, where there are no fields */
export function keyOfPattern(pattern: string): string {
  return pattern.includes("%") ? pattern : pattern.toUpperCase();
}

function fieldsTemplate(pattern: string, year: number): DateTemplate {
  checkSyntax(pattern);
  let text = pattern;
  let bounds = WORD_BOUNDS;
  if (text.startsWith(UNBOUND)) {
    text = text.slice(UNBOUND.length);
    bounds = { begin: "none", end: "none" };
  } else if (text.startsWith(LINE_BEGIN)) {
    text = text.slice(LINE_BEGIN.length);
    bounds = { begin: "line", end: "word" };
  }
  const { source, name, hasNames } = expandFields(text.trim(), year);
  const bound = bindSource(hasNames ? `(?iu)${source}` : source, bounds);
  const isAdded = bound.bounds.begin === "line" && !name.startsWith(LINE_BEGIN);
  const { matcher, names } = createMatcher(bound);
  const fieldsOf = (line: string): FieldText[] => {
    const fields: FieldText[] = [];
    for (const [letter, group] of names) {
      const start = matcher.startOf(group);
      if (start < 0) continue;
      fields.push([letter, line.slice(start, matcher.endOf(group))]);
    }
    return fields;
  };
  return {
    name: isAdded ? LINE_BEGIN + name : name,
    isLineBegin: bound.isLineBegin,
    isBound: bound.isBound,
    matcher,
    read: (line, context) => secondsOfFields(fieldsOf(line), context),
    isTimeless: (line) => isComplete(fieldsOf(line)),
    fractionGroup: names.get(FRACTION),
  };
}

/**
 * Fields are plain text to the parser, and stars at either end are no repeats; so that what is wrong is shown where it
 * stands in the pattern as it was written.
 */
function checkSyntax(pattern: string): void {
  const keyword = KEYWORD.exec(pattern)?.[0] ?? "";
  const rest = pattern.slice(keyword.length);
  parseDateTree(
    "-".repeat(keyword.length) +
      rest.replace(STARS, (stars) => stars.replace("**", "--")),
  );
}

/** Seconds since 1970 at the line's start, behind `[` there, or behind `audit(` anywhere. */
function epochTemplate(isLineBegin: boolean, isLong: boolean): DateTemplate {
  const epoch = isLong ? LONG_EPOCH : SHORT_EPOCH;
  const source = isLineBegin
    ? `(${epoch})`
    : `((?:^|(?<=^\\[)|(?<=\\baudit\\())${epoch})`;
  const bounds: Bounds = { begin: isLineBegin ? "line" : "none", end: "word" };
  const bound: BoundSource = {
    source,
    bounds,
    isLineBegin,
    isBound: isLineBegin,
  };
  const name = isLong ? "LongEpoch" : "Epoch";
  const full = isLineBegin ? LINE_BEGIN + name : name;
  return epochOf(full, bound, { group: 1, isLong });
}

function embeddedEpochTemplate(pattern: string, isLong: boolean): DateTemplate {
  checkSyntax(pattern);
  const epoch = `(${isLong ? LONG_EPOCH : SHORT_EPOCH})`;
  const source = pattern.replace(EMBEDDED_EPOCH, () => epoch);
  const whole = HAS_GROUP.test(pattern) ? source : `(${source})`;
  const bound = bindSource(whole, WORD_BOUNDS);
  return epochOf(pattern, bound, { group: 2, isLong });
}

/** Which group's text is the time, and whether it may count milliseconds. */
interface EpochGroup {
  readonly group: number;
  readonly isLong: boolean;
}

function epochOf(
  name: string,
  bound: BoundSource,
  { group, isLong }: EpochGroup,
): DateTemplate {
  const { matcher } = createMatcher(bound);
  return {
    name,
    isLineBegin: bound.isLineBegin,
    isBound: bound.isBound,
    matcher,
    read(line) {
      const start = matcher.startOf(group);
      return start < 0
        ? NaN
        : epochSeconds(line.slice(start, matcher.endOf(group)), isLong);
    },
    isTimeless: () => true,
    fractionGroup: undefined,
  };
}

/** Thirteen digits are milliseconds, sixteen microseconds, where the template knows them. */
function epochSeconds(text: string, isLong: boolean): number {
  if (!/^\d+(?:\.\d+)?$/.test(text)) return NaN;
  const value = Number(text);
  if (!isLong || text.length < 13) return value;
  return text.length >= 16 && !text.includes(".")
    ? value / 1_000_000
    : value / 1000;
}

function tai64nTemplate(isLineBegin: boolean): DateTemplate {
  const bounds: Bounds = { begin: isLineBegin ? "line" : "none", end: "word" };
  const { matcher } = createMatcher(
    { source: TAI64N, bounds, isLineBegin, isBound: isLineBegin },
  );
  return {
    name: isLineBegin ? `${LINE_BEGIN}TAI64N` : "TAI64N",
    isLineBegin,
    isBound: isLineBegin,
    matcher,
    read(line) {
      const start = matcher.startOf(1);
      // `@4` and fifteen digits of seconds; the rest are nanoseconds.
      return parseInt(line.slice(start + 2, start + 17), 16);
    },
    isTimeless: () => true,
    fractionGroup: undefined,
  };
}

/** Gives the expression its boundaries, unless it ends in `^`, `$`, `\b`, `\s` or `**`, and a group to cut out. */
function bindSource(text: string, wanted: Bounds): BoundSource {
  let source = text;
  const flags = GLOBAL_FLAGS.exec(source)?.[0] ?? "";
  if (flags !== "") source = source.replace(flags, "");
  const begin = NO_WORD_BEGIN.test(source) ? "none" : wanted.begin;
  const end = NO_WORD_END.test(source) ? "none" : wanted.end;
  if (!HAS_GROUP.test(source)) source = source.replace(WHOLE, "$1($2)$3");
  const isLineBegin = begin === "line" ||
    begin === "none" && LINE_BEGINS.test(source);
  const isLineEnd = end === "none" && LINE_ENDS.test(source);
  return {
    source: flags + source.replace(STARS, (stars) => stars.replace("**", "")),
    bounds: { begin, end },
    isLineBegin,
    isBound: isLineBegin || isLineEnd,
  };
}

function createMatcher({ source, bounds }: BoundSource) {
  const { begin, end } = bounds;
  const flags = GLOBAL_FLAGS.exec(source)?.[0] ?? "";
  const text = begin === "line"
    ? `${flags}^\\W{0,2}${source.slice(flags.length)}`
    : source;
  const expression = parseDateTree(text);
  const parts: DateNode[] = [expression.root];
  if (begin === "word") parts.unshift({ kind: "edge", edge: "stampStart" });
  if (end === "word") parts.push({ kind: "edge", edge: "stampEnd" });
  const root: DateNode = { kind: "sequence", parts };
  if (expression.groupCount === 0) {
    throw new FilterError(source, 0, "no group says what the date is");
  }
  const matcher = new DateMatcher({ ...expression, root }, source);
  return { matcher, names: expression.names };
}
