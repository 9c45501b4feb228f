/**
 * The work of `fail2deno import`: read, convert, write, report.
 *
 * @module
 */

import type { Conversion } from "../../importer/convert_tree.ts";
import { formatReport, hasLosses } from "../../importer/report.ts";
import { MACHINE_TREE } from "../../importer/tree_files.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import { InputError, type Invocation } from "./command.ts";
import {
  findBans,
  formatBans,
  recordBans,
  requireBans,
  takeOverBans,
} from "./import_bans.ts";
import { DEFAULT_OUTPUT } from "./import_paths.ts";
import { readSource } from "./import_source.ts";
import { absolutePath, print } from "./setup.ts";
import { attemptWrite, writeText } from "./write_text.ts";

/**
 * Imports a tree as the command line asks.
 *
 * @throws {InputError} where there is nothing to import, or a file is in the way
 */
export async function importTree(invocation: Invocation): Promise<ExitCode> {
  const { options, context } = invocation;
  const output = absolutePath(
    typeof options.output === "string" ? options.output : DEFAULT_OUTPUT,
  ).replace(/(?<=.)\/+$/, "");
  const { folder: source, tree, conversion } = await readSource(invocation);
  const nowSeconds = Date.now() / 1000;
  const bans = findBans(tree, { conversion, nowSeconds });
  const isDry = options.dryRun === true;
  if (options.bans === true) requireBans(bans, tree);
  if (!isDry && options.force !== true) requireFree(conversion, output);
  const handed = options.bans === true && !isDry
    ? await takeOverBans(invocation, { conversion, found: bans })
    : undefined;
  if (!isDry) writeFiles(conversion, output);
  const record = {
    ...toRecord(conversion, source),
    bans: recordBans(bans, handed),
  };
  if (typeof options.report === "string") {
    writeText(
      absolutePath(options.report),
      `${JSON.stringify(record, null, 2)}\n`,
    );
  }
  print(
    invocation,
    record,
    () =>
      (isDry ? `${conversion.files.get("config.toml") ?? ""}\n` : "") +
      formatReport(conversion, { color: context.isColored }) +
      formatBans(bans, handed) +
      describeFiles(conversion, output, isDry),
  );
  return hasLosses(conversion) ? EXIT.no : EXIT.ok;
}

/** @throws {InputError} where a file is in the way */
function requireFree({ files }: Conversion, output: string): void {
  const paths = [...files.keys()].map((path) => `${output}/${path}`);
  const present = paths.filter((path) => MACHINE_TREE.exists(path));
  const [first] = present;
  if (first === undefined) return;
  throw new InputError(
    `Cannot write "${first}"${
      present.length > 1 ? ` and ${present.length - 1} more` : ""
    }: it is there already, expected an empty folder or --force`,
  );
}

/** Filters come first: a configuration never names one that is not there. */
function writeFiles({ files }: Conversion, output: string): void {
  attemptWrite(output, () => {
    Deno.mkdirSync(`${output}/filters.d`, { recursive: true, mode: 0o755 });
  });
  const byFilter = [...files].toSorted(([a], [b]) =>
    Number(a === "config.toml") - Number(b === "config.toml")
  );
  for (const [path, text] of byFilter) writeText(`${output}/${path}`, text);
}

function describeFiles(
  { files }: Conversion,
  output: string,
  isDry: boolean,
): string {
  const count = files.size - 1;
  const filters = `${count} filter${count === 1 ? "" : "s"}`;
  const verb = isDry ? "Would write" : "Wrote";
  return `${verb} ${output}/config.toml and ${filters} in ${output}/filters.d\n`;
}

function toRecord(conversion: Conversion, source: string) {
  const { outcomes, problems, disabled, files } = conversion;
  const of = (wanted: string) =>
    outcomes.filter(({ kind }) => kind === wanted)
      .map(({ kind: _, ...outcome }) => outcome);
  return {
    source,
    jails: of("jail"),
    filters: of("filter"),
    daemon: of("daemon"),
    disabled,
    problems,
    files: [...files.keys()],
  };
}
