/**
 * Finds the dates of one source's lines as fail2ban's date detector does.
 *
 * @module
 */

import { FilterError } from "../filter_error.ts";
import type { StepBudget } from "./date_matcher.ts";
import type { DateTemplate } from "./date_template.ts";
import { listDateTemplates } from "./date_template_list.ts";
import { type FieldContext, wallClockOf } from "./field_clock.ts";
import { LastStamp } from "./last_stamp.ts";
import { type LocalTime, systemLocalTime } from "./stamp_clock.ts";
import { beginsAlike, type StampHead } from "./stamp_head.ts";
import { isWordUnit } from "./unit_set.ts";
import { parseZoneOffset } from "../../util/zone_offset.ts";

/** How to detect. */
export interface DateDetectorOptions {
  /** fail2ban's text, one template a line; absent is the default, 31 templates. */
  readonly datePattern?: string | undefined;
  /** Zone of dates without one: `UTC`, `CET`, `+0100`, `UTC+01:00`; absent is the local zone. */
  readonly logTimeZone?: string | undefined;
  /** Turns local times into seconds; default the machine's zone. */
  readonly localTime?: LocalTime | undefined;
  /** This year, by which `%ExY` knows years from other numbers; default the machine's clock. */
  readonly year?: number;
}

/**
 * Where a date stands; one object for all lines: keep nothing of it past the next call.
 *
 *     "a [2005-01-23 21:59:59] b"   →   { start: 3, end: 22, seconds: 1106513999, template: "ExYear(?P<_sep>[-/.])…" }
 */
export interface DateHit {
  /** First character of what is to be cut out of the line. */
  readonly start: number;
  /** Behind it; `start` where the pattern takes a line without a date. */
  readonly end: number;
  /** Since 1970; a fraction only where the line counts seconds itself. NaN where the text is no date, or empty. */
  readonly seconds: number;
  /** fail2ban's name of the template. */
  readonly template: string;
}

/** Finds dates, and remembers where and in which form the last ones were. */
export interface DateDetector {
  /** Names of the templates in the order they are tried; it changes with what is found. */
  readonly templates: readonly string[];
  /**
   * @param nowSeconds the wall clock, by which missing parts are inferred
   * @returns undefined where no template matches
   */
  detect(text: string, nowSeconds: number): DateHit | undefined;
  /** How lines begin in which the last date that was found would be found again; undefined where that cannot be told. */
  readonly head: StampHead | undefined;
  /** Counts lines that begin so, and were not looked at. */
  noteAlike(lines: number, nowSeconds: number): void;
}

/**
 * Makes a detector for the lines of one source.
 *
 * @throws {FilterError} when the pattern or the zone cannot be used
 */
export function createDateDetector(
  options: DateDetectorOptions = {},
): DateDetector {
  return new StatefulDetector(options);
}

/** A template's record in this source. */
interface Candidate {
  readonly template: DateTemplate;
  readonly weight: number;
  hits: number;
  lastUsedSeconds: number;
  /** Where its last date began. */
  distance: number;
}

/** A hit of some template, while better ones are looked for. */
interface Found {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** Whether it was searched for at the last date's place alone. */
  readonly isInPlace: boolean;
}

const FAR = 0x7fffffff;
/** A template that was not used for so long gives way to any other. */
const UNUSED_SECONDS = 300;
/** Behind so many characters there is only text that somebody wrote. */
const SEARCH_LIMIT = 8192;
/** About 3 ms; a line with a date takes ten. */
const STEPS_A_LINE = 100_000;
const LONGEST_HEAD = 256;
const NOTHING = -1;

class StatefulDetector implements DateDetector {
  readonly #candidates: Candidate[];
  readonly #zoneMinutes: number | undefined;
  readonly #localTime: LocalTime;
  #lastContext: FieldContext;
  #contextSeconds = NaN;
  readonly #budget: StepBudget = { left: 0 };
  readonly #window = { from: 0, to: 0 };
  readonly #hit = { start: 0, end: 0, seconds: NaN, template: "" };
  readonly #memo = new LastStamp();
  #nowSeconds = 0;
  #head: StampHead | undefined;
  #lastIndex = FAR;
  #firstUnused = 0;
  /** The last date: where it was, and the characters outside and inside of its ends. */
  #lastStart = 1;
  #lastEnd = FAR;
  #beforeStart = NaN;
  #atStart = NaN;
  #beforeEnd = NaN;
  #atEnd = NaN;

  constructor(options: DateDetectorOptions) {
    const { datePattern, logTimeZone, localTime = systemLocalTime } = options;
    const year = options.year ?? new Date().getFullYear();
    this.#candidates = listDateTemplates(datePattern, year)
      .map(({ template, weight }) => ({
        template,
        weight,
        hits: 0,
        lastUsedSeconds: 0,
        distance: FAR,
      }));
    this.#zoneMinutes = readZone(logTimeZone);
    this.#localTime = localTime;
    const zoneMinutes = this.#zoneMinutes;
    this.#lastContext = { wallNow: NaN, zoneMinutes, localTime };
  }

  get templates(): readonly string[] {
    return this.#candidates.map(({ template }) => template.name);
  }

  detect(text: string, nowSeconds: number): DateHit | undefined {
    if (this.#isAsBefore(text, nowSeconds)) return this.#hit;
    this.#budget.left = STEPS_A_LINE;
    this.#nowSeconds = nowSeconds;
    const found = this.#find(text);
    if (found === undefined) return undefined;
    const candidate = this.#candidates[found.index];
    if (candidate === undefined) return undefined;
    this.#read(text, candidate, found);
    this.#keepHead(text, candidate, found);
    this.#remember(text, candidate, found);
    return this.#hit;
  }

  /**
   * Whether the line begins as one did whose date was where it was before, as far as the search looked: then all is as it
   * was there. Within a second most lines of a log are so.
   */
  #isAsBefore(text: string, nowSeconds: number): boolean {
    const head = this.#head;
    const isSame = head !== undefined && beginsAlike(text, 0, head) &&
      this.#memo.isFresh(nowSeconds);
    if (isSame) this.noteAlike(1, nowSeconds);
    return isSame;
  }

  get head(): StampHead | undefined {
    return this.#head;
  }

  noteAlike(lines: number, nowSeconds: number): void {
    const candidate = this.#candidates[this.#lastIndex];
    if (candidate === undefined || lines === 0) return;
    candidate.hits += lines;
    candidate.lastUsedSeconds = nowSeconds;
  }

  #keepHead(text: string, { template }: Candidate, found: Found): void {
    const { index, start, end, isInPlace } = found;
    const isSettled = index === this.#lastIndex && start === this.#lastStart &&
      end === this.#lastEnd && (isInPlace || template.isBound);
    const behind = Math.max(template.matcher.reach, end) + 1;
    this.#head = isSettled && behind < text.length && behind <= LONGEST_HEAD
      ? createHead(text.slice(0, behind), template)
      : undefined;
  }

  /** The template that hit last, at its last place, or else the first of the others that fits better. */
  #find(text: string): Found | undefined {
    const last = this.#candidates[this.#lastIndex];
    if (last === undefined) return this.#search(text, undefined, NOTHING);
    const { isBound, matcher } = last.template;
    const isInPlace = !isBound && this.#hasSameEnds(text);
    const isHit = this.#seek(last, text, isInPlace);
    const skipped = isInPlace ? NOTHING : this.#lastIndex;
    if (!isHit) return this.#search(text, undefined, skipped);
    const { start, end } = matcher;
    const found = { index: this.#lastIndex, start, end, isInPlace };
    const isSame = start === this.#lastStart && end === this.#lastEnd;
    return isBound || isSame || this.#candidates.length === 1
      ? found
      : this.#search(text, found, skipped);
  }

  /** A date further behind than the last ones may be text that somebody wrote: it is taken only if there is no other. */
  #search(
    text: string,
    reserve: Found | undefined,
    skipped: number,
  ): Found | undefined {
    let best = reserve;
    const lastOne = this.#candidates.length - 1;
    for (let index = 0; index <= lastOne; index++) {
      const candidate = this.#candidates[index];
      if (candidate === undefined || index === skipped) continue;
      if (!this.#seek(candidate, text, false)) continue;
      const { start, end } = candidate.template.matcher;
      const isFurther = start > candidate.distance || start > this.#lastStart;
      const found = { index, start, end, isInPlace: false };
      if (index === lastOne || candidate.template.isBound || !isFurther) {
        return found;
      }
      if (best === undefined || start < best.start) {
        best = found;
      }
    }
    return best;
  }

  #seek({ template }: Candidate, text: string, isInPlace: boolean): boolean {
    const limit = Math.min(text.length, SEARCH_LIMIT);
    const window = this.#window;
    window.from = isInPlace ? this.#lastStart : 0;
    window.to = isInPlace ? Math.min(limit, this.#lastEnd) : limit;
    return template.matcher.search(text, window, this.#budget);
  }

  /** Whether the line looks the same at both ends of the last date: outside, or inside if that is no letter or digit. */
  #hasSameEnds(text: string): boolean {
    const start = this.#lastStart;
    const end = this.#lastEnd;
    const isSameStart = isSame(unitAt(text, start - 1), this.#beforeStart) ||
      isSame(unitAt(text, start), this.#atStart) && !isAlnum(this.#atStart);
    if (!isSameStart) return false;
    return isSame(unitAt(text, end), this.#atEnd) ||
      isSame(unitAt(text, end - 1), this.#beforeEnd) &&
        !isAlnum(this.#beforeEnd);
  }

  #read(text: string, candidate: Candidate, found: Found): void {
    const { template } = candidate;
    const { matcher } = template;
    // The same template may have found another place since.
    const isCurrent = matcher.start === found.start &&
      matcher.end === found.end;
    if (!isCurrent) this.#seek(candidate, text, found.isInPlace);
    const hit = this.#hit;
    const start = matcher.startOf(1);
    hit.start = start < 0 ? matcher.end : start;
    hit.end = start < 0 ? matcher.end : matcher.endOf(1);
    hit.template = template.name;
    hit.seconds = hit.start === hit.end ? NaN : this.#seconds(text, template);
  }

  #seconds(text: string, template: DateTemplate): number {
    const known = this.#memo.find(text, template, this.#nowSeconds);
    if (!Number.isNaN(known)) return known;
    const seconds = template.read(text, this.#context());
    this.#memo.keep(text, template, { seconds, nowSeconds: this.#nowSeconds });
    return seconds;
  }

  /** What it takes to infer, made anew when the clock goes on. */
  #context(): FieldContext {
    if (this.#contextSeconds !== this.#nowSeconds) {
      this.#contextSeconds = this.#nowSeconds;
      this.#lastContext = {
        wallNow: wallClockOf(this.#nowSeconds, this.#localTime),
        zoneMinutes: this.#zoneMinutes,
        localTime: this.#localTime,
      };
    }
    return this.#lastContext;
  }

  #remember(text: string, candidate: Candidate, found: Found): void {
    const { index, start, end } = found;
    candidate.hits++;
    candidate.lastUsedSeconds = this.#nowSeconds;
    candidate.distance = start;
    if (this.#firstUnused === index) this.#firstUnused++;
    this.#lastStart = start;
    this.#lastEnd = end;
    this.#beforeStart = unitAt(text, start - 1);
    this.#atStart = unitAt(text, start);
    this.#beforeEnd = unitAt(text, end - 1);
    this.#atEnd = unitAt(text, end);
    this.#lastIndex = index > 0 && index !== this.#lastIndex
      ? this.#moveUp(index, candidate)
      : index;
  }

  /** Moves a template towards the front: far where a place is free or half the way is, else by one. */
  #moveUp(index: number, candidate: Candidate): number {
    const far = this.#firstUnused < index
      ? this.#firstUnused
      : Math.floor(index / 2);
    const place = this.#outweighs(candidate, far)
      ? far
      : this.#outweighs(candidate, index - 1)
      ? index - 1
      : index;
    if (place === index) return index;
    this.#candidates.splice(index, 1);
    this.#candidates.splice(place, 0, candidate);
    while ((this.#candidates[this.#firstUnused]?.hits ?? 0) > 0) {
      this.#firstUnused++;
    }
    return place;
  }

  #outweighs(candidate: Candidate, place: number): boolean {
    const other = this.#candidates[place];
    if (other === undefined) return false;
    return weightOf(candidate) > weightOf(other) ||
      candidate.lastUsedSeconds - UNUSED_SECONDS > other.lastUsedSeconds;
  }
}

/** @param text what the template's last search looked at */
function createHead(
  text: string,
  { fractionGroup, matcher }: DateTemplate,
): StampHead {
  const from = fractionGroup === undefined
    ? -1
    : matcher.startOf(fractionGroup);
  const to = fractionGroup === undefined ? -1 : matcher.endOf(fractionGroup);
  const isLoose = from >= 0 && matcher.takesAnyDigits(from, to);
  return {
    text,
    looseFrom: isLoose ? from : 0,
    looseTo: isLoose ? to : 0,
    endsBeforeDigit: false,
  };
}

function readZone(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  const minutes = parseZoneOffset(zone);
  if (minutes !== undefined) return minutes;
  throw new FilterError(
    zone,
    0,
    "the zone is unknown, expected an abbreviation such as CET, a distance such as +0100, or both",
  );
}

function weightOf({ hits, weight, distance }: Candidate): number {
  return hits * weight / Math.max(1, distance);
}

/** @returns NaN outside of the text */
function unitAt(text: string, at: number): number {
  return at < 0 ? NaN : text.charCodeAt(at);
}

/** Nothing is the same as nothing. */
function isSame(unit: number, other: number): boolean {
  return unit === other || Number.isNaN(unit) && Number.isNaN(other);
}

function isAlnum(unit: number): boolean {
  return unit !== 0x5f && isWordUnit(unit);
}
