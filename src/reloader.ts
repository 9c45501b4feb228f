/**
 * Goes over to another configuration: the one in the files, or the one in force with a jail changed.
 *
 * @module
 */

import { diffConfig } from "./config/diff.ts";
import type { ProgramPaths } from "./config/permissions.ts";
import { describeProblem } from "./config/problems.ts";
import type { Config, JailConfig } from "./config/types.ts";
import { loadReloadable, requireHeld } from "./control/load_reloadable.ts";
import {
  ControlError,
  type JailChange,
  type ReloadOutcome,
} from "./control/types.ts";
import { checkPattern } from "./match/check_pattern.ts";
import type { Logger } from "./util/log.ts";

/** What a reloader works with. */
export interface ReloaderOptions {
  /** Reads the files again. @throws {ConfigError} when nothing of them can be run */
  readonly load: () => Promise<Config>;
  /** The configuration in force. */
  readonly current: () => Config;
  /** Puts another one in force, at once as far as `current` can tell. */
  readonly goOver: (config: Config) => Promise<void>;
  readonly paths: ProgramPaths;
  readonly logger: Logger;
}

/** Changes the configuration of a daemon that runs. */
export class Reloader {
  readonly #options: ReloaderOptions;

  /** Changes nothing yet. */
  constructor(options: ReloaderOptions) {
    this.#options = options;
  }

  /**
   * Goes over to the files as they are now.
   *
   * @throws {ControlError} when they are refused; what is in force stays so
   */
  async reload(): Promise<ReloadOutcome> {
    const { load, current, goOver, paths, logger } = this.#options;
    const config = await loadReloadable(load, { current: current(), paths });
    const difference = diffConfig(current(), config);
    await goOver(config);
    const changed = difference.changed.map(({ name }) => name);
    logger.info("Configuration reloaded", {
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

  /**
   * Changes one jail, until the next reload.
   *
   * @throws {ControlError} when a new pattern cannot be used, or the change needs what was given up at start
   */
  async adjust(name: string, change: JailChange): Promise<void> {
    const { current, goOver, paths, logger } = this.#options;
    const before = current();
    const jails = before.jails.map((jail) =>
      jail.name === name ? change(jail) : jail
    );
    const config = { ...before, jails };
    requirePatterns(before, config);
    requireHeld(config, paths);
    const { changed, removed } = diffConfig(before, config);
    await goOver(config);
    logger.info("Jail changed until the next reload", {
      jail: name,
      keys: changed.flatMap(({ keys }) => keys).join(","),
      stopped: removed.includes(name),
    });
  }
}

/** Patterns of the files were checked when they were read. */
function requirePatterns(before: Config, after: Config): void {
  for (const role of ["fail", "ignore"] as const) {
    const known = new Set(before.jails.flatMap(PATTERNS[role]));
    for (const pattern of after.jails.flatMap(PATTERNS[role])) {
      if (known.has(pattern)) continue;
      const trouble = checkPattern(pattern, role);
      if (trouble !== undefined) throw new ControlError(400, trouble);
    }
  }
}

const PATTERNS = {
  fail: ({ failPatterns }: JailConfig) => failPatterns,
  ignore: ({ ignorePatterns }: JailConfig) => ignorePatterns,
};
