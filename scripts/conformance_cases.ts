/**
 * One recorded line after another through the filter that it was recorded with.
 *
 * @module
 */

import { resolveFilter } from "../importer/filter.ts";
import type { TreeFiles } from "../importer/tree_files.ts";
import { createMatcher } from "../src/match/matcher.ts";
import type {
  Failure,
  FailureSink,
  Matcher,
  MatchJail,
} from "../src/match/types.ts";
import { NO_POSITION } from "../src/source/types.ts";
import { formatNetwork, parseNetwork } from "../src/util/address.ts";
import { createMountedTree } from "./conformance_tree.ts";
import { createPosixZone } from "./posix_zone.ts";

/** A recorded line; fields that say nothing about the run are left out. */
export interface CaseRecord {
  readonly seq: number;
  /** Name of the configuration. */
  readonly config: string;
  readonly filter: string;
  /** Records of one instance share a filter and what it remembers. */
  readonly instance: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** Whether it came from the journal, which tells its time. */
  readonly journal: boolean;
  readonly line: string;
  /** Whether it is a failure. */
  readonly match: boolean;
  readonly expect: Readonly<Record<string, unknown>>;
  /** Seconds since 1970, or null where it is not compared. */
  readonly epoch: number | null;
}

/**
 * Where configurations are found. Their names say how they lie to each other: `tests/config` may include
 * `../../config/filter.d/common.conf`.
 */
export interface Configurations {
  readonly named: ReadonlyMap<string, string>;
  /** The first is `config`, unless another one bears that name; the others are asked for what has no folder yet. */
  readonly unnamed: readonly string[];
  /** A folder that may hold the others, `fail2ban/tests/config` as `fail2ban-tests-config`; empty or ended by a slash. */
  readonly besides: string;
}

/** What a record wants, and what came out, as JSON. */
export interface Disagreement {
  readonly expected: string;
  readonly got: string;
}

/** A failure to be compared, copied from one that is used again. */
interface FoundFailure {
  readonly host: string;
  readonly timeSeconds: number;
  readonly groups: Readonly<Record<string, string | undefined>>;
  readonly lines: readonly string[];
  readonly users: readonly string[];
}

/** The clock and the zone that all records were made with. */
const NOW_SECONDS = 1_124_013_600;
const ZONE = "CET-01CEST-02,M3.5.0,M10.5.0";

const ENCODER = new TextEncoder();

/** @returns a function to be called with the records in order; undefined where they agree */
export function createCaseRunner(
  configurations: Configurations,
): (record: CaseRecord) => Disagreement | undefined {
  const matchers = new Map<string, Matcher | Error>();
  const folders = mountFolders(configurations);
  return (record) => {
    const matcher = matchers.get(record.instance) ??
      openMatcher(record, folders);
    matchers.set(record.instance, matcher);
    if (matcher instanceof Error) {
      return { expected: printExpected(record), got: matcher.message };
    }
    return judge(record, findFailures(matcher, record));
  };
}

/** The folder of a record's configuration, with all that it may include from. */
type Folders = (
  record: CaseRecord,
) => { readonly folder: string; readonly files: TreeFiles };

function mountFolders(
  { named, unnamed, besides }: Configurations,
): Folders {
  const mounted = new Map(named);
  const [first] = unnamed;
  if (first !== undefined && !mounted.has("config")) {
    mounted.set("config", first);
  }
  const files = createMountedTree(mounted);
  return ({ config, filter }) => {
    const candidates = [
      ...unnamed,
      `${besides}${config.replaceAll("/", "-")}`,
    ];
    const folder = mounted.get(config) ??
      candidates.find((path) => isFile(`${path}/filter.d/${filter}.conf`));
    if (folder === undefined) {
      throw new Error(
        `Cannot find filter "${filter}" of configuration "${config}": no folder given has it, expected --config ${config}=DIR`,
      );
    }
    mounted.set(config, folder);
    return { folder: `/${config}`, files };
  };
}

function openMatcher(record: CaseRecord, folders: Folders): Matcher | Error {
  try {
    return createMatcher([resolveJail(record, folders)], {
      trustsStamps: true,
      emitsRawIds: true,
      localTime: createPosixZone(ZONE),
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function resolveJail(record: CaseRecord, folders: Folders): MatchJail {
  const options = Object.fromEntries(
    Object.entries(record.options).map(([key, value]) => [key, String(value)]),
  );
  const { folder, files } = folders(record);
  const filter = resolveFilter(folder, record.filter, { options, files });
  return {
    name: record.filter,
    dateFormat: "auto",
    syntax: "fail2ban",
    useDns: "raw",
    findTimeSeconds: 600,
    failPatterns: filter.failregex,
    ignorePatterns: filter.ignoreregex,
    prefixPattern: filter.prefregex,
    maxLines: filter.maxlines,
    datePattern: filter.datepattern,
  };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function findFailures(
  matcher: Matcher,
  record: CaseRecord,
): readonly FoundFailure[] {
  const found: FoundFailure[] = [];
  matchRecord(
    matcher,
    record,
    (failure) => found.push(copyFailure(failure)),
  );
  return found;
}

/** Runs a matcher on the line of a record, at the time at which it was recorded. */
export function matchRecord(
  matcher: Matcher,
  { line, journal }: CaseRecord,
  emit: FailureSink,
): void {
  matcher.match(
    {
      source: "",
      bytes: ENCODER.encode(`${line}\n`),
      position: NO_POSITION,
      isCatchUp: true,
      ...(journal ? { timeSeconds: NOW_SECONDS } : {}),
    },
    NOW_SECONDS,
    emit,
  );
}

function copyFailure(failure: Failure): FoundFailure {
  const { host, timeSeconds, line } = failure;
  return {
    host,
    timeSeconds,
    groups: { ...failure.groups },
    lines: [...failure.lines ?? [line]],
    users: [...failure.users ?? []],
  };
}

function judge(
  record: CaseRecord,
  found: readonly FoundFailure[],
): Disagreement | undefined {
  const [failure] = found;
  const isRight = record.match
    ? found.length === 1 && failure !== undefined &&
      isAsExpected(record, failure)
    : failure === undefined;
  if (isRight) return undefined;
  return { expected: printExpected(record), got: printFound(record, found) };
}

function isAsExpected(record: CaseRecord, failure: FoundFailure): boolean {
  if (record.epoch !== null && record.epoch !== failure.timeSeconds) {
    return false;
  }
  return Object.entries(record.expect).every(([key, wanted]) =>
    print(normalize(wanted, key)) ===
      print(normalize(valueOf(failure, key), key))
  );
}

function valueOf(failure: FoundFailure, key: string): unknown {
  const caught = failure.groups[key];
  if (caught !== undefined) return caught;
  switch (key) {
    case "host":
      return failure.host;
    case "attempts":
      return failure.lines.length;
    case "users":
      return failure.users;
    case "matches":
      return failure.lines;
    default:
      return null;
  }
}

/** Lists are compared as sets, hosts as addresses: `2001:DB8::1` is `2001:db8::1`. */
function normalize(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return [...value].sort();
  const network = key === "host" && typeof value === "string"
    ? parseNetwork(value)
    : undefined;
  return network === undefined ? value : formatNetwork(network);
}

function printExpected({ match, expect, epoch }: CaseRecord): string {
  return match ? print({ ...expect, epoch }) : "no failure";
}

function printFound(
  { expect }: CaseRecord,
  found: readonly FoundFailure[],
): string {
  if (found.length === 0) return "no failure";
  const keys = new Set(["host", ...Object.keys(expect)]);
  return found.map((failure) =>
    print({
      ...Object.fromEntries(
        [...keys].map((key) => [key, valueOf(failure, key)]),
      ),
      epoch: failure.timeSeconds,
    })
  ).join(" and ");
}

function print(value: unknown): string {
  return JSON.stringify(value);
}
