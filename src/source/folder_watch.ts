/**
 * Wakes the tails of a folder: by inotify when something happens in it, and by a slow poll beneath.
 *
 * Where events come, the poll is there for what they miss, and takes turns: a thousand logs that were looked at each second
 * would take 2.5 % of a core.
 *
 * All tails of a folder share one watch, since the runtime resolves the path of each event once per watch. An event says
 * only that it is worth looking; what happened is for `stat` to tell.
 *
 * @module
 */

import {
  type FolderListener,
  WatchedFolder,
  type WatchFs,
} from "./watched_folder.ts";
import { WatchFailures } from "./watch_failures.ts";
import type { Logger } from "../util/log.ts";

/** Listeners that one poll wakes, in all folders that are watched by events. */
const MOST_POLLED = 50;

/** A listener's place in a folder. */
export interface FolderSubscription {
  /** Whether events of other names wake the listener too, as while its file is renamed away. Settable. */
  hearsAll: boolean;
  /** Ends it; the last one of a folder closes the folder's watch. */
  close(): Promise<void>;
}

/** The folders that are watched, each once. */
export interface FolderWatches {
  /**
   * Wakes `listener` from now on; never throws: what cannot be watched is polled.
   *
   * @param folder an absolute path
   */
  subscribe(folder: string, listener: FolderListener): FolderSubscription;
  /** How many folders are watched by events now; the others are polled only. */
  readonly watchedFolders: number;
}

/** How folders are watched. */
export interface FolderWatchesOptions {
  /** Told once a folder when it is polled only; once for all where a limit of the machine is the reason. */
  readonly log: Logger;
  /** Milliseconds between polls; default 1000. */
  readonly pollMs?: number;
  /** Opens a watch on one folder; default `Deno.watchFs`. */
  readonly watchFs?: WatchFs;
}

/** Makes an empty registry; it holds nothing open while nobody subscribes. */
export function createFolderWatches(
  options: FolderWatchesOptions,
): FolderWatches {
  return new FolderRegistry(options);
}

class FolderRegistry implements FolderWatches {
  readonly #options: FolderWatchesOptions;
  readonly #failures: WatchFailures;
  readonly #folders = new Map<string, WatchedFolder>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: FolderWatchesOptions) {
    this.#options = options;
    this.#failures = new WatchFailures(options.log);
  }

  get watchedFolders(): number {
    return [...this.#folders.values()].filter((folder) => folder.isWatched)
      .length;
  }

  subscribe(path: string, listener: FolderListener): FolderSubscription {
    const folder = this.#folders.get(path) ?? this.#open(path);
    folder.add(listener);
    let hearsAll = false;
    return {
      get hearsAll() {
        return hearsAll;
      },
      set hearsAll(value) {
        if (value !== hearsAll) folder.setHearsAll(listener, value);
        hearsAll = value;
      },
      close: () => {
        folder.remove(listener);
        return this.#release(folder);
      },
    };
  }

  #open(path: string): WatchedFolder {
    const { watchFs } = this.#options;
    const failures = this.#failures;
    const folder = new WatchedFolder(path, { failures, watchFs });
    this.#folders.set(path, folder);
    this.#timer ??= setInterval(
      () => this.#poll(),
      this.#options.pollMs ?? 1000,
    );
    return folder;
  }

  #poll(): void {
    let count = 0;
    for (const folder of this.#folders.values()) count += folder.size;
    for (const folder of this.#folders.values()) {
      folder.poll(Math.ceil(folder.size * MOST_POLLED / count));
    }
  }

  async #release(folder: WatchedFolder): Promise<void> {
    if (!folder.isUnused || this.#folders.get(folder.path) !== folder) return;
    this.#folders.delete(folder.path);
    if (this.#folders.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    await folder.close();
  }
}
