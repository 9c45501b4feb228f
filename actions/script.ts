/**
 * Bans by commands of the administrator.
 *
 * @module
 */

import type { PlanAction, ScriptOptions } from "../src/act/contract.ts";

/** See CommandPlan for what it plans. */
const script: PlanAction<ScriptOptions> = {
  id: "script",
  version: "1.0.0",
  describe: "Runs a shell command for each ban and each unban",
  permissions: {},
  plan({ options }) {
    return {
      kind: "command",
      ban: options.banCommand,
      unban: options.unbanCommand,
    };
  },
};

export default script;
