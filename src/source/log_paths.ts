/**
 * Which logs the jails' paths and file name patterns come to.
 *
 * A pattern is expanded once, as fail2ban does it: a file that is rotated to a name which the pattern matches as well would
 * be read, and counted, a second time. Only a pattern that found nothing is tried again.
 *
 * @module
 */

import { expandGlob, type GlobFiles, isGlob } from "../util/expand_glob.ts";
import type { SourceStatus } from "./types.ts";

/** Of a log that nothing reads. */
const IDLE = { bytesRead: 0, overlongLines: 0, rotations: 0 };

/** What names logs. */
export interface LogReader {
  /** Absolute; file name patterns among them. */
  readonly logPaths: readonly string[];
}

/** Paths and patterns with what they came to. */
export class LogPaths {
  readonly #files: GlobFiles;
  readonly #found = new Map<string, readonly string[]>();

  constructor(files: GlobFiles) {
    this.#files = files;
  }

  /** Expands every pattern anew from now on. */
  forget(): void {
    this.#found.clear();
  }

  /** @returns whether there is a pattern without a log, and a log for it now */
  hasNews(): boolean {
    return [...this.#found].some(([pattern, paths]) =>
      paths.length === 0 && expandGlob(pattern, this.#files).length > 0
    );
  }

  /** @returns what the path came to when readers were last grouped: itself, or what matched it */
  find(path: string): readonly string[] {
    return isGlob(path) ? this.#found.get(path) ?? [] : [path];
  }

  /** @returns the readers of each log, in their order */
  group<Reader extends LogReader>(
    readers: readonly Reader[],
  ): Map<string, Reader[]> {
    const groups = new Map<string, Reader[]>();
    for (const reader of readers) {
      for (const path of reader.logPaths) this.#expand(path);
      const paths = reader.logPaths.flatMap((path) => this.find(path));
      for (const path of new Set(paths)) {
        const group = groups.get(path);
        if (group === undefined) groups.set(path, [reader]);
        else group.push(reader);
      }
    }
    return groups;
  }

  /**
   * Describes the logs of paths and patterns.
   *
   * @param describe what a source that reads a log says, if there is one
   */
  describe(
    paths: readonly string[],
    describe: (path: string) => SourceStatus | undefined,
  ): readonly SourceStatus[] {
    return paths.flatMap((pattern): readonly SourceStatus[] => {
      const found = this.find(pattern);
      if (found.length === 0) {
        const reason = "no file matches";
        return [{ path: pattern, state: "waiting", reason, ...IDLE }];
      }
      return found.map((path) =>
        describe(path) ?? { path, state: "stopped", ...IDLE }
      );
    });
  }

  #expand(path: string): void {
    if (!isGlob(path) || this.find(path).length > 0) return;
    this.#found.set(path, expandGlob(path, this.#files));
  }
}
