/**
 * The handler actions that come with the program.
 *
 * @module
 */

import type { ActionHead } from "../contract.ts";

const WEBHOOK: ActionHead = {
  id: "webhook",
  version: "1.0.0",
  describe: "Tells a URL of each ban",
  options: {
    url: { type: "url", describe: "Where bans are told", required: true },
  },
  permissions: { net: ["{url}"] },
};

/** By their ids. */
export const BUILT_IN_ACTIONS: Readonly<Record<string, ActionHead>> = {
  webhook: WEBHOOK,
};
