/**
 * A configuration for a reload, or why there is none.
 *
 * @module
 */

import {
  heldPermissions,
  planPermissions,
  type ProgramPaths,
} from "../config/permissions.ts";
import { ConfigError, describeProblem } from "../config/problems.ts";
import type { Config, ConfigProblem } from "../config/types.ts";
import { ControlError } from "./types.ts";

/**
 * Loads a configuration that the running daemon can go over to.
 *
 * @param options `current`: the one in force
 * @throws {ControlError} when it cannot be read, or needs what was given up at the start
 */
export async function loadReloadable(
  load: () => Promise<Config>,
  { current, paths }: {
    readonly current: Config;
    readonly paths: ProgramPaths;
  },
): Promise<Config> {
  const config = await loadOrRefuse(load);
  requireActions(config);
  requireHeld(config, paths);
  requireSame("socket_path", [
    current.global.socketPath,
    config.global.socketPath,
  ]);
  requireSame("fail2ban_socket", [
    current.global.fail2banSocket ?? "",
    config.global.fail2banSocket ?? "",
  ]);
  const isSame = JSON.stringify(config.global.readOnlySocket) ===
    JSON.stringify(current.global.readOnlySocket);
  if (!isSame) {
    throw new ControlError(
      409,
      "Cannot reload: read_only_socket is another one now, expected a restart",
    );
  }
  return config;
}

/** Sockets cannot be made once the C library was given up. */
function requireSame(key: string, [before, now]: [string, string]): void {
  if (before === now) return;
  throw new ControlError(
    409,
    `Cannot reload: ${key} is now "${now}", expected a restart`,
  );
}

async function loadOrRefuse(load: () => Promise<Config>): Promise<Config> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw refuse(error.problems);
  }
}

function refuse(problems: readonly ConfigProblem[]): ControlError {
  const reasons = problems.map(describeProblem).join("\n");
  return new ControlError(
    422,
    `Cannot reload, the old configuration stays in force: ${reasons}`,
  );
}

/** An action that has vanished behind a mistake would clean up its far side. */
function requireActions({ warnings }: Config): void {
  const problems = warnings.filter(({ action }) => action !== undefined);
  if (problems.length > 0) throw refuse(problems);
}

/**
 * What was given up at the start cannot come back: better no reload than half of one.
 *
 * @throws {ControlError} when the configuration needs such a thing
 */
export function requireHeld(config: Config, paths: ProgramPaths): void {
  const needed = planPermissions(config, paths)
    .filter(({ reason }) => reason !== undefined);
  const held = new Set(heldPermissions(needed));
  const missing = needed.find((entry) => !held.has(entry));
  if (missing === undefined) return;
  throw new ControlError(
    409,
    `Cannot change the configuration: ${missing.kind} of "${missing.value}" (${missing.reason}) was given up at start, expected a restart`,
  );
}
