/**
 * Checks the filters that come with the program, and the page that lists them.
 *
 *     deno task check_filters [--write] [NAME...]
 *
 * With --write, files are formatted and the page is written first.
 *
 * @module
 */

import { checkFilter } from "./filter_rules.ts";
import { FILTERS_FOLDER, type FilterText, readFilters } from "./filter_jail.ts";
import { formatFilter } from "./format_filter.ts";
import { renderFilterPage } from "./filter_page.ts";

const PAGE = new URL("../docs/filters.md", import.meta.url);

/** @returns what is wrong with these filters, and with the page where there is one to compare */
export function checkFilters(
  filters: readonly FilterText[],
  page?: string,
): readonly string[] {
  const problems = filters.flatMap(checkFilter);
  const isStale = page !== undefined &&
    page !== renderFilterPage(filters.map(({ filter }) => filter));
  return isStale
    ? [
      ...problems,
      "docs/filters.md is not up to date, expected what scripts/task check_filters --write makes of it",
    ]
    : problems;
}

function write(): void {
  for (const { filter, text } of readFilters()) {
    const formatted = formatFilter(text);
    if (formatted === text) continue;
    Deno.writeTextFileSync(new URL(filter.file, FILTERS_FOLDER), formatted);
  }
  const filters = readFilters().map(({ filter }) => filter);
  Deno.writeTextFileSync(PAGE, renderFilterPage(filters));
}

if (import.meta.main) {
  const names = Deno.args.filter((word) => word !== "--write");
  if (Deno.args.includes("--write")) write();
  const filters = readFilters();
  const chosen = filters.filter(({ filter }) =>
    names.length === 0 || names.includes(filter.name)
  );
  const page = names.length === 0 ? Deno.readTextFileSync(PAGE) : undefined;
  const problems = checkFilters(chosen, page);
  for (const problem of problems) console.error(problem);
  Deno.exit(problems.length === 0 ? 0 : 1);
}
