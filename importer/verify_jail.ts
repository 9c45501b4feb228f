/**
 * One jail over one log, against the fail2ban-regex of the machine.
 *
 * @module
 */

import { ConfigError } from "../src/config/problems.ts";
import { FilterError } from "../src/match/filter_error.ts";
import type { Conversion } from "./convert_tree.ts";
import { readImportedFilter } from "./imported_filter.ts";
import type { ResolvedJail } from "./jail.ts";
import { makeRegexCall, type RegexCall } from "./regex_call.ts";
import { RegexError, runRegex, type RunRegexOptions } from "./run_regex.ts";
import { MACHINE_TREE } from "./tree_files.ts";
import { verifyLog } from "./verify_log.ts";
import type { LogVerification } from "./verify_types.ts";

/** What came of a jail and a log. */
export type JailVerification =
  | { readonly state: "compared"; readonly result: LogVerification }
  /** There is no fail2ban-regex; all that our side found counts as found by both. */
  | { readonly state: "alone"; readonly result: LogVerification }
  /** Our side cannot run the filter. */
  | { readonly state: "refused"; readonly problem: string }
  /** fail2ban-regex did not come to the end. */
  | { readonly state: "failed"; readonly problem: string };

/** What is compared. */
export interface VerifyJailOptions extends RunRegexOptions {
  /** Of the tree. */
  readonly folder: string;
  readonly conversion: Conversion;
  /** Absolute path of the log. */
  readonly log: string;
}

/** Compares one jail. */
export async function verifyJail(
  jail: ResolvedJail,
  options: VerifyJailOptions,
): Promise<JailVerification> {
  try {
    return await compare(jail, options);
  } catch (error) {
    const isRefused = error instanceof ConfigError ||
      error instanceof FilterError;
    if (isRefused) return { state: "refused", problem: error.message };
    if (!(error instanceof RegexError)) throw error;
    return { state: "failed", problem: error.message };
  }
}

async function compare(
  jail: ResolvedJail,
  { folder, conversion, log, ...options }: VerifyJailOptions,
): Promise<JailVerification> {
  const converted = conversion.jails.find(({ name }) => name === jail.name);
  if (converted === undefined) {
    return { state: "refused", problem: "it was not imported" };
  }
  const { filter } = converted;
  if (filter === undefined) {
    return {
      state: "refused",
      problem: "it has no log any more: bans of other jails are its failures",
    };
  }
  const own = readImportedFilter(conversion, {
    name: jail.name,
    filter,
  });
  const call = makeRegexCall(jail, { folder, files: MACHINE_TREE });
  using place = provideFilter(call, folder);
  const args = [
    ...call.args,
    ...[`--config=${place.folder}`, "--", log, place.filter],
  ];
  try {
    const fail2ban = runRegex(args, options);
    const result = await verifyLog({ jail: own, log, fail2ban });
    return { state: "compared", result };
  } catch (error) {
    if (!(error instanceof RegexError) || !error.isAbsent) throw error;
    const result = await verifyLog({ jail: own, log });
    return { state: "alone", result };
  }
}

interface FilterPlace extends Disposable {
  readonly folder: string;
  readonly filter: string;
}

/** Writes the filter down where the tree has none like it, in a folder that nobody else may enter. */
function provideFilter(
  { filter, filterText }: RegexCall,
  folder: string,
): FilterPlace {
  if (filter !== undefined) {
    return { folder, filter, [Symbol.dispose]: () => {} };
  }
  const scratch = Deno.makeTempDirSync({ dir: "/tmp", prefix: "fail2deno-" });
  Deno.mkdirSync(`${scratch}/filter.d`);
  Deno.writeTextFileSync(`${scratch}/filter.d/jail.conf`, filterText ?? "");
  return {
    folder: scratch,
    filter: "jail",
    [Symbol.dispose]: () => Deno.removeSync(scratch, { recursive: true }),
  };
}
