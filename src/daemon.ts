/**
 * Wires the stages: log lines in, bans in the kernel out. The only file that knows all of them.
 *
 * @module
 */

import type { Dispatcher } from "./act/dispatcher.ts";
import { createDrivers } from "./act/drivers.ts";
import type { Delivery } from "./act/delivery/delivery.ts";
import type { HandlerHost } from "./act/sandbox/types.ts";
import type { FoundBan } from "./act/types.ts";
import {
  planPermissions,
  type ProgramPaths,
  revokePermissions,
} from "./config/permissions.ts";
import type { Config, JailConfig } from "./config/types.ts";
import { createWatches } from "./create_watches.ts";
import type { ReloadOutcome } from "./control/types.ts";
import { EventHub } from "./control/event_hub.ts";
import { ControlRoom } from "./control_room.ts";
import { Evidence } from "./evidence.ts";
import { FailurePath } from "./failure_path.ts";
import { Settling } from "./settling.ts";
import type { Passage } from "./scan/types.ts";
import { createDelivery, deliveredActions } from "./handler_actions.ts";
import { Reloader } from "./reloader.ts";
import { forgetPatterns } from "./match/prepare_pattern.ts";
import { OwnAddresses } from "./own_addresses.ts";
import { restoreLost, turnsOf } from "./restore_lost.ts";
import { StateKeeper } from "./state_keeper.ts";
import { createTracker, type JailTracker } from "./track/tracker.ts";
import type { Ban, Decision } from "./track/types.ts";
import { announceChoices } from "./observe/announce_choices.ts";
import { Announcer } from "./observe/announcer.ts";
import { Alarm } from "./util/alarm.ts";
import { LoopMeter } from "./util/loop_meter.ts";
import type { Libc } from "./util/libc.ts";
import type { Logger } from "./util/log.ts";
import type { WatchSet } from "./watch_set.ts";

/** What a daemon is made of. */
export interface DaemonOptions {
  readonly config: Config;
  /** Reads the configuration again, for a reload. @throws {ConfigError} when nothing of it can be run */
  readonly loadConfig: () => Promise<Config>;
  readonly libc: Libc;
  readonly logger: Logger;
  readonly paths: ProgramPaths;
  /** What calls handler actions; absent: nothing can. */
  readonly handlerHost: HandlerHost;
}

/** The running whole. `start` once, then `stop` once. */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #logger: Logger;
  readonly #tracker: JailTracker;
  readonly #dispatcher: Dispatcher;
  readonly #delivery: Delivery;
  readonly #keeper: StateKeeper;
  readonly #watches: WatchSet;
  readonly #evidence: Evidence;
  readonly #hub = new EventHub();
  readonly #room: ControlRoom;
  readonly #startedMs = Date.now();
  readonly #failures: FailurePath;
  readonly #settling: Settling;
  readonly #ownAddresses = new OwnAddresses({
    isWanted: () => enabledJails(this.#config).some((jail) => jail.ignoreSelf),
    take: (networks) => this.#tracker.setOwnAddresses(networks),
  });
  readonly #announcer: Announcer;
  readonly #reloader: Reloader;
  readonly #meter = new LoopMeter();
  readonly #expiry = new Alarm(() => {
    // Lines of a while ago are counted by their own clock, and their windows must not be over before they are full.
    if (this.#isResuming) this.#tracker.endDue(now());
    else this.#tracker.expire(now());
    this.#flush();
  });
  #isResuming = false;
  #config: Config;
  #pending: Decision[] = [];

  constructor(given: DaemonOptions) {
    const options = { ...given, logger: this.#hub.tee(given.logger) };
    this.#options = options;
    this.#logger = options.logger;
    this.#config = options.config;
    this.#announcer = new Announcer({
      log: options.logger,
      hasIncrement: (name) =>
        this.#hasJail(name, ({ escalation }) => escalation.increment),
      isFed: (name) => this.#hasJail(name, ({ feed }) => feed !== undefined),
    });
    this.#reloader = new Reloader({
      ...options,
      load: options.loadConfig,
      current: () => this.#config,
      goOver: (config) => this.#goOver(config),
    });
    const seed = crypto.getRandomValues(new Uint32Array(2));
    this.#tracker = createTracker({
      maxTracked: options.config.global.maxTracked,
      maxBans: options.config.global.maxBans,
      seed,
      onDecision: (decision) => this.#pending.push(decision),
      onBan: (ban, nowSeconds) => this.#failures.takeBan(ban, nowSeconds),
    });
    this.#evidence = new Evidence({
      seed,
      countedAs: (jail, host) => this.#tracker.records.countedAs(jail, host),
    });
    this.#failures = new FailurePath({
      tracker: this.#tracker,
      logger: options.logger,
      isDebug: () => this.#config.global.logLevel === "debug",
      onVerdict: (failure, verdict) => {
        this.#evidence.note(failure, verdict);
        this.#hub.noteFailure(failure, verdict);
        this.#announcer.fail2banLog.noteFailure(failure, verdict);
      },
      onLate: () => this.#flush(),
    });
    this.#dispatcher = createDrivers({
      libc: options.libc,
      logger: options.logger,
      onProblem: (problem) => this.#announcer.noteProblem(problem),
      onLost: (lost) =>
        restoreLost(lost, {
          records: this.#tracker.records,
          apply: (decisions) => this.#dispatcher.apply(decisions),
        }),
      isSimulated: (name) => this.#hasJail(name, isSimulated),
    });
    this.#delivery = createDelivery({
      tracker: this.#tracker,
      log: options.logger,
      host: options.handlerHost,
      carryOut: () => this.#flush(),
      onChange: () => this.#keeper.noteOutbox(),
    });
    this.#keeper = new StateKeeper({
      folder: options.config.global.stateDir,
      records: this.#tracker.records,
      outbox: this.#delivery,
      log: options.logger,
      isSimulated: (name) => this.#hasJail(name, isSimulated),
      isForgetful: (name) => this.#hasJail(name, isForgetful),
      onLateRestore: () => this.#banAgain(() => true),
    });
    this.#watches = this.#createWatches(options);
    this.#room = this.#createRoom(options);
    this.#settling = new Settling({
      libc: options.libc,
      bytesRead: () => this.#watches.totals().bytes,
      now,
    });
  }

  /**
   * Opens firewall and socket, gives up what is not needed, and watches.
   *
   * @throws {ActionError} when the firewall cannot be used
   */
  async start(): Promise<void> {
    // The socket comes first: it tells whether another daemon is at work, whose table must be left alone.
    await this.#room.open();
    try {
      await this.#protect(enabledJails(this.#config));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #protect(jails: readonly JailConfig[]): Promise<void> {
    this.#failures.setJails(jails);
    this.#ownAddresses.start();
    await this.#announcer.fail2banLog.open(this.#config.global.fail2banLog);
    this.#setActions();
    this.#keeper.openBans(now());
    const found = this.#dispatcher.open(jails);
    // What is there and not stored is judged by what is known of its host.
    if (found.length > 0) this.#keeper.open(now());
    this.#takeOver(found);
    this.#keeper.open(now());
    const plan = planPermissions(this.#config, this.#options.paths);
    revokePermissions(this.#room.permissions = plan);
    await this.#failures.refreshIgnored();
    announceChoices(jails, this.#logger);
    await this.#watches.set(jails);
    this.#flush();
    // However short this life will be, the next one goes on from here.
    this.#keeper.commit();
    this.#delivery.start();
    await this.#room.serve();
    forgetPatterns();
    this.#settling.begin();
    this.#logger.info("Daemon started", {
      jails: jails.map((jail) => jail.name).join(","),
      socket: this.#config.global.socketPath,
      mode: this.#config.global.mode,
      bans: this.#tracker.records.banCount,
    });
  }

  /** Ends everything and leaves no table, no socket, no process behind. */
  async stop(): Promise<void> {
    this.#expiry.clear();
    this.#ownAddresses.stop();
    this.#settling.stop();
    await this.#watches.stop();
    await this.#failures.close();
    await this.#room.close();
    await this.#delivery.close();
    this.#keeper.close();
    await this.#dispatcher.close();
    await this.#announcer.fail2banLog.close();
    this.#meter.stop();
    this.#logger.info("Daemon stopped");
  }

  /**
   * Goes over to the configuration as it is now; failures, bans and places in the logs are kept.
   *
   * @throws {ControlError} when it is refused; the old one stays in force
   */
  reload(): Promise<ReloadOutcome> {
    return this.#reloader.reload();
  }

  async #goOver(config: Config): Promise<void> {
    const jails = enabledJails(config);
    this.#failures.setJails(jails);
    this.#flush();
    this.#config = config;
    const moved = new Set(this.#dispatcher.reload(jails));
    this.#banAgain((ban) => moved.has(ban.jail));
    await this.#announcer.fail2banLog.open(config.global.fail2banLog);
    this.#setActions();
    await this.#failures.refreshIgnored();
    announceChoices(jails, this.#logger);
    await this.#watches.set(jails);
    forgetPatterns();
  }

  #createRoom({ libc, logger }: DaemonOptions): ControlRoom {
    return new ControlRoom({
      libc,
      logger,
      config: () => this.#config,
      tracker: this.#tracker,
      dispatcher: this.#dispatcher,
      delivery: this.#delivery,
      keeper: this.#keeper,
      watches: this.#watches,
      evidence: this.#evidence,
      hub: this.#hub,
      totals: () => this.#totals(),
      flush: () => this.#flush(),
      reload: () => this.reload(),
      adjust: (jail, change) => this.#reloader.adjust(jail, change),
      takeFailure: (failure) => this.#failures.take(failure, now()),
      reopenLog: async () => {
        const { fail2banLog } = this.#config.global;
        await this.#announcer.fail2banLog.open(fail2banLog);
        return fail2banLog !== undefined;
      },
    });
  }

  #createWatches(options: DaemonOptions): WatchSet {
    return createWatches({
      libc: options.libc,
      log: options.logger,
      config: options.config.global,
      paths: options.paths,
      keeper: this.#keeper,
      failures: this.#failures,
      evidence: this.#evidence,
      onPassed: (passage) => this.#notePassed(passage),
      onCounted: () => this.#flushIfAny(),
    });
  }

  #notePassed({ source, position, isResumed, nowSeconds }: Passage): void {
    this.#meter.touch();
    // What comes later, from names and commands, stands in no passage.
    this.#evidence.enter(undefined);
    this.#isResuming = isResumed;
    if (isResumed) this.#tracker.endDue(nowSeconds);
    // Of the journal it is told once all jails are done with an entry; nothing may be stored between two of them.
    if (position === undefined) return;
    this.#keeper.notePosition(source, position);
    this.#flushIfAny();
  }

  #flushIfAny(): void {
    if (this.#pending.length > 0) this.#flush();
  }

  /** Has all pending decisions carried out, and then says so: the kernel first. */
  #flush(): void {
    const decisions = this.#pending;
    if (decisions.length > 0) {
      this.#meter.touch();
      this.#pending = [];
      this.#dispatcher.apply(decisions);
      this.#delivery.take(decisions);
      for (const decision of decisions) {
        this.#announcer.noteDecision(decision, now());
        this.#hub.noteDecision(decision);
      }
      this.#keeper.noteDecisions(decisions);
    }
    this.#expiry.set(this.#tracker.nextExpirySeconds());
  }

  /** What the state and the firewall know becomes one: the firewall gets what it lacks. */
  #takeOver(found: readonly FoundBan[]): void {
    const missing = this.#tracker.records.reconcile(found, now());
    let bans = 0;
    for (const turn of turnsOf(missing)) {
      this.#dispatcher.apply(turn);
      bans += turn.length;
    }
    this.#announcer.noteRestored(() => this.#tracker.bans());
    if (bans > 0) this.#logger.info("Restore bans", { bans });
  }

  #setActions(): void {
    this.#delivery.setActions(deliveredActions(this.#config));
  }

  /** Bans that the action does not know go in again: they were read late, or it is another one since a reload. */
  #banAgain(isLost: (ban: Ban) => boolean): void {
    const bans = this.#tracker.bans().filter(isLost);
    if (bans.length === 0) return;
    this.#dispatcher.apply(bans.map((ban) => ({ kind: "ban", ban })));
    this.#logger.warn("Restore bans", { bans: bans.length });
  }

  #totals() {
    return {
      uptimeSeconds: (Date.now() - this.#startedMs) / 1000,
      unbans: this.#announcer.unbans,
      problems: this.#announcer.problems,
      longestPauseMs: Math.round(this.#meter.longestMs),
      longestCommitMs: Math.round(this.#keeper.longestCommitMs),
      ...this.#failures.counts,
      ...this.#watches.totals(),
    };
  }

  #hasJail(name: string, test: (jail: JailConfig) => boolean): boolean {
    return this.#config.jails.some((jail) => jail.name === name && test(jail));
  }
}

function now(): number {
  return Date.now() / 1000;
}

function enabledJails(config: Config): readonly JailConfig[] {
  return config.jails.filter((jail) => jail.enabled);
}

function isSimulated(jail: JailConfig): boolean {
  return jail.mode === "simulate";
}

function isForgetful(jail: JailConfig): boolean {
  return !jail.rebanOnRestart;
}
