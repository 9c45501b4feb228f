import assert from "node:assert/strict";
import {
  createDateDetector,
  type DateDetector,
} from "../../src/match/date/date_detector.ts";
import { listDateTemplates } from "../../src/match/date/date_template_list.ts";
import { evaluateDuration } from "../../src/util/duration.ts";
import { centralEurope } from "../support/central_europe.ts";
import { readShared } from "./shared.ts";

/** Of the records that do not say it. */
const NOW = 1_124_013_600;

/** One call of fail2ban's date detector, and what it gave. */
interface DateRecord {
  readonly kind: "matchTime" | "getTime";
  /** Records of one detector follow each other, in the order of the calls. */
  readonly detector: number;
  readonly templates: "DEFAULT" | readonly string[];
  readonly line: string;
  readonly matched: string | null;
  readonly template?: string | null;
  readonly time?: number | null;
  readonly now?: number;
  /** Minutes east of Greenwich. */
  readonly default_tz?: number | null;
}

interface DurationRecord {
  readonly kind: "str2seconds";
  readonly input: string;
  readonly output: number;
}

/** A template that fail2ban makes of a date pattern. */
interface TemplateRecord {
  readonly name: string;
  readonly weight: number;
  readonly flags: readonly string[];
}

interface Templates {
  readonly date_default_templates: readonly TemplateRecord[];
  readonly date_templates_by_datepattern: Readonly<
    Record<string, readonly TemplateRecord[]>
  >;
}

const records = readRecords();
const templates = readTemplates();

Deno.test({
  name:
    "the date detector and the durations agree with every record of dates.jsonl",
  ignore: records === undefined,
  fn() {
    const detectors = new Map<number, [key: string, DateDetector]>();
    let agreeing = 0;
    for (const [index, record] of (records ?? []).entries()) {
      const { expected, got } = record.kind === "str2seconds"
        ? replayDuration(record)
        : replayDate(record, detectors);
      try {
        assert.deepEqual(got, expected);
        agreeing++;
      } catch {
        const shown = { record, expected, got };
        console.log(`dates.jsonl:${index + 1}: ${JSON.stringify(shown)}`);
      }
    }
    const count = records?.length ?? 0;
    console.log(`${agreeing} of ${count} records agree`);
    assert.ok(count > 0, "The file holds no record");
    assert.equal(agreeing, count);
  },
});

Deno.test({
  name:
    "the date patterns of all filters become the templates of filters-resolved.json",
  ignore: templates === undefined,
  fn() {
    if (templates === undefined) return;
    const { date_default_templates, date_templates_by_datepattern } = templates;
    const year = new Date().getFullYear();
    const lists: [string | undefined, readonly TemplateRecord[]][] = [
      [undefined, date_default_templates],
      ...Object.entries(date_templates_by_datepattern),
    ];
    for (const [pattern, expected] of lists) {
      const got = listDateTemplates(pattern, year)
        .map((
          { template: { name, isLineBegin, isBound }, weight },
        ) => [name, weight, isLineBegin, isBound]);
      assert.deepEqual(got, expected.map(describe), pattern);
    }
    console.log(`${lists.length} of ${lists.length} date patterns agree`);
  },
});

function describe({ name, weight, flags }: TemplateRecord) {
  const isLineBegin = flags.includes("LINE_BEGIN");
  return [name, weight, isLineBegin, isLineBegin || flags.includes("LINE_END")];
}

function readTemplates(): Templates | undefined {
  const text = readShared("filters-resolved.json");
  return text === undefined ? undefined : JSON.parse(text);
}

function readRecords(): (DateRecord | DurationRecord)[] | undefined {
  return readShared("dates.jsonl")?.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
}

function replayDuration({ input, output }: DurationRecord) {
  return { expected: output, got: evaluateDuration(input) };
}

function replayDate(
  record: DateRecord,
  detectors: Map<number, [key: string, DateDetector]>,
) {
  const hit = detectorOf(record, detectors)
    .detect(record.line, record.now ?? NOW);
  const isRead = hit !== undefined && !Number.isNaN(hit.seconds);
  const isHit = record.kind === "getTime" ? isRead : hit !== undefined;
  const matched = hit !== undefined && isHit
    ? record.line.slice(hit.start, hit.end)
    : null;
  return record.kind === "getTime"
    ? {
      expected: [record.matched, record.time ?? null],
      got: [matched, isRead ? hit.seconds : null],
    }
    : {
      expected: [record.matched, record.template],
      got: [matched, hit?.template ?? null],
    };
}

function detectorOf(
  { detector, templates, default_tz: zone }: DateRecord,
  detectors: Map<number, [key: string, DateDetector]>,
): DateDetector {
  const isDefault = templates === "DEFAULT";
  const key = JSON.stringify([templates, zone ?? null]);
  const known = detectors.get(detector);
  if (known?.[0] === key) return known[1];
  const made = createDateDetector({
    datePattern: isDefault ? undefined : templates.map(patternOf).join("\n"),
    logTimeZone: zone === null || zone === undefined ? undefined : zoneOf(zone),
    localTime: centralEurope,
  });
  detectors.set(detector, [key, made]);
  return made;
}

/** The records name the epochs by their templates, not by their keywords. */
function patternOf(template: string): string {
  return template === "LongEpoch" ? "LEPOCH" : template;
}

function zoneOf(minutes: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(size / 60)}${two(size % 60)}`;
}
