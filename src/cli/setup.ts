/**
 * What most commands begin with: the configuration, and a line to the daemon.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import type { ConfigOptions } from "../config/load.ts";
import type { ProgramPaths } from "../config/permissions.ts";
import type { Config } from "../config/types.ts";
import type { ControlClient } from "../control/client.ts";
import { openLibc } from "../util/libc.ts";
import type { ActionAccessOptions } from "./action_access.ts";
import type { Invocation } from "./command.ts";
import {
  createManifestReader,
  createPlanner,
  type SandboxAccess,
} from "./sandbox_access.ts";
import { type Style, styleOf } from "./style.ts";

/** Where the configuration is looked for when no `-c` is given. */
export const DEFAULT_CONFIG_FILE = "/etc/fail2deno/config.toml";

/** @returns the file that `-c` names, else the default one if it exists, else undefined: the embedded default */
export function configFile(invocation: Invocation): string | undefined {
  const named = invocation.options.config;
  if (typeof named === "string") return absolutePath(named);
  try {
    Deno.statSync(DEFAULT_CONFIG_FILE);
    return DEFAULT_CONFIG_FILE;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    return DEFAULT_CONFIG_FILE;
  }
}

/** @returns `path` made absolute against the working directory */
export function absolutePath(path: string): string {
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}

/**
 * Loads the configuration that the invocation names.
 *
 * @throws {ConfigError} with all problems
 */
export async function loadInvocationConfig(
  invocation: Invocation,
  overrides: Partial<ConfigOptions> = {},
): Promise<Config> {
  const { loadConfig } = await import("../config/load.ts");
  const file = configFile(invocation);
  return loadConfig({
    ...(file === undefined ? {} : { file }),
    filtersFolders: filtersFolders(invocation),
    ...overrides,
  });
}

/** How a configuration with its actions is loaded. */
export interface ActionConfigOptions
  extends Omit<ActionAccessOptions, "file" | "readManifest"> {
  /** Default: found out when a plugin is to be asked. */
  readonly sandbox?: SandboxAccess;
  /** Default `loadFullConfig`. */
  readonly load?: typeof loadInvocationConfig;
  /** Default false. */
  readonly strict?: boolean;
}

/**
 * Loads the configuration with its actions, and has plugins that are a jail's backend plan.
 *
 * @throws {ConfigError} with all problems
 */
export async function loadActionConfig(
  invocation: Invocation,
  options: ActionConfigOptions,
): Promise<Config> {
  const { sandbox, isOutside, strict = false, load = loadFullConfig } = options;
  const { loadActionAccess } = await import("./action_access.ts");
  const { loadPlanned } = await import("./load_planned.ts");
  const access = await loadActionAccess({
    file: configFile(invocation),
    readManifest: createManifestReader(sandbox),
    isOutside,
  });
  return await loadPlanned(
    (planOf) => load(invocation, { strict, actions: { ...access, planOf } }),
    createPlanner(sandbox),
  );
}

/** Folders of filters, the first that has a name wins: `filters.d` beside the configuration that `-c` names, then the others. */
export function filtersFolders(
  invocation: Invocation,
): readonly (URL | string)[] {
  const named = invocation.options.config;
  const beside = typeof named === "string"
    ? [absolutePath(named).replace(/[^/]*$/, "filters.d")]
    : [];
  return [
    ...beside,
    new URL("file:///etc/fail2deno/filters.d/"),
    ownFilters(invocation),
  ];
}

function ownFilters({ context }: Invocation): URL {
  return new URL("filters/", context.programFolder);
}

/**
 * Connects commands to the daemon; nothing is sent yet.
 *
 * @throws {ConfigError} when the socket's path has to come from a configuration that cannot be read
 */
export async function openDaemon(
  invocation: Invocation,
): Promise<ControlClient> {
  const { createControlClient } = await import("../control/client.ts");
  const socket = invocation.options.socket;
  const path = typeof socket === "string"
    ? absolutePath(socket)
    : (await loadInvocationConfig(invocation)).global.socketPath;
  return createControlClient(openLibc(), path);
}

/** Prints data as JSON when asked to, else as text. @param text gets the style of standard output */
export function print(
  invocation: Invocation,
  data: unknown,
  text: (style: Style) => string,
): void {
  invocation.context.out(
    invocation.options.json === true
      ? `${JSON.stringify(data, null, 2)}\n`
      : text(styleOf(invocation.context)),
  );
}

/** @returns where the program and the configuration lie, for planning permissions */
export function programPaths(invocation: Invocation): ProgramPaths {
  const file = configFile(invocation);
  const folder = fileURLToPath(invocation.context.programFolder);
  return {
    projectFolder: folder.replace(/\/$/, ""),
    ...(file === undefined ? {} : { configFile: file }),
  };
}

/**
 * Loads the configuration, compiles its patterns and chooses its logs too, for commands that run them.
 *
 * @throws {ConfigError} with all problems
 */
export async function loadFullConfig(
  invocation: Invocation,
  overrides: Partial<ConfigOptions> = {},
): Promise<Config> {
  const { checkPattern } = await import("../match/check_pattern.ts");
  const { MACHINE_LOOK: look } = await import("../config/machine_look.ts");
  return await loadInvocationConfig(invocation, {
    checkPattern,
    look,
    ownFilters: ownFilters(invocation),
    ...overrides,
  });
}
