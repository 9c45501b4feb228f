/**
 * Asks a plan action of the administrator's own for the backend of a jail.
 *
 * @module
 */

import type { PlanQuestion } from "../../config/action_manifest.ts";
import type { PlannedBackend } from "../../config/backend_types.ts";
import { type CustomPlan, planContext } from "../plan.ts";
import { type AskOptions, planInSandbox } from "./ask_once.ts";

/**
 * Asks once, in a process of its own.
 *
 * @throws {PluginFileError} when its file may not be used
 * @throws {HandlerError} when it makes no plan
 * @throws {ActionError} when the plan is not in the grammar, or names what is not its jail's
 */
export async function askPlan(
  { path, options, ...jail }: PlanQuestion,
  ask: AskOptions,
): Promise<PlannedBackend> {
  const context = { ...planContext(jail), options };
  return toBackend(await planInSandbox(path, context, ask));
}

function toBackend(plan: CustomPlan): PlannedBackend {
  switch (plan.kind) {
    case "firewall":
      return { kind: "nftables", plan };
    case "chain":
      return { kind: "iptables", variant: plan.variant, plan };
    case "set":
      return { kind: "ipset", variant: plan.variant, plan };
  }
}
