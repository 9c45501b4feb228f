/**
 * Whether the logs that a configuration names can be watched, for `check`.
 *
 * @module
 */

import { expandGlob, isGlob } from "../util/expand_glob.ts";
import { isFifo } from "../util/is_fifo.ts";
import { showText } from "./issues.ts";
import { JOURNALCTL } from "./journal_match.ts";
import { describeReadError, MACHINE_FILES } from "./read_text.ts";
import type { Config, ConfigProblem, JailConfig } from "./types.ts";

/** How paths are looked at; tests bring their own. */
export interface PathAccess {
  /** Opens for reading and closes; a named pipe, which would wait for its writer, is only looked at. @throws when that fails */
  probe(path: string): void;
  /** @throws {Deno.errors.NotFound} and others */
  isFolder(path: string): boolean;
  /** @returns existing paths that a file name pattern matches */
  expand(pattern: string): readonly string[];
  /** Runs a program for a moment. @throws when that fails */
  run(program: string): void;
}

/** The machine's own files. */
export const MACHINE_PATHS: PathAccess = {
  probe(path) {
    if (isFifo(path) !== true) Deno.openSync(path).close();
  },
  isFolder: (path) => Deno.statSync(path).isDirectory,
  expand: (pattern) => expandGlob(pattern, MACHINE_FILES),
  run(program) {
    new Deno.Command(program, {
      args: ["--version"],
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).outputSync();
  },
};

/**
 * Looks at the logs of each enabled jail.
 *
 * @returns errors for logs that cannot be watched, notes (`severity`) for those that are not there yet
 */
export function checkPaths(
  config: Config,
  access: PathAccess = MACHINE_PATHS,
): ConfigProblem[] {
  return config.jails.filter((jail) => jail.enabled).flatMap((jail) => {
    if (jail.auto?.isWaiting) return noteWaiting(jail, config);
    if (jail.logBackend === "systemd") {
      const file = config.files[0] ?? "(default)";
      return checkJournal(jail, access).map((found) => ({ file, ...found }));
    }
    return jail.logPaths.flatMap((path, index) => {
      const place = config.places?.get(jail.name)?.logPaths[index] ??
        { file: config.files[0] ?? path };
      return checkLogs(jail, path, access)
        .map((found) => ({ ...place, ...found }));
    });
  });
}

function noteWaiting(
  { name, auto }: JailConfig,
  { files, places }: Config,
): ConfigProblem[] {
  const place = places?.get(name)?.logPaths[0] ??
    { file: files[0] ?? "(default)" };
  return [{
    ...place,
    message: `No log is there yet for jail "${name}": ${auto?.reason}`,
    severity: "note",
  }];
}

type Found = Pick<ConfigProblem, "message" | "severity">;

function checkJournal({ name }: JailConfig, access: PathAccess): Found[] {
  try {
    access.run(JOURNALCTL);
    return [];
  } catch (error) {
    return [{
      message: `Cannot read the journal for jail "${name}": ${JOURNALCTL}: ${
        describeReadError(error)
      }, expected systemd's`,
    }];
  }
}

function checkLogs(
  { name }: JailConfig,
  path: string,
  access: PathAccess,
): Found[] {
  const paths = isGlob(path) ? access.expand(path) : [path];
  if (paths.length > 0) {
    return paths.flatMap((each) => checkLog(name, each, access) ?? []);
  }
  return [{
    message: `No log is there yet for ${
      showText(path)
    } of jail "${name}": it is waited for`,
    severity: "note",
  }];
}

function checkLog(
  name: string,
  logPath: string,
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
