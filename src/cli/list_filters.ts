/**
 * `fail2deno list-filters`.
 *
 * @module
 */

import type { FilterFile } from "../config/filter_file.ts";
import { createFilterLibrary } from "../config/filter_library.ts";
import { MACHINE_FILES } from "../config/read_text.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import type { Command, Invocation } from "./command.ts";
import { filtersFolders, print } from "./setup.ts";
import { formatTable } from "./table.ts";

/** Lists the filters that a jail may name. */
export const LIST_FILTERS: Command = {
  name: "list-filters",
  summary: "List the filters that a jail may name, with their modes",
  details:
    "Those of filters.d beside the configuration go before those that come with the program.",
  arguments: [{ form: "[word]", summary: "only those that have it somewhere" }],
  examples: [
    { line: "fail2deno list-filters", summary: "all of them" },
    { line: "fail2deno list-filters nginx", summary: "those for nginx" },
    { line: "fail2deno list-filters mail --json", summary: "as JSON" },
  ],
  json: "an array of `{ name, modes, ports, description }`",
  run: (invocation) => Promise.resolve(listFilters(invocation)),
};

/** A filter in a few words. */
interface FilterSummary {
  readonly name: string;
  readonly modes: readonly string[];
  readonly ports: readonly string[];
  readonly description: string;
}

/** @returns the folders' filters, each read when it is asked for */
export function openFilters(invocation: Invocation) {
  const folders = filtersFolders(invocation);
  return createFilterLibrary(folders, { files: MACHINE_FILES });
}

function listFilters(invocation: Invocation): ExitCode {
  const library = openFilters(invocation);
  const [word = ""] = invocation.words;
  const filters = library.names().flatMap((name) => {
    const filter = library.find(name);
    return filter === undefined ? [] : [summarize(filter)];
  }).filter((filter) => hasWord(filter, word.toLowerCase()));
  print(invocation, filters, () => formatFilters(filters));
  return filters.length === 0 ? EXIT.no : EXIT.ok;
}

function summarize(filter: FilterFile): FilterSummary {
  const { name, description, ports, modes } = filter;
  return { name, modes: [...modes.keys()], ports, description };
}

function hasWord({ name, description }: FilterSummary, word: string): boolean {
  return `${name} ${description}`.toLowerCase().includes(word);
}

function formatFilters(filters: readonly FilterSummary[]): string {
  if (filters.length === 0) return "No filter fits\n";
  return formatTable(
    ["FILTER", "MODES", "WHAT IT FINDS"],
    filters.map(({ name, modes, description }) => [
      name,
      modes.join(" ") || "-",
      description,
    ]),
  );
}
