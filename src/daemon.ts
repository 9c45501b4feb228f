/**
 * Wires the stages: log lines in, bans in the kernel out. The only file that knows all of them.
 *
 * @module
 */

import type { Dispatcher } from "./act/dispatcher.ts";
import { createDrivers } from "./act/drivers.ts";
import type { ActProblem } from "./act/types.ts";
import { diffConfig } from "./config/diff.ts";
import {
  heldPermissions,
  type PermissionEntry,
  planPermissions,
  type ProgramPaths,
  revokePermissions,
} from "./config/permissions.ts";
import { ConfigError, describeProblem } from "./config/problems.ts";
import type { Config, JailConfig } from "./config/types.ts";
import { createDesk } from "./control/desk.ts";
import { openControl } from "./control/open.ts";
import type { ControlServer } from "./control/server.ts";
import { ControlError, type ReloadOutcome } from "./control/types.ts";
import { matchingKey } from "./match/matching_key.ts";
import { createRecency } from "./match/recency.ts";
import { createMatcher } from "./match/matcher.ts";
import type { Failure, Matcher } from "./match/types.ts";
import {
  createFolderWatches,
  type FolderWatches,
} from "./source/folder_watch.ts";
import { createTail } from "./source/tail.ts";
import type { Chunk, Source, SourceStatus } from "./source/types.ts";
import { createTracker, type JailTracker } from "./track/tracker.ts";
import type { Ban, Decision } from "./track/types.ts";
import { parseNetwork } from "./util/address.ts";
import { Alarm } from "./util/alarm.ts";
import { collectGarbage } from "./util/collect_garbage.ts";
import type { Libc } from "./util/libc.ts";
import type { Logger } from "./util/log.ts";

/** What a daemon is made of. */
export interface DaemonOptions {
  readonly config: Config;
  /** Reads the configuration again, for a reload. @throws {ConfigError} when nothing of it can be run */
  readonly loadConfig: () => Promise<Config>;
  readonly libc: Libc;
  readonly logger: Logger;
  readonly paths: ProgramPaths;
}

/** One log with the jails that read it. */
interface Watch {
  readonly source: Source;
  matcher: Matcher;
  /** The jails' matching parts as text: unchanged means that the matcher stays. */
  key: string;
}

/** Own addresses change with leases and interfaces; asking is cheap. */
const OWN_ADDRESSES_MS = 60_000;
/** After this time the start is over, and what it left can be collected without making anybody wait. */
const SETTLED_SECONDS = 1;
/** The running whole. `start` once, then `stop` once. */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #logger: Logger;
  readonly #tracker: JailTracker;
  readonly #dispatcher: Dispatcher;
  readonly #watches = new Map<string, Watch>();
  readonly #folders: FolderWatches;
  readonly #startedMs = Date.now();
  readonly #settling = new Alarm(() => collectGarbage(this.#options.libc));
  readonly #expiry = new Alarm(() => {
    this.#tracker.expire(now());
    this.#flush();
  });
  #config: Config;
  #permissions: readonly PermissionEntry[] = [];
  #pending: Decision[] = [];
  #server: ControlServer | undefined;
  #ownAddressTimer: ReturnType<typeof setInterval> | undefined;
  #problems = 0;
  #unbans = 0;
  /** Counts of watches that a reload replaced. */
  readonly #retired = { lines: 0, candidates: 0, bytes: 0 };

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#config = options.config;
    this.#folders = createFolderWatches({ log: options.logger });
    this.#tracker = createTracker({
      maxTracked: options.config.global.maxTracked,
      seed: crypto.getRandomValues(new Uint32Array(2)),
      onDecision: (decision) => this.#pending.push(decision),
    });
    this.#dispatcher = createDrivers({
      libc: options.libc,
      logger: options.logger,
      onProblem: (problem) => this.#report(problem),
      onTableLost: () => this.#banAgain(() => true),
      isSimulated: (name) =>
        this.#config.jails.some((jail) =>
          jail.name === name && jail.mode === "simulate"
        ),
    });
  }

  /**
   * Opens firewall and socket, gives up what is not needed, and watches.
   *
   * @throws {ActionError} when the firewall cannot be used
   */
  async start(): Promise<void> {
    // The socket comes first: it tells whether another daemon is at work, whose table must be left alone.
    this.#server = await openControl({
      libc: this.#options.libc,
      path: this.#config.global.socketPath,
      control: this.#createDesk(),
      logger: this.#logger,
    });
    try {
      await this.#protect(enabledJails(this.#config));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #protect(jails: readonly JailConfig[]): Promise<void> {
    this.#tracker.setJails(jails);
    this.#refreshOwnAddresses();
    this.#tracker.adopt(this.#dispatcher.open(jails), now());
    this.#permissions = planPermissions(this.#config, this.#options.paths);
    revokePermissions(this.#permissions);
    await this.#watchLogs(jails);
    this.#flush();
    this.#settling.set(now() + SETTLED_SECONDS);
    this.#ownAddressTimer = setInterval(
      () => this.#refreshOwnAddresses(),
      OWN_ADDRESSES_MS,
    );
    this.#logger.info("Daemon started", {
      jails: jails.map((jail) => jail.name).join(","),
      socket: this.#config.global.socketPath,
      mode: this.#config.global.mode,
      bans: this.#tracker.bans().length,
    });
  }

  /** Ends everything and leaves no table, no socket, no process behind. */
  async stop(): Promise<void> {
    this.#expiry.clear();
    clearInterval(this.#ownAddressTimer);
    this.#settling.clear();
    await Promise.all(
      [...this.#watches.values()].map(({ source }) => source.stop()),
    );
    await this.#server?.close();
    await this.#dispatcher.close();
    this.#logger.info("Daemon stopped");
  }

  /**
   * Goes over to the configuration as it is now; failures, bans and places in the logs are kept.
   *
   * @throws {ControlError} when it is refused; the old one stays in force
   */
  async reload(): Promise<ReloadOutcome> {
    const config = await this.#loadConfig();
    this.#requireReloadable(config);
    const difference = diffConfig(this.#config, config);
    const jails = enabledJails(config);
    this.#tracker.setJails(jails);
    this.#flush();
    this.#config = config;
    const moved = new Set(this.#dispatcher.reload(jails));
    this.#banAgain((ban) => moved.has(ban.jail));
    await this.#watchLogs(jails);
    const changed = difference.changed.map(({ name }) => name);
    this.#logger.info("Configuration reloaded", {
      added: difference.added.join(","),
      removed: difference.removed.join(","),
      changed: changed.join(","),
    });
    return {
      added: difference.added,
      removed: difference.removed,
      changed,
      unchanged: difference.unchanged,
      warnings: config.warnings.map(describeProblem),
    };
  }

  #createDesk() {
    return createDesk({
      tracker: this.#tracker,
      dispatcher: this.#dispatcher,
      config: () => this.#config,
      permissions: () => this.#permissions,
      source: (path) => this.#describeSource(path),
      totals: () => this.#totals(),
      watches: () => [...this.#watches.values()],
      flush: () => this.#flush(),
      reload: () => this.reload(),
    });
  }

  /** Starts, changes and ends watches so that they fit the jails; a log that stays is read on without a gap. */
  async #watchLogs(jails: readonly JailConfig[]): Promise<void> {
    const byPath = Map.groupBy(jails, (jail) => jail.logPath);
    for (const [path, watch] of this.#watches) {
      if (byPath.has(path)) continue;
      this.#watches.delete(path);
      this.#retired.bytes += watch.source.describe().bytesRead;
      this.#retire(watch.matcher);
      await watch.source.stop();
    }
    for (const [path, jails] of byPath) {
      const watch = this.#watches.get(path);
      if (watch === undefined) await this.#addWatch(path, jails);
      else if (watch.key !== matchingKey(jails)) {
        this.#retire(watch.matcher);
        watch.matcher = this.#createMatcher(jails);
        watch.key = matchingKey(jails);
      }
    }
  }

  async #addWatch(path: string, jails: readonly JailConfig[]): Promise<void> {
    const source = createTail({
      path,
      log: this.#logger,
      watches: this.#folders,
      start: { recent: createRecency(jails, now) },
    });
    const matcher = this.#createMatcher(jails);
    const watch: Watch = { source, matcher, key: matchingKey(jails) };
    this.#watches.set(path, watch);
    await source.start((chunk) => this.#onChunk(watch, chunk));
  }

  #createMatcher(jails: readonly JailConfig[]): Matcher {
    return createMatcher(jails, {
      onUnbannable: (jail, id) =>
        this.#logger.warn("Cannot ban what is no address", { jail, id }),
    });
  }

  #onChunk(watch: Watch, chunk: Chunk): void {
    const time = now();
    watch.matcher.match(
      chunk,
      time,
      (failure) => this.#onFailure(failure, time),
    );
    if (this.#pending.length > 0) this.#flush();
  }

  #onFailure(failure: Failure, time: number): void {
    const verdict = this.#tracker.onFailure(failure, time);
    if (this.#config.global.logLevel !== "debug") return;
    this.#logger.debug("Find failure", {
      host: failure.host,
      jail: failure.jail,
      verdict,
      line: failure.line,
    });
  }

  /** Has all pending decisions carried out, and then says so: the kernel first. */
  #flush(): void {
    const decisions = this.#pending;
    if (decisions.length > 0) {
      this.#pending = [];
      this.#dispatcher.apply(decisions);
      for (const decision of decisions) this.#announce(decision);
    }
    this.#expiry.set(this.#tracker.nextExpirySeconds());
  }

  #announce(decision: Decision): void {
    const { host, jail, startSeconds, endSeconds, count, failures } =
      decision.ban;
    if (decision.kind === "unban") {
      this.#unbans++;
      const { reason } = decision;
      this.#logger.info("Unban host", { host, jail, reason });
      return;
    }
    const seconds = endSeconds === Infinity
      ? -1
      : Math.round(endSeconds - startSeconds);
    this.#logger.info(
      decision.kind === "ban" ? "Ban host" : "Extend ban",
      { host, jail, seconds, count, failures },
    );
  }

  /** Bans that the action does not know go in again: its table was emptied, or it is another one since a reload. */
  #banAgain(isLost: (ban: Ban) => boolean): void {
    const bans = this.#tracker.bans().filter(isLost);
    if (bans.length === 0) return;
    this.#dispatcher.apply(bans.map((ban) => ({ kind: "ban", ban })));
    this.#logger.warn("Restore bans", { bans: bans.length });
  }

  #report(problem: ActProblem): void {
    this.#problems++;
    const { action, phase, jail, host, message } = problem;
    this.#logger.error("Action failed", {
      action,
      phase,
      jail,
      host,
      reason: message,
    });
  }

  #refreshOwnAddresses(): void {
    if (!enabledJails(this.#config).some((jail) => jail.ignoreSelf)) return;
    const networks = Deno.networkInterfaces()
      .map(({ address }) => parseNetwork(address))
      .filter((network) => network !== undefined);
    this.#tracker.setOwnAddresses(networks);
  }

  async #loadConfig(): Promise<Config> {
    try {
      return await this.#options.loadConfig();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const reasons = error.problems.map(describeProblem).join("\n");
      throw new ControlError(
        422,
        `Cannot reload, the old configuration stays in force: ${reasons}`,
      );
    }
  }

  /** What was given up at the start cannot come back: better no reload than half of one. */
  #requireReloadable(config: Config): void {
    const needed = planPermissions(config, this.#options.paths)
      .filter(({ reason }) => reason !== undefined);
    const held = new Set(heldPermissions(needed));
    const missing = needed.find((entry) => !held.has(entry));
    if (missing !== undefined) {
      throw new ControlError(
        409,
        `Cannot reload: ${missing.kind} of "${missing.value}" (${missing.reason}) was given up at start, expected a restart`,
      );
    }
    if (config.global.socketPath !== this.#config.global.socketPath) {
      throw new ControlError(
        409,
        `Cannot reload: socket_path is now "${config.global.socketPath}", expected a restart`,
      );
    }
  }

  #describeSource(path: string): SourceStatus {
    return this.#watches.get(path)?.source.describe() ?? {
      path,
      state: "stopped",
      bytesRead: 0,
      overlongLines: 0,
      rotations: 0,
    };
  }

  #totals() {
    const totals = {
      uptimeSeconds: (Date.now() - this.#startedMs) / 1000,
      unbans: this.#unbans,
      problems: this.#problems,
      ...this.#retired,
    };
    for (const { source, matcher } of this.#watches.values()) {
      totals.bytes += source.describe().bytesRead;
      totals.lines += matcher.counts.lines;
      totals.candidates += matcher.counts.candidates;
    }
    return totals;
  }

  #retire(matcher: Matcher): void {
    this.#retired.lines += matcher.counts.lines;
    this.#retired.candidates += matcher.counts.candidates;
  }
}

function now(): number {
  return Date.now() / 1000;
}

function enabledJails(config: Config): readonly JailConfig[] {
  return config.jails.filter((jail) => jail.enabled);
}
