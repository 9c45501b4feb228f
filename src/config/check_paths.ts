/**
 * Whether the logs that a configuration names can be watched, for `check`.
 *
 * @module
 */

import { showText } from "./issues.ts";
import { describeReadError } from "./read_text.ts";
import type { Config, ConfigProblem, JailConfig } from "./types.ts";

/** How paths are looked at; tests bring their own. */
export interface PathAccess {
  /** Opens for reading and closes. @throws when that fails */
  probe(path: string): void;
  /** @throws {Deno.errors.NotFound} and others */
  isFolder(path: string): boolean;
}

/** The machine's own files. */
export const MACHINE_PATHS: PathAccess = {
  probe(path) {
    Deno.openSync(path).close();
  },
  isFolder: (path) => Deno.statSync(path).isDirectory,
};

/**
 * Looks at the log of each enabled jail.
 *
 * @returns errors for logs that cannot be watched, notes (`severity`) for those that are not there yet
 */
export function checkPaths(
  config: Config,
  access: PathAccess = MACHINE_PATHS,
): ConfigProblem[] {
  return config.jails
    .filter((jail) => jail.enabled && jail.logBackend === "file")
    .flatMap((jail) => {
      const found = checkLog(jail, access);
      if (found === undefined) return [];
      const place = config.places?.get(jail.name)?.logPath ??
        { file: config.files[0] ?? jail.logPath };
      return { ...place, ...found };
    });
}

type Found = Pick<ConfigProblem, "message" | "severity">;

function checkLog(
  { name, logPath }: JailConfig,
  access: PathAccess,
): Found | undefined {
  const head = `Cannot watch log ${showText(logPath)} of jail "${name}"`;
  try {
    access.probe(logPath);
    return access.isFolder(logPath)
      ? { message: `${head}: it is a folder, expected a file` }
      : undefined;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      return {
        message: `${head}: ${
          describeReadError(error)
        }, expected a file that can be read`,
      };
    }
  }
  const folder = logPath.slice(0, logPath.lastIndexOf("/")) || "/";
  if (isFolder(folder, access)) {
    return {
      message: `Log ${
        showText(logPath)
      } of jail "${name}" is not there yet: it is waited for`,
      severity: "note",
    };
  }
  return {
    message: `${head}: there is no folder ${
      showText(folder)
    }, expected an existing one`,
  };
}

function isFolder(path: string, access: PathAccess): boolean {
  try {
    return access.isFolder(path);
  } catch {
    return false;
  }
}
