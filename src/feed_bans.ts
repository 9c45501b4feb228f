/**
 * Bans what a feed brought: whoever writes the list must not be able to ban a friend, this machine, or its neighbours.
 *
 * @module
 */

import type { BroughtFeed } from "./act/delivery/types.ts";
import type { JailTracker } from "./track/tracker.ts";
import type { Logger } from "./util/log.ts";
import { readPublicHost } from "./util/public_host.ts";

/** What banning needs of the daemon. */
export interface FeedBansOptions {
  readonly tracker: Pick<JailTracker, "ban" | "hasJail">;
  readonly log: Logger;
  readonly nowSeconds: () => number;
  /** Has the firewall do what the tracker decided. */
  readonly carryOut: () => void;
}

/** Bans the hosts in each of the feed's jails, and then tells of it in one line. */
export function banFeed(
  { action, jails, hosts, seconds }: BroughtFeed,
  { tracker, log, nowSeconds, carryOut }: FeedBansOptions,
): void {
  const networks = hosts.flatMap((host) => readPublicHost(host) ?? []);
  for (const jail of jails) {
    // A reload may have taken it away while the list was on its way.
    if (!tracker.hasJail(jail)) continue;
    let ignored = 0;
    for (const network of networks) {
      const order = { jail, network, seconds, nowSeconds: nowSeconds() };
      if (tracker.ban(order) === "ignored") ignored++;
    }
    carryOut();
    log.info("Ban hosts of feed", {
      ...{ action, jail, ignored },
      hosts: networks.length - ignored,
      refused: hosts.length - networks.length,
      seconds: Math.round(seconds),
    });
  }
}
