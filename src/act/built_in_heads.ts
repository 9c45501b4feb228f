/**
 * What the actions of the program say of themselves.
 *
 * @module
 */

import ipset from "../../actions/ipset.ts";
import iptables from "../../actions/iptables.ts";
import nftables from "../../actions/nftables.ts";
import script from "../../actions/script.ts";
import type { ActionHead } from "./contract.ts";
import { BUILT_IN_ACTIONS } from "./handlers/built_in_actions.ts";

/** See contract.ts for what the kinds are. */
export type ActionKind = "plan" | "handler";

/** An action's head, with its kind. */
export interface ActionSummary extends ActionHead {
  readonly kind: ActionKind;
}

/** Plan actions first, each kind in the order of the alphabet. */
export const BUILT_IN_HEADS: readonly ActionSummary[] = [
  ...summarize("plan", [ipset, iptables, nftables, script]),
  ...summarize("handler", Object.values(BUILT_IN_ACTIONS)),
];

function summarize(
  kind: ActionKind,
  actions: readonly ActionHead[],
): readonly ActionSummary[] {
  return actions.map((
    { id, version, describe, options = {}, permissions },
  ) => ({ id, kind, version, describe, options, permissions }));
}
