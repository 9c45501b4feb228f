/**
 * Drivers and handler actions as `status --actions` shows them.
 *
 * @module
 */

import type { ActionRecord, ActionRecords } from "../control/types.ts";
import { PLAIN, type Style } from "./style.ts";
import { formatTable } from "./table.ts";

/**
 * Draws a table of drivers, one of actions where there are any, one of feeds, and what went wrong last.
 *
 *     DRIVER    BANS  UNBANS  FAILURES
 *     nftables    12       9         0
 *
 *     ACTION  PLUGIN   STATE                       DELIVERED  RETRIED  REFUSED  DROPPED  QUEUED  CALLS
 *     team    webhook  waiting until 10:00:42 UTC         19        2        0        0       2      6
 *
 *     ACTION     FEEDS      HOSTS  CAME                  NEXT
 *     abuseipdb  blacklist  10000  2026-01-02T10:00:30Z  2026-01-03T10:00:30Z
 *
 *     ACTION  WHEN                  LAST ERROR
 *     team    2026-01-02T10:00:30Z  Connection refused
 */
export function formatActions(
  { drivers, actions }: ActionRecords,
  style: Style = PLAIN,
): string {
  const parts = [formatTable(
    ["DRIVER", "BANS", "UNBANS", "FAILURES"],
    drivers.map((each) => [each.name, each.bans, each.unbans, each.failures]),
    { style },
  )];
  if (actions.length > 0) parts.push(formatHandlers(actions, style));
  const feeds = actions.flatMap(({ name, feed }) =>
    feed === undefined ? [] : [[
      name,
      feed.jails.join(", "),
      feed.hosts ?? "-",
      feed.time ?? "-",
      feed.next,
    ]]
  );
  if (feeds.length > 0) {
    const titles = ["ACTION", "FEEDS", "HOSTS", "CAME", "NEXT"];
    parts.push(formatTable(titles, feeds, { style }));
  }
  const errors = actions.flatMap(({ name, lastError }) =>
    lastError === null ? [] : [[name, lastError.time, lastError.message]]
  );
  if (errors.length > 0) {
    parts.push(
      formatTable(["ACTION", "WHEN", "LAST ERROR"], errors, { style }),
    );
  }
  return parts.join("\n");
}

function formatHandlers(
  actions: readonly ActionRecord[],
  style: Style,
): string {
  return formatTable(
    [
      ...["ACTION", "PLUGIN", "STATE", "DELIVERED", "RETRIED"],
      ...["REFUSED", "DROPPED", "QUEUED", "CALLS"],
    ],
    actions.map((each) => [
      each.name,
      each.plugin,
      describeState(each),
      each.delivered,
      each.retried,
      each.refused,
      each.dropped,
      each.queued,
      each.calls,
    ]),
    { style },
  );
}

function describeState({ state, until }: ActionRecord): string {
  return until === null ? state : `${state} until ${until.slice(11, 19)} UTC`;
}
