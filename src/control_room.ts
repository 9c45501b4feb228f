/**
 * Where people reach the daemon: the desk that answers them, on the socket that it is asked over.
 *
 * @module
 */

import type { Delivery } from "./act/delivery/delivery.ts";
import type { Dispatcher } from "./act/dispatcher.ts";
import type { PermissionEntry } from "./config/permissions.ts";
import type { Config, JailConfig } from "./config/types.ts";
import { createDesk, type DaemonTotals } from "./control/desk.ts";
import type { EventHub } from "./control/event_hub.ts";
import type { LateServer } from "./control/late_server.ts";
import type {
  DaemonControl,
  JailChange,
  ReloadOutcome,
} from "./control/types.ts";
import type { Evidence } from "./evidence.ts";
import type { Failure } from "./match/types.ts";
import { openSockets } from "./open_sockets.ts";
import type { SourceStatus } from "./source/types.ts";
import type { StateKeeper } from "./state_keeper.ts";
import type { JailTracker } from "./track/tracker.ts";
import type { Libc } from "./util/libc.ts";
import type { Logger } from "./util/log.ts";
import type { WatchSet } from "./watch_set.ts";

/** Whom the room asks. */
export interface ControlRoomOptions {
  readonly libc: Libc;
  readonly logger: Logger;
  /** The configuration in force. */
  readonly config: () => Config;
  readonly tracker: JailTracker;
  readonly dispatcher: Dispatcher;
  readonly delivery: Delivery;
  readonly keeper: StateKeeper;
  readonly watches: WatchSet;
  readonly evidence: Evidence;
  readonly hub: EventHub;
  readonly totals: () => DaemonTotals;
  /** Carries out what the tracker decided. */
  readonly flush: () => void;
  readonly reload: () => Promise<ReloadOutcome>;
  /** Changes a jail that there is. */
  readonly adjust: (jail: string, change: JailChange) => Promise<void>;
  /** Counts a failure that no line told of. */
  readonly takeFailure: (failure: Failure) => void;
  /** Has the file of `fail2ban_log` opened anew. */
  readonly reopenLog: () => Promise<boolean>;
}

/** What a jail reads whose failures are bans of others. */
const BAN_SOURCE: SourceStatus = {
  path: "bans",
  state: "watching",
  bytesRead: 0,
  overlongLines: 0,
  rotations: 0,
};

/** See the module. */
export class ControlRoom {
  /** The entries that were kept and given up at start. */
  permissions: readonly PermissionEntry[] = [];
  readonly #options: ControlRoomOptions;
  #sockets: LateServer | undefined;

  /** Answers nobody yet. */
  constructor(options: ControlRoomOptions) {
    this.#options = options;
  }

  /** Binds the sockets. @throws {Error} when another daemon answers there, or a path cannot be used */
  async open(): Promise<void> {
    const { libc, logger, config, tracker, hub } = this.#options;
    const { global } = config();
    const control = this.#createDesk(global.maxBans, tracker);
    this.#sockets = await openSockets({ libc, logger, control, hub, global });
  }

  /** Answers from now on. */
  async serve(): Promise<void> {
    await this.#sockets?.serve();
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#sockets?.close();
  }

  #createDesk(maxBans: number, tracker: JailTracker): DaemonControl {
    const { config, dispatcher, delivery, keeper, watches, evidence } =
      this.#options;
    return createDesk({
      tracker,
      dispatcher,
      maxBans,
      config,
      actions: () => delivery.status(),
      permissions: () => this.permissions,
      sources: (jail) => this.#describeSources(jail),
      totals: this.#options.totals,
      patterns: () => watches.describePatterns(),
      flush: this.#options.flush,
      reload: this.#options.reload,
      adjust: this.#options.adjust,
      takeFailure: this.#options.takeFailure,
      reopenLog: this.#options.reopenLog,
      explain: async (host) => {
        // Most daemons are never asked: what it takes is loaded when it is wanted.
        const { explainHost } = await import("./explain_host.ts");
        return explainHost(host, {
          config: config(),
          records: tracker.records,
          evidence,
          dispatcher,
          historyOf: (network, most) => keeper.historyOf(network, most),
          nowSeconds: Date.now() / 1000,
        });
      },
    });
  }

  #describeSources(jail: JailConfig): readonly SourceStatus[] {
    return jail.bansOf === undefined
      ? this.#options.watches.describe(jail)
      : [BAN_SOURCE];
  }
}
