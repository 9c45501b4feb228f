/**
 * Handler actions in the daemon: which there are, by the configuration, and by whom they are called.
 *
 * @module
 */

import { Delivery } from "./act/delivery/delivery.ts";
import type { DeliveredAction } from "./act/delivery/types.ts";
import type { HandlerHost } from "./act/sandbox/types.ts";
import type { ActionConfig, Config } from "./config/types.ts";
import type { JailTracker } from "./track/tracker.ts";
import { Alarm } from "./util/alarm.ts";
import type { Logger } from "./util/log.ts";

/** What delivery needs of the daemon. */
export interface HandlerActionsOptions {
  readonly tracker: JailTracker;
  readonly log: Logger;
  readonly host: HandlerHost;
  /** Something of the outbox changed that no decision caused. */
  readonly onChange: () => void;
}

/** @returns delivery that knows no action yet */
export function createDelivery(options: HandlerActionsOptions): Delivery {
  const { tracker, log, host, onChange } = options;
  return new Delivery({
    ...{ host, log, onChange },
    bansOf: (jails) => jails.flatMap((jail) => tracker.bans(jail)),
    nowSeconds: () => Date.now() / 1000,
    random: () => Math.random(),
    createAlarm: (onRing) => new Alarm(onRing),
  });
}

/** Tells which actions are to be told of which jails. Jails that only simulate tell nobody. */
export function deliveredActions(
  { actions = [], jails }: Config,
): readonly DeliveredAction[] {
  const telling = jails.filter(({ enabled, mode }) =>
    enabled && mode === "enforce"
  );
  return actions.map((
    { reads: _, usesCredentials: __, ...action }: ActionConfig,
  ) => ({
    ...action,
    jails: telling.filter((jail) => jail.actions?.includes(action.name))
      .map(({ name }) => name),
  }));
}
