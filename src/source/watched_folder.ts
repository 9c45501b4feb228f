/**
 * One watch on one folder, or polling where it cannot be watched.
 *
 * The folder is watched, not the file: a watch on a file follows it through a rename and never sees its successor.
 *
 * @module
 */

import { basename } from "node:path/posix";
import { type FileIdentity, identify, isSameFile } from "./file_identity.ts";
import { isFifo } from "../util/is_fifo.ts";
import type { WatchFailures } from "./watch_failures.ts";

/** After how many polls a folder that could not be watched is tried again. */
const POLLS_BEFORE_RETRY = 60;

/** What an event may have changed: bytes of a file, or also which file bears the name. */
export type Hint = "content" | "name";

/** Is woken for one name in a folder. */
export interface FolderListener {
  /** The file's name in the folder. */
  readonly name: string;
  /** Something happened, probably to that name. */
  onHint(hint: Hint): void;
  /** Time to look, whatever was heard. */
  onPoll?(): void;
}

/** Opens a watch on one folder, not on those beneath. */
export type WatchFs = (folder: string) => Deno.FsWatcher;

/** Folders with a watch. */
const WATCHED = new Set<WatchedFolder>();

/** Watches that must not be closed. */
const LEFT_BEHIND = new Set<Deno.FsWatcher>();

/** One folder, its listeners, and the watch on it while there is one. */
export class WatchedFolder {
  /** As it was asked for. */
  readonly path: string;
  readonly #failures: WatchFailures;
  readonly #watchFs: WatchFs;
  readonly #listeners = new Map<string, Set<FolderListener>>();
  #size = 0;
  readonly #hearingAll = new Set<FolderListener>();
  #watcher: Deno.FsWatcher | undefined;
  #watched: FileIdentity | undefined;
  #following: Promise<void> = Promise.resolve();
  /** Those that are still to be polled before all were. */
  #unpolled: Iterator<FolderListener> | undefined;
  #pollsToWait = 0;

  /**
   * Begins to watch.
   *
   * @param path absolute; the folder need not be there
   */
  constructor(
    path: string,
    { failures, watchFs = openWatch }: {
      /** Told where it is polled only. */
      failures: WatchFailures;
      watchFs?: WatchFs | undefined;
    },
  ) {
    this.path = path;
    this.#failures = failures;
    this.#watchFs = watchFs;
    this.#ensureWatch();
  }

  /** Whether nobody listens. */
  get isUnused(): boolean {
    return this.#listeners.size === 0;
  }

  /** How many listen. */
  get size(): number {
    return this.#size;
  }

  /** Whether events come. */
  get isWatched(): boolean {
    return this.#watcher !== undefined;
  }

  /** Wakes `listener` from now on. */
  add(listener: FolderListener): void {
    this.#size++;
    const same = this.#listeners.get(listener.name);
    if (same) same.add(listener);
    else this.#listeners.set(listener.name, new Set([listener]));
  }

  /** Wakes it no more. */
  remove(listener: FolderListener): void {
    this.#hearingAll.delete(listener);
    const same = this.#listeners.get(listener.name);
    if (same?.delete(listener)) this.#size--;
    if (same?.size === 0) this.#listeners.delete(listener.name);
  }

  /** Whether to wake it by events of other names too. */
  setHearsAll(listener: FolderListener, hearsAll: boolean): void {
    if (hearsAll) this.#hearingAll.add(listener);
    else this.#hearingAll.delete(listener);
  }

  /**
   * Sees to the watch, and wakes listeners: all that hear everything, and the next ones of the others.
   *
   * @param most of the others, where events come; else all
   */
  poll(most: number): void {
    this.#ensureWatch();
    const isDue = new Set(this.#hearingAll);
    const limit = this.isWatched ? most : this.size;
    for (let count = 0; count < limit; count++) {
      const next = this.#nextListener();
      if (next === undefined) break;
      isDue.add(next);
    }
    for (const listener of isDue) listener.onPoll?.();
  }

  #nextListener(): FolderListener | undefined {
    let next = this.#unpolled?.next();
    if (next === undefined || next.done) {
      this.#unpolled = this.#listAll();
      next = this.#unpolled.next();
    }
    return next.done ? undefined : next.value;
  }

  *#listAll(): Generator<FolderListener> {
    for (const same of this.#listeners.values()) yield* same;
  }

  /** Ends the watch; nobody is woken afterwards. */
  async close(): Promise<void> {
    this.#unwatch();
    this.#failures.clear(this.path);
    await this.#following;
  }

  /** Watches the folder that bears the path now; one that was replaced would be silent for ever. */
  #ensureWatch(): void {
    try {
      const identity = identify(Deno.statSync(this.path));
      if (isSameFile(identity, this.#watched)) return;
      this.#unwatch();
      if (this.#pollsToWait > 0) {
        this.#pollsToWait--;
        return;
      }
      this.#watch(identity);
    } catch (error) {
      this.#unwatch();
      if (!(error instanceof Deno.errors.NotFound)) {
        this.#pollsToWait = POLLS_BEFORE_RETRY;
      }
      this.#failures.note(this.path, error);
    }
  }

  #watch(identity: FileIdentity): void {
    if (holdsPipe(this.path)) {
      throw new Error("it holds a named pipe, expected none beside logs");
    }
    // By its real path, so that the paths of events begin with it.
    const realPath = Deno.realPathSync(this.path);
    const watcher = this.#watchFs(realPath);
    this.#watcher = watcher;
    this.#watched = identity;
    WATCHED.add(this);
    this.#failures.clear(this.path);
    const earlier = this.#following;
    this.#following = this.#follow(watcher, realPath).then(() => earlier);
  }

  #unwatch(): void {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    this.#watched = undefined;
    if (watcher === undefined) return;
    if (mayBeHeldUp()) {
      LEFT_BEHIND.add(watcher);
      this.#following = Promise.resolve();
    } else watcher.close();
    WATCHED.delete(this);
  }

  async #follow(watcher: Deno.FsWatcher, realPath: string): Promise<void> {
    try {
      for await (const event of watcher) {
        if (LEFT_BEHIND.has(watcher)) continue;
        if (this.#watcher !== watcher) return;
        if (event.kind !== "access") this.#dispatch(event, realPath);
      }
    } catch (error) {
      if (this.#watcher !== watcher) return;
      this.#unwatch();
      this.#pollsToWait = POLLS_BEFORE_RETRY;
      this.#failures.note(this.path, error);
    }
  }

  #dispatch(event: Deno.FsEvent, realPath: string): void {
    const hint = event.kind === "modify" ? "content" : "name";
    const isForAll = event.flag !== undefined && event.flag !== null ||
      event.paths.length === 0;
    if (isForAll) return this.#wakeAll();
    for (const path of event.paths) {
      if (path === realPath) this.#handleFolderEvent(event);
      const same = this.#listeners.get(basename(path));
      for (const listener of same ?? []) listener.onHint(hint);
    }
    for (const listener of this.#hearingAll) listener.onHint("name");
  }

  #handleFolderEvent(event: Deno.FsEvent): void {
    // A folder made anew may get the old one's inode, so the poll could not tell that this watch is dead.
    if (event.kind !== "modify") this.#unwatch();
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const same of this.#listeners.values()) {
      for (const listener of same) listener.onHint("name");
    }
  }
}

function openWatch(folder: string): Deno.FsWatcher {
  return Deno.watchFs(folder, { recursive: false });
}

/**
 * Deno's watch opens what events name, and at a named pipe waits for its writer. One thread does so for all folders, and
 * closing the watch of any of them waits for that thread, and with it the whole process.
 */
function mayBeHeldUp(): boolean {
  return LEFT_BEHIND.size > 0 ||
    [...WATCHED].some(({ path }) => holdsPipe(path));
}

function holdsPipe(folder: string): boolean {
  try {
    for (const { name, ...kind } of Deno.readDirSync(folder)) {
      const isOther = !kind.isFile && !kind.isDirectory && !kind.isSymlink;
      if (isOther && isFifo(`${folder}/${name}`)) return true;
    }
  } catch {
    // Gone, or not to be listed: what is wrong with it is found out by whoever watches it.
  }
  return false;
}
