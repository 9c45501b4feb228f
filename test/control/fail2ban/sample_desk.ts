/**
 * A desk over a real tracker, with two jails whose logs nobody reads.
 *
 * @module
 */

import { createDesk } from "../../../src/control/desk.ts";
import type { DaemonControl } from "../../../src/control/types.ts";
import type { Config } from "../../../src/config/types.ts";
import { Reloader } from "../../../src/reloader.ts";
import { SILENT } from "../../../src/util/log.ts";
import { loadWithActions } from "../../config/render_case.ts";
import { startTrial } from "../../track/fixtures.ts";

const TEXT = String.raw`
[global]
state_dir = "/tmp/fail2deno-test"
socket_path = "/tmp/fail2deno-test/control.sock"
[defaults]
ignoreself = false
ipv6_prefix = 128
find_time = 600
[jail.demo]
log_path = "/tmp/demo.log"
filter = ['^failure from <HOST> user \S+$', '^error from <HOST>$']
max_retry = 3
ban_time = 600
ignoreip = ["127.0.0.0/8", "192.0.2.250"]
[jail.second]
log_path = "/tmp/second.log"
filter = ['^second <HOST>$']
ban_time = -1
[jail.off]
enabled = false
log_path = "/tmp/off.log"
filter = ['^off <HOST>$']
`;

/** What a test asks, and sees besides. */
export interface SampleDesk {
  readonly control: DaemonControl;
  /** Logs were opened anew so many times. */
  reopened: number;
}

/** @param more added to the configuration from its next reload on */
export function createSampleDesk(more = ""): SampleDesk {
  let config: Config = loadWithActions(TEXT);
  const { tracker } = startTrial(config.jails.filter((jail) => jail.enabled));
  const reloader = new Reloader({
    load: () => Promise.resolve(loadWithActions(TEXT + more)),
    current: () => config,
    goOver: (next) => {
      config = next;
      tracker.setJails(next.jails.filter((jail) => jail.enabled));
      return Promise.resolve();
    },
    paths: { projectFolder: "/tmp" },
    logger: SILENT,
  });
  const desk: SampleDesk = {
    reopened: 0,
    control: createDesk({
      tracker,
      dispatcher: {
        driverOf: () => "nftables",
        tallies: () => [],
      },
      maxBans: 1000,
      actions: () => [],
      config: () => config,
      permissions: () => [],
      sources: ({ logPaths }) =>
        logPaths.map((path) => ({
          ...{ path, state: "watching", bytesRead: 0 },
          ...{ overlongLines: 0, rotations: 0 },
        })),
      totals: () => {
        throw new Error("not asked here");
      },
      patterns: () => [],
      flush: () => {},
      explain: () => {
        throw new Error("not asked here");
      },
      reload: () => reloader.reload(),
      adjust: (jail, change) => reloader.adjust(jail, change),
      takeFailure: (failure) =>
        void tracker.onFailure(failure, Date.now() / 1000),
      reopenLog: () => Promise.resolve(++desk.reopened > 1),
    }),
  };
  return desk;
}
