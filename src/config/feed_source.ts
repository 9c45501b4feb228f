/**
 * Jails whose hosts are brought by an action: `source = "feed"`.
 *
 * @module
 */

import { refuseLogKeys } from "./ban_source.ts";
import type { JailInput } from "./jail_schema.ts";
import { findPlace, problemAt, type TableNode } from "./tree.ts";
import type { ConfigProblem } from "./types.ts";

/**
 * Checks the keys that say where hosts come from. Whether there is such an action is seen with all actions.
 *
 * @param table the jail's own keys over those of `[defaults]`
 */
export function checkFeedSource(
  name: string,
  { input, table }: { readonly input: JailInput; readonly table: TableNode },
): ConfigProblem[] {
  if (input.source !== "feed") {
    return input.feed === undefined ? [] : [problemAt(
      findPlace(table, ["feed"]),
      `Cannot use feed in jail "${name}": it reads a log, expected source = "feed" beside it`,
    )];
  }
  const problems = refuseLogKeys(name, {
    table,
    why: "an action brings its hosts",
  });
  if (input.feed !== undefined) return problems;
  return [
    ...problems,
    problemAt(
      findPlace(table, ["source"]),
      `Cannot use source "feed" in jail "${name}": feed is missing, expected the name of an action beside it`,
    ),
  ];
}
