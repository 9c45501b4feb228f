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
  const [first] = decisions;
  if (first !== undefined && decisions.length === 1) {
    const operation = operationOf(first);
    return operation === undefined ? [] : [operation];
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

function operationOf(decision: Decision): Operation | undefined {
  switch (decision.kind) {
    case "ban":
      return { mode: decision.isAbsent === true ? "add" : "put", decision };
    case "extend":
      return { mode: "put", decision };
    case "unban":
      return decision.reason === "expired"
        ? undefined
        : { mode: "remove", decision };
  }
}
