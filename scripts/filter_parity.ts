/**
 * Compares our filters with what fail2ban's found in recorded lines.
 *
 *     deno task filter_parity CASES.jsonl [SERVICE...]
 *
 * Prints the agreement of each service; with services named, also each line on which the two differ.
 *
 * @module
 */

import type { FilterFile } from "../src/config/filter_file.ts";
import { createMatcher } from "../src/match/matcher.ts";
import type { Matcher } from "../src/match/types.ts";
import { formatNetwork, parseNetwork } from "../src/util/address.ts";
import { type CaseRecord, matchRecord } from "./conformance_cases.ts";
import { readFilters, toMatchJail } from "./filter_jail.ts";
import { createPosixZone } from "./posix_zone.ts";

/** Which of our filters does the work of one of fail2ban's. */
export interface FilterMapping {
  readonly filter: string;
  /** Our mode for one of theirs; `default` where they name none. One that is not here has the same name. */
  readonly modes?: Readonly<Record<string, string>>;
}

/** Our filters, by the names of fail2ban's. */
export type FilterMap = Readonly<Record<string, FilterMapping>>;

/** A recorded line with what fail2ban returned. */
export interface ParityRecord extends CaseRecord {
  readonly oracle?: { readonly id?: string | null } | null;
}

/** What came out for one of fail2ban's filters. */
export interface ServiceParity {
  readonly service: string;
  hits: number;
  agreedHits: number;
  misses: number;
  agreedMisses: number;
  readonly differences: Difference[];
}

/** A line on which the two differ; `undefined` is no failure. */
export interface Difference {
  readonly seq: number;
  readonly mode: string;
  readonly line: string;
  readonly theirs: string | undefined;
  readonly ours: string | undefined;
}

/** That all records were made with. */
const ZONE = "CET-01CEST-02,M3.5.0,M10.5.0";

/**
 * Runs records through our filters; those of filters that the map does not have are left out.
 *
 * @param records in the order of `seq`, since filters remember
 * @returns one entry a filter of fail2ban's, in the order of their first records
 */
export function compareWithFail2ban(
  records: readonly ParityRecord[],
  { map, filters }: {
    readonly map: FilterMap;
    readonly filters: readonly FilterFile[];
  },
): readonly ServiceParity[] {
  const matchers = new Map<string, Matcher>();
  const services = new Map<string, ServiceParity>();
  for (const record of records) {
    const mapping = map[record.filter];
    if (mapping === undefined) continue;
    const mode = modeOf(record, mapping);
    const filter = filters.find(({ name }) => name === mapping.filter);
    if (filter === undefined) {
      throw new Error(
        `Cannot compare "${record.filter}": there is no filter "${mapping.filter}", expected one of filters/`,
      );
    }
    const matcher = matchers.get(record.instance) ??
      openMatcher(filter, mode);
    matchers.set(record.instance, matcher);
    const parity = services.get(record.filter) ?? emptyParity(record.filter);
    services.set(record.filter, parity);
    judge(parity, record, { mode, ours: findHost(matcher, record) });
  }
  return [...services.values()];
}

/** @returns the filters of fail2ban's with records that the map does not have, each with the number of its records */
export function unmappedServices(
  records: readonly ParityRecord[],
  map: FilterMap,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { filter, config } of records) {
    if (filter in map || config !== "config") continue;
    counts.set(filter, (counts.get(filter) ?? 0) + 1);
  }
  return counts;
}

function modeOf({ options }: ParityRecord, { modes }: FilterMapping): string {
  const mode = String(options.mode ?? "default");
  return modes?.[mode] ?? (mode === "default" ? "normal" : mode);
}

function openMatcher(filter: FilterFile, mode: string): Matcher {
  return createMatcher([toMatchJail(filter, mode)], {
    trustsStamps: true,
    emitsRawIds: true,
    localTime: createPosixZone(ZONE),
  });
}

function findHost(
  matcher: Matcher,
  record: ParityRecord,
): string | undefined {
  let host: string | undefined;
  matchRecord(
    matcher,
    record,
    (failure) => host ??= canonical(failure.host),
  );
  return host;
}

function judge(
  parity: ServiceParity,
  record: ParityRecord,
  { mode, ours }: { readonly mode: string; readonly ours: string | undefined },
): void {
  const { expect, oracle, match, seq, line } = record;
  const id = expect.host ?? oracle?.id ?? "";
  const theirs = match ? canonical(String(id)) : undefined;
  const agrees = ours === theirs;
  if (match) parity.hits++;
  else parity.misses++;
  if (!agrees) parity.differences.push({ seq, mode, line, theirs, ours });
  else if (match) parity.agreedHits++;
  else parity.agreedMisses++;
}

function canonical(host: string): string {
  const network = parseNetwork(host);
  return network === undefined ? host : formatNetwork(network);
}

function emptyParity(service: string): ServiceParity {
  return {
    service,
    ...{ hits: 0, agreedHits: 0, misses: 0, agreedMisses: 0 },
    differences: [],
  };
}

/** Reads the records of a file, in order. */
export function readParityRecords(text: string): readonly ParityRecord[] {
  return text.split("\n").filter((line) => line.trim() !== "")
    .map((line): ParityRecord => JSON.parse(line))
    .sort((one, other) => one.seq - other.seq);
}

/** Reads the map of `test/conformance/`. */
export function readFilterMap(): FilterMap {
  const file = new URL("../test/conformance/filter_map.json", import.meta.url);
  return JSON.parse(Deno.readTextFileSync(file));
}

function main([file, ...services]: readonly string[]): void {
  if (file === undefined) {
    console.error("usage: filter_parity CASES.jsonl [SERVICE...]");
    Deno.exit(64);
  }
  const records = readParityRecords(Deno.readTextFileSync(file));
  const map = readFilterMap();
  const filters = readFilters().map(({ filter }) => filter);
  const parities = compareWithFail2ban(records, { map, filters });
  for (const parity of parities) {
    const { service, hits, agreedHits, misses, agreedMisses } = parity;
    if (services.length > 0 && !services.includes(service)) continue;
    const all = parity.differences.length === 0 ? "" : "  differs";
    console.log(
      `${service}: ${agreedHits} of ${hits} hits, ${agreedMisses} of ${misses} others${all}`,
    );
    if (services.length === 0) continue;
    for (const { seq, mode, line, theirs, ours } of parity.differences) {
      console.log(
        `  ${seq} ${mode}: theirs ${theirs}, ours ${ours}\n    ${line}`,
      );
    }
  }
  if (services.length > 0) return;
  const sum = (key: "hits" | "agreedHits" | "misses" | "agreedMisses") =>
    parities.reduce((total, parity) => total + parity[key], 0);
  console.log(
    `${sum("agreedHits")} of ${sum("hits")} hits, ${sum("agreedMisses")} of ${
      sum("misses")
    } others`,
  );
  const rest = [...unmappedServices(records, map)]
    .map(([name, count]) => `${name} ${count}`);
  if (rest.length > 0) console.log(`not compared: ${rest.join(", ")}`);
}

if (import.meta.main) main(Deno.args);
