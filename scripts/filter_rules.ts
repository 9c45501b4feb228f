/**
 * What is asked of a filter that comes with the program.
 *
 * @module
 */

import { type FilterFile, NORMAL_MODE } from "../src/config/filter_file.ts";
import type { FilterRule } from "../src/config/filter_schema.ts";
import { patternsOf } from "../src/config/filter_library.ts";
import { compileExact } from "../src/match/compile_exact.ts";
import { compileCondition } from "../src/match/json/json_conditions.ts";
import { literalsOfCondition } from "../src/match/json/json_literals.ts";
import { toJsonLines } from "../src/config/json_lines.ts";
import { needsExactJail } from "../src/config/needs_exact_jail.ts";
import { compilePattern } from "../src/match/compile.ts";
import { lintSpoofing } from "../src/match/spoof_lint.ts";
import { type FilterText, toMatchJail } from "./filter_jail.ts";
import {
  modesOf,
  runHit,
  runSample,
  type SampleFailure,
} from "./filter_samples.ts";
import { formatFilter } from "./format_filter.ts";
import { fillHits, findVictims } from "./injections.ts";

/** Samples that a filter has at least. */
export const LEAST_HITS = 5;

/** Near misses that it has at least. */
export const LEAST_MISSES = 3;

/** Forged lines that a filter is tried with at least. */
export const LEAST_INJECTIONS = 20;

/** Longer lines are not read whole. */
const LONG_LINE = 8192;

/** RFC 5737 and RFC 3849: nobody's addresses. */
const EXAMPLE_HOST =
  /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$|^2001:db8:[0-9a-f:]*$/;

/** @returns one sentence for each thing that is wrong; empty when all is well */
export function checkFilter({ filter, text }: FilterText): readonly string[] {
  const excused = findExcusable(filter);
  const broken = excused.filter(({ rule }) => filter.allow[rule] === undefined);
  return [
    ...checkAbout(filter),
    ...checkCounts(filter),
    ...checkHits(filter),
    ...checkMisses(filter),
    ...broken.map(({ rule, problem }) =>
      `${problem}, or a reason in allow.${rule}`
    ),
    ...checkExcuses(filter, excused),
    ...checkTime(filter),
    ...checkVictims(filter),
    ...text === formatFilter(text) ? [] : [
      "is not formatted, expected what scripts/task check_filters --write makes of it",
    ],
  ].map((problem) => `${filter.name}: ${problem}`);
}

function checkAbout(filter: FilterFile): readonly string[] {
  const problems: string[] = [];
  const want = (isThere: boolean, wanted: string) => {
    if (!isThere) problems.push(`lacks ${wanted}`);
  };
  want(filter.description.trim() !== "", "description");
  want(
    filter.seen.length > 0,
    "seen, expected versions of the service whose log format it is written for",
  );
  want(
    URL.canParse(filter.link ?? ""),
    "link, expected where the log's format is described",
  );
  want(
    filter.logs.length + filter.journal.length > 0,
    "logs and journal, expected where the lines usually are",
  );
  for (const [name, { description }] of filter.modes) {
    want(description !== undefined, `mode.${name}.description`);
  }
  return problems;
}

function checkCounts({ hits, misses }: FilterFile): readonly string[] {
  return [
    ...hits.length < LEAST_HITS
      ? [`has ${hits.length} hits, expected ${LEAST_HITS}`]
      : [],
    ...misses.length < LEAST_MISSES
      ? [`has ${misses.length} misses, expected ${LEAST_MISSES}`]
      : [],
    ...hits.filter(({ host }) => !EXAMPLE_HOST.test(host)).map(({ host }) =>
      `has the host ${host} in a sample, expected an address for documentation`
    ),
  ];
}

/** Every hit is found, and every pattern finds one. */
function checkHits(filter: FilterFile): readonly string[] {
  const problems: string[] = [];
  const used = new Set<string>();
  for (const hit of filter.hits) {
    const { mode = NORMAL_MODE, line, host, user } = hit;
    const { failures } = runHit(filter, hit);
    const [failure] = failures;
    const pattern = patternsOf(filter, mode)?.[failure?.pattern ?? -1];
    if (pattern !== undefined) used.add(pattern);
    const isHit = failures.length === 1 && failure?.host === host &&
      (user === undefined || failure.user === user);
    if (isHit) continue;
    const wanted = user === undefined ? host : `${host}, user "${user}"`;
    problems.push(describeSample(line, failure, `one of ${wanted}`));
  }
  const isJson = filter.json?.host !== undefined;
  const idle = allPatterns(filter).filter((pattern) =>
    !used.has(pattern) && (isJson || isFailureAlone(pattern))
  );
  return [
    ...problems,
    ...idle.map((pattern) => `has no hit for the pattern "${pattern}"`),
  ];
}

/** A pattern of a connection may be no failure, or leave it to another line to tell the host. */
function isFailureAlone(pattern: string): boolean {
  return /<(?:HOST|ADDR|IP4|IP6|SUBNET)>/.test(pattern) &&
    !/<F-NOFAIL>|<F-MLFGAINED>/.test(pattern);
}

function checkMisses(filter: FilterFile): readonly string[] {
  return filter.misses.flatMap(({ line, before, mode }) => {
    const modes = mode === undefined ? modesOf(filter) : [mode];
    return modes.flatMap((mode) => {
      const [failure] = runSample(filter, { mode, line, before }).failures;
      return failure === undefined
        ? []
        : [describeSample(line, failure, `no failure in mode ${mode}`)];
    });
  });
}

function describeSample(
  line: string,
  failure: SampleFailure | undefined,
  wanted: string,
): string {
  const found = failure === undefined ? "no failure" : JSON.stringify(failure);
  return `takes ${JSON.stringify(line)} for ${found}, expected ${wanted}`;
}

/** A broken rule that may have its reason. */
interface Excusable {
  readonly rule: FilterRule;
  readonly problem: string;
}

function findExcusable(filter: FilterFile): readonly Excusable[] {
  return [
    ...judgeSamples(filter),
    ...judgePatterns(filter),
    ...judgeConditions(filter),
  ];
}

function judgeSamples(filter: FilterFile): readonly Excusable[] {
  const { hits, ports } = filter;
  const forged = fillHits(filter).length;
  const found: Excusable[] = [];
  if (ports.length === 0) {
    found.push({ rule: "ports", problem: "lacks ports, expected some" });
  }
  if (!hits.some(({ host }) => host.includes(":"))) {
    found.push({
      rule: "ipv6",
      problem: "has no hit with an IPv6 address, expected one",
    });
  }
  if (forged < LEAST_INJECTIONS) {
    found.push({
      rule: "attacker",
      problem:
        `can be tried with ${forged} forged lines, expected ${LEAST_INJECTIONS}: attacker names the texts of a hit that an attacker chooses`,
    });
  }
  if (!hits.some((hit) => runHit(filter, hit).counts.undated === 0)) {
    found.push({
      rule: "date",
      problem:
        "reads the date of no hit, expected a date_format or date_pattern",
    });
  }
  return found;
}

function judgePatterns(filter: FilterFile): readonly Excusable[] {
  const { prefixPattern } = filter;
  const isPrefixed = prefixPattern !== undefined &&
    "literals" in compileAsJail(filter, prefixPattern).literals;
  return allPatterns(filter).flatMap((pattern): readonly Excusable[] => {
    const { engine, literals } = compileAsJail(filter, pattern);
    const spoofing = lintSpoofing(pattern);
    return [
      ...engine.kind === "linear" ? [] : [{
        rule: "engine" as const,
        problem:
          `runs "${pattern}" in the engine ${engine.kind}, expected linear`,
      }],
      ...isPrefixed || "literals" in literals ? [] : [{
        rule: "literal" as const,
        problem:
          `has no literal in "${pattern}" (${literals.declined}), expected one`,
      }],
      ...spoofing === undefined
        ? []
        : [{ rule: "spoof" as const, problem: spoofing }],
    ];
  });
}

function judgeConditions(filter: FilterFile): readonly Excusable[] {
  const conditions = toJsonLines(filter.json ?? {})?.conditions ?? [];
  return conditions.flatMap((condition) =>
    "literals" in literalsOfCondition(compileCondition(condition)) ? [] : [{
      rule: "literal" as const,
      problem:
        `looks at each line for ${condition.name}, expected a condition with a literal`,
    }]
  );
}

function checkExcuses(
  { allow }: FilterFile,
  excused: readonly Excusable[],
): readonly string[] {
  return Object.entries(allow).flatMap(([rule, reason]) => {
    if (reason === undefined) return [];
    if (reason.trim() === "") return [`has no reason in allow.${rule}`];
    return excused.some((one) => one.rule === rule)
      ? []
      : [`keeps all of the rule ${rule}, expected no allow.${rule}`];
  });
}

/** Lines that are as long as they get, and made of what patterns begin with. */
function checkTime(filter: FilterFile): readonly string[] {
  for (const hit of filter.hits) {
    const { mode = NORMAL_MODE, line, before } = hit;
    const half = line.slice(0, Math.ceil(line.length / 2));
    for (const piece of [line, half, `${line} `]) {
      const long = piece.repeat(Math.ceil(LONG_LINE / piece.length));
      const { overBudget } = runSample(filter, { mode, line: long, before });
      if (overBudget > 0) {
        return [
          `gives up a line of ${long.length} characters made of ${
            JSON.stringify(piece)
          }, expected fewer steps`,
        ];
      }
    }
  }
  return [];
}

function checkVictims(filter: FilterFile): readonly string[] {
  const [first, ...more] = findVictims(filter);
  return first === undefined ? [] : [
    `can be made to ban somebody else by ${JSON.stringify(first.line)}${
      more.length === 0 ? "" : ` and ${more.length} lines more`
    }`,
  ];
}

function compileAsJail(filter: FilterFile, pattern: string) {
  const jail = toMatchJail(filter, NORMAL_MODE);
  return needsExactJail(jail)
    ? compileExact(pattern, jail)
    : compilePattern(pattern, {
      role: jail.json?.host === undefined ? "fail" : "ignore",
    });
}

function allPatterns(filter: FilterFile): readonly string[] {
  return [
    ...new Set([
      ...filter.failPatterns,
      ...[...filter.modes.values()].flatMap((mode) => mode.failPatterns),
    ]),
  ];
}
