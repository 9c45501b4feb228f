/**
 * Turns decisions into what has to be done to sets.
 *
 * @module
 */

import type { Decision } from "../../track/types.ts";

/** What has to be done to one element; but for `add`, whether or not it is in the set now. */
export interface Operation {
  /** `put` with its present end, `add` where it is known not to be in the set, or `remove`. */
  readonly mode: "put" | "add" | "remove";
  /** Where it comes from; the last one, when several concern the same host. */
  readonly decision: Decision;
}

/**
 * Keeps the last decision on each host, jail by jail: the rest would have been undone in the same transaction.
 *
 * A ban that expired needs nothing, since the kernel lets go of it by itself; one that began and expired meanwhile never
 * gets in.
 */
export function foldDecisions(decisions: readonly Decision[]): Operation[] {
  // Nor would anything be undone of bans that are all known not to be in the set.
  if (decisions.length === 1 || decisions.every(isNew)) {
    return decisions.flatMap((decision) => operationOf(decision) ?? []);
  }
  const last = new Map<string, Map<string, Operation>>();
  for (const decision of decisions) {
    const { jail, host } = decision.ban;
    const operation = operationOf(decision);
    const hosts = last.get(jail) ?? new Map<string, Operation>();
    last.set(jail, hosts);
    if (operation === undefined) hosts.delete(host);
    else if (operation.mode === "add" && hosts.has(host)) {
      hosts.set(host, { ...operation, mode: "put" });
    } else hosts.set(host, operation);
  }
  return [...last.values()].flatMap((hosts) => [...hosts.values()]);
}

function isNew(decision: Decision): boolean {
  return decision.kind === "ban" && decision.isAbsent === true;
}

function operationOf(decision: Decision): Operation | undefined {
  switch (decision.kind) {
    case "ban":
      return { mode: isNew(decision) ? "add" : "put", decision };
    case "extend":
      return { mode: "put", decision };
    case "unban":
      return decision.reason === "expired"
        ? undefined
        : { mode: "remove", decision };
  }
}
