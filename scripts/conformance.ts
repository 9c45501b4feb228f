/**
 * Runs recorded log lines through the filters of fail2ban configurations, and compares with what fail2ban found in them.
 *
 *     scripts/conformance CASES.jsonl --config DIR [--config NAME=DIR ...]
 *
 * Prints each disagreement, and last `N of M records agree`; ends with 0 only when all do.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { EXIT } from "../src/util/exit_codes.ts";
import {
  type CaseRecord,
  type Configurations,
  createCaseRunner,
} from "./conformance_cases.ts";

const USAGE =
  "usage: scripts/conformance CASES.jsonl --config DIR [--config NAME=DIR ...]";

if (import.meta.main) Deno.exit(main(Deno.args));

function main(args: readonly string[]): number {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { config: { type: "string", multiple: true } },
    });
    const [file] = positionals;
    const configs = values.config ?? [];
    if (
      positionals.length !== 1 || file === undefined || configs.length === 0
    ) {
      console.error(USAGE);
      return EXIT.usage;
    }
    return compare(readRecords(file), toConfigurations(configs, file));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (error instanceof TypeError) console.error(USAGE);
    return error instanceof TypeError ? EXIT.usage : EXIT.badInput;
  }
}

function compare(
  records: readonly CaseRecord[],
  configurations: Configurations,
): number {
  const run = createCaseRunner(configurations);
  let agreeing = 0;
  for (const record of records) {
    const disagreement = run(record);
    if (disagreement === undefined) agreeing++;
    else {
      const { seq, instance, line } = record;
      console.log(`${seq} ${instance}: ${line}`);
      console.log(`  expected ${disagreement.expected}`);
      console.log(`  got      ${disagreement.got}`);
    }
  }
  console.log(`${agreeing} of ${records.length} records agree`);
  return agreeing === records.length ? EXIT.ok : EXIT.no;
}

/** In the order of `seq`, since filters remember. */
function readRecords(file: string): readonly CaseRecord[] {
  const records: CaseRecord[] = [];
  for (
    const [index, line] of Deno.readTextFileSync(file).split("\n").entries()
  ) {
    if (line.trim() === "") continue;
    try {
      records.push(JSON.parse(line));
    } catch (error) {
      throw new Error(
        `Cannot read record "${file}:${
          index + 1
        }": no JSON, expected one object a line`,
        { cause: error },
      );
    }
  }
  return records.sort((a, b) => a.seq - b.seq);
}

/** A configuration that is not named is asked for every filter, in the order given; the folder of the cases comes last. */
function toConfigurations(
  configs: readonly string[],
  casesFile: string,
): Configurations {
  const named = new Map<string, string>();
  const unnamed: string[] = [];
  for (const config of configs) {
    const [, name, folder] = /^([^=]+)=(.+)$/s.exec(config) ?? [];
    if (name === undefined || folder === undefined) unnamed.push(config);
    else named.set(name, folder);
  }
  return { named, unnamed, besides: casesFile.replace(/[^/]*$/, "") };
}
