/**
 * Handler actions in the daemon: which there are, by the configuration, and by whom they are called.
 *
 * @module
 */

import { Delivery } from "./act/delivery/delivery.ts";
import type { BroughtFeed, DeliveredAction } from "./act/delivery/types.ts";
import type { HandlerHost } from "./act/sandbox/types.ts";
import type { ActionConfig, Config, JailConfig } from "./config/types.ts";
import { banFeed } from "./feed_bans.ts";
import type { JailTracker } from "./track/tracker.ts";
import { Alarm } from "./util/alarm.ts";
import type { Logger } from "./util/log.ts";

/** What delivery needs of the daemon. */
export interface HandlerActionsOptions {
  readonly tracker: JailTracker;
  readonly log: Logger;
  readonly host: HandlerHost;
  /** Carries out what the tracker decided on a feed. */
  readonly carryOut: () => void;
  /** Something of the outbox changed that no decision caused. */
  readonly onChange: () => void;
}

/** @returns delivery that knows no action yet */
export function createDelivery(options: HandlerActionsOptions): Delivery {
  const { tracker, log, host, onChange, carryOut } = options;
  const nowSeconds = () => Date.now() / 1000;
  return new Delivery({
    ...{ host, log, onChange },
    bansOf: (jails) => jails.flatMap((jail) => tracker.bans(jail)),
    nowSeconds,
    onFeed: (brought: BroughtFeed) =>
      banFeed(brought, { tracker, log, nowSeconds, carryOut }),
    random: () => Math.random(),
    createAlarm: (onRing) => new Alarm(onRing),
  });
}

/** Tells which actions are to be told of which jails, and feed which. Jails that only simulate tell nobody. */
export function deliveredActions(
  { actions = [], jails }: Config,
): readonly DeliveredAction[] {
  const telling = jails.filter(({ enabled, mode }) =>
    enabled && mode === "enforce"
  );
  const namesOf = (list: readonly JailConfig[]) => list.map(({ name }) => name);
  return actions.map((
    { reads: _, usesCredentials: __, ...action }: ActionConfig,
  ) => {
    const { name } = action;
    const feeds = namesOf(
      jails.filter(({ enabled, feed }) => enabled && feed === name),
    );
    return {
      ...action,
      jails: namesOf(telling.filter((jail) => jail.actions?.includes(name))),
      ...(feeds.length > 0 ? { feeds } : {}),
    };
  });
}
