/**
 * Drivers and handler actions as `status --actions` shows them.
 *
 * @module
 */

import type { ActionRecord, ActionRecords } from "../control/types.ts";
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
export function formatActions({ drivers, actions }: ActionRecords): string {
  const parts = [formatTable(
    ["DRIVER", "BANS", "UNBANS", "FAILURES"],
    drivers.map((each) => [each.name, each.bans, each.unbans, each.failures]),
  )];
  if (actions.length > 0) parts.push(formatHandlers(actions));
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
    parts.push(
      formatTable(["ACTION", "FEEDS", "HOSTS", "CAME", "NEXT"], feeds),
    );
  }
  const errors = actions.flatMap(({ name, lastError }) =>
    lastError === null ? [] : [[name, lastError.time, lastError.message]]
  );
  if (errors.length > 0) {
    parts.push(formatTable(["ACTION", "WHEN", "LAST ERROR"], errors));
  }
  return parts.join("\n");
}

function formatHandlers(actions: readonly ActionRecord[]): string {
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
  );
}

function describeState({ state, until }: ActionRecord): string {
  return until === null ? state : `${state} until ${until.slice(11, 19)} UTC`;
}
