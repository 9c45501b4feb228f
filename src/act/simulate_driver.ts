/**
 * The driver that touches nothing.
 *
 * @module
 */

import { formatNetwork } from "../util/address.ts";
import type { Logger } from "../util/log.ts";
import type { Driver } from "./types.ts";

/** Says at debug what another driver would have done. */
export function createSimulateDriver(
  { logger }: { readonly logger: Logger },
): Driver {
  return {
    name: "simulate",
    open: () => [],
    reload() {},
    apply(decisions) {
      for (const { kind, ban } of decisions) {
        logger.debug("Simulate", {
          decision: kind,
          jail: ban.jail,
          host: formatNetwork(ban),
        });
      }
    },
    close: () => Promise.resolve(),
  };
}
