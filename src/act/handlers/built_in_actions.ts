/**
 * The handler actions that are with the program, by what they say of themselves.
 *
 * @module
 */

import type { ActionHead } from "../contract.ts";

const HEADS: readonly ActionHead[] = [
  {
    id: "webhook",
    version: "1.0.0",
    describe: "Tells a URL of each ban",
    options: {
      url: { type: "url", describe: "Where bans are told", required: true },
    },
    permissions: { net: ["{url}"] },
  },
];

/** By their ids. */
export const BUILT_IN_ACTIONS: ReadonlyMap<string, ActionHead> = new Map(
  HEADS.map((head) => [head.id, head]),
);
