/**
 * All drivers behind one dispatcher.
 *
 * @module
 */

import type { Libc } from "../util/libc.ts";
import type { Logger } from "../util/log.ts";
import { createDispatcher, type Dispatcher } from "./dispatcher.ts";
import { createIptablesDriver } from "./iptables/iptables_driver.ts";
import { createNftablesDriver } from "./nftables/nftables_driver.ts";
import { createScriptDriver } from "./script_driver.ts";
import { createSimulateDriver } from "./simulate_driver.ts";
import type { ProblemSink } from "./types.ts";

/** What the drivers need of the daemon. */
export interface DriversOptions {
  readonly libc: Libc;
  readonly logger: Logger;
  readonly onProblem: ProblemSink;
  /** Somebody emptied the firewall: all bans should be applied once more. */
  readonly onTableLost: () => void;
  /** Asked at `open` and `reload`. @param jail its name */
  readonly isSimulated: (jail: string) => boolean;
}

/** @returns the dispatcher; no driver is open yet */
export function createDrivers(options: DriversOptions): Dispatcher {
  const { libc, logger, onProblem, onTableLost, isSimulated } = options;
  // One for both: chains of either must not be taken for leftovers by the other.
  const iptables = createIptablesDriver({ logger, onProblem });
  return createDispatcher({
    drivers: {
      iptables,
      ipset: iptables,
      nftables: createNftablesDriver({ libc, logger, onProblem, onTableLost }),
      script: createScriptDriver({ logger, onProblem }),
    },
    simulate: createSimulateDriver({ logger }),
    isSimulated,
    onProblem,
  });
}
