/**
 * Turns decisions into what has to be done to sets.
 *
 * @module
 */

import type { Decision } from "../../track/types.ts";

/** What has to be done to one element, whether or not it is in the set now. */
export interface Operation {
  /** `put` with its present end, or `remove`. */
  readonly mode: "put" | "remove";
  /** Where it comes from; the last one, when several concern the same host. */
  readonly decision: Decision;
}

/**
 * Keeps the last decision on each host: the rest would have been undone in the same transaction.
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
  const last = new Map<string, Operation>();
  for (const decision of decisions) {
    const operation = operationOf(decision);
    const key = `${decision.ban.jail} ${decision.ban.host}`;
    if (operation === undefined) last.delete(key);
    else last.set(key, operation);
  }
  return [...last.values()];
}

function operationOf(decision: Decision): Operation | undefined {
  switch (decision.kind) {
    case "ban":
    case "extend":
      return { mode: "put", decision };
    case "unban":
      return decision.reason === "expired"
        ? undefined
        : { mode: "remove", decision };
  }
}
