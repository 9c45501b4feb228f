/**
 * What is said where folders cannot be watched.
 *
 * @module
 */

import type { Logger } from "../util/log.ts";

/** Limits of inotify, by what exceeding them throws. A process may have many folders: all of them meet the same limit. */
const LIMITS: readonly { readonly error: RegExp; readonly limit: string }[] = [
  { error: /watch limit reached|No space left/i, limit: "max_user_watches" },
  { error: /Too many open files/i, limit: "max_user_instances" },
];

/** Says once why a folder is polled, and once for all folders that a limit of the machine is reached. */
export class WatchFailures {
  readonly #log: Logger;
  readonly #folders = new Set<string>();
  /** Folders that meet a limit. */
  readonly #limited = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** A folder could not be watched. */
  note(folder: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const limit = LIMITS.find(({ error }) => error.test(reason))?.limit;
    const isSaid = limit === undefined
      ? this.#folders.has(folder)
      : this.#limited.size > 0;
    this.#folders.add(folder);
    if (limit !== undefined) this.#limited.add(folder);
    if (isSaid) return;
    if (limit === undefined) {
      this.#log.warn("Poll log folder, since it cannot be watched", {
        folder,
        reason,
      });
    } else {
      this.#log.warn("Poll log folders, since a limit of inotify is reached", {
        folder,
        reason,
        remedy: `raise fs.inotify.${limit}`,
      });
    }
  }

  /** A folder is watched, or nobody wants it to be any more. */
  clear(folder: string): void {
    this.#folders.delete(folder);
    this.#limited.delete(folder);
  }
}
