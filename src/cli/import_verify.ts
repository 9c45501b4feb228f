/**
 * `fail2deno import --verify LOG…`: does the import find what fail2ban finds?
 *
 * @module
 */

import { expandGlob } from "../util/expand_glob.ts";
import type { Conversion } from "../../importer/convert_tree.ts";
import type { ResolvedJail } from "../../importer/jail.ts";
import { MACHINE_TREE } from "../../importer/tree_files.ts";
import { verifyJail } from "../../importer/verify_jail.ts";
import { describeReadError } from "../config/read_text.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import { InputError, type Invocation } from "./command.ts";
import { type ImportSource, readSource } from "./import_source.ts";
import {
  formatVerification,
  recordVerification,
  type VerifiedLog,
} from "./import_verify_report.ts";
import { absolutePath, print } from "./setup.ts";
import { writeText } from "./write_text.ts";

/**
 * Compares every log with its jails, one after another. No configuration is written.
 *
 * @throws {InputError} where a log cannot be read
 */
export async function verifyImport(invocation: Invocation): Promise<ExitCode> {
  const { lists, options } = invocation;
  const logs = (lists.verify ?? []).map(toLog);
  const source = await readSource(invocation, lists.jail);
  const verified: VerifiedLog[] = [];
  for (const log of logs) {
    verified.push(await verifyLogs(log, source, lists.jail !== undefined));
  }
  const record = recordVerification(source, verified);
  if (typeof options.report === "string") {
    const path = absolutePath(options.report);
    writeText(path, `${JSON.stringify(record, null, 2)}\n`);
  }
  print(invocation, record, () => formatVerification(source, verified));
  return exitCodeOf(source, verified);
}

async function verifyLogs(
  log: string,
  { folder, tree, conversion }: ImportSource,
  isNamed: boolean,
): Promise<VerifiedLog> {
  const readers = tree.jails.filter((jail) => readsLog(jail, log));
  const isOwn = !isNamed && readers.length > 0;
  const jails: VerifiedLog["jails"][number][] = [];
  const chosen = isOwn
    ? readers
    : tree.jails.filter(({ name }) => isNamed || hasFilter(conversion, name));
  for (const jail of chosen) {
    const verification = await verifyJail(jail, { folder, conversion, log });
    jails.push({ name: jail.name, filter: jail.filter?.name, verification });
  }
  const choice = isNamed ? "named" : isOwn ? "readers" : "all";
  return { log, choice, jails };
}

/** A jail whose failures are bans has nothing to look for in a log. */
function hasFilter({ jails }: Conversion, name: string): boolean {
  return jails.find((jail) => jail.name === name)?.filter !== undefined;
}

/** By the file, whatever links lead to it. */
function readsLog({ logPaths }: ResolvedJail, log: string): boolean {
  return logPaths.some(({ pattern }) =>
    expandGlob(pattern, MACHINE_TREE).some((path) => leadsTo(path, log))
  );
}

function leadsTo(path: string, log: string): boolean {
  try {
    return Deno.realPathSync(path) === log;
  } catch {
    // What may not be read is not the log, which was.
    return false;
  }
}

/** @returns its true path */
function toLog(name: string): string {
  try {
    const path = Deno.realPathSync(absolutePath(name));
    if (!Deno.statSync(path).isFile) throw new TypeError("it is no plain file");
    using _ = Deno.openSync(path);
    return path;
  } catch (error) {
    throw new InputError(
      `Cannot read log "${name}": ${describeReadError(error)}`,
      { cause: error },
    );
  }
}

function exitCodeOf(
  { tree }: ImportSource,
  logs: readonly VerifiedLog[],
): ExitCode {
  const all = logs.flatMap(({ jails }) => jails)
    .map(({ verification }) => verification);
  const isWrong = tree.failed.length > 0 ||
    all.some((each) =>
      each.state === "refused" ||
      (each.state === "compared" && each.result.disagreeing > 0)
    );
  if (isWrong) return EXIT.no;
  const isWhole = all.length > 0 &&
    all.every(({ state }) => state === "compared");
  return isWhole ? EXIT.ok : EXIT.firewallUnavailable;
}
