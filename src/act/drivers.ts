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
import type { LostBansSink } from "./nftables/repair.ts";
import { createScriptDriver } from "./script_driver.ts";
import { createSimulateDriver } from "./simulate_driver.ts";
import { DriverCounts } from "./driver_counts.ts";
import type { ProblemSink } from "./types.ts";

/** What the drivers need of the daemon. */
export interface DriversOptions {
  readonly libc: Libc;
  readonly logger: Logger;
  readonly onProblem: ProblemSink;
  /** Somebody took bans out of the firewall: those that are to be in force should be applied once more. */
  readonly onLost: LostBansSink;
  /** Asked at `open` and `reload`. @param jail its name */
  readonly isSimulated: (jail: string) => boolean;
}

/** @returns the dispatcher; no driver is open yet */
export function createDrivers(options: DriversOptions): Dispatcher {
  const { libc, logger, onLost, isSimulated } = options;
  const counts = new DriverCounts();
  const onProblem: ProblemSink = (problem) => {
    counts.noteProblem(problem);
    options.onProblem(problem);
  };
  // One for both: chains of either must not be taken for leftovers by the other.
  const iptables = createIptablesDriver({ logger, onProblem });
  return createDispatcher({
    drivers: {
      iptables,
      ipset: iptables,
      nftables: createNftablesDriver({ libc, logger, onProblem, onLost }),
      script: createScriptDriver({ logger, onProblem }),
    },
    simulate: createSimulateDriver({ logger }),
    isSimulated,
    onProblem,
    counts,
  });
}
