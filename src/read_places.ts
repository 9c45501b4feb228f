/**
 * How far logs and journals were read, and which of that is not stored yet.
 *
 * @module
 */

import type { Cursor, Position } from "./source/types.ts";
import type { Store, StoreWriter } from "./store/types.ts";

/** See the module. */
export class ReadPlaces {
  readonly #positions = new Map<string, readonly Position[]>();
  readonly #cursors = new Map<string, Cursor>();
  readonly #movedPaths = new Set<string>();
  readonly #movedJails = new Set<string>();

  /** @returns where a log was read to, the older file first */
  positionsOf(path: string): readonly Position[] {
    return this.#positions.get(path) ?? [];
  }

  /** @returns where a jail read the journal to */
  cursorOf(jail: string): Cursor | undefined {
    return this.#cursors.get(jail);
  }

  /** A log was read up to there; undefined: it is not read any more. */
  move(path: string, positions: readonly Position[] | undefined): void {
    if (positions === undefined) this.#positions.delete(path);
    else this.#positions.set(path, positions);
    this.#movedPaths.add(path);
  }

  /** A jail has read the journal up to there; undefined: it does not read it any more. */
  moveCursor(jail: string, cursor: Cursor | undefined): void {
    if (cursor === undefined) this.#cursors.delete(jail);
    else this.#cursors.set(jail, cursor);
    this.#movedJails.add(jail);
  }

  /** Takes over what an earlier life left; a log that is read already is further. */
  restore(store: Store): void {
    for (const [path, positions] of store.positions()) {
      if (!this.#positions.has(path)) this.#positions.set(path, positions);
    }
    for (const [jail, cursor] of store.cursors()) {
      this.#cursors.set(jail, cursor);
    }
  }

  /** Hands over what moved. */
  write(writer: StoreWriter): void {
    for (const path of this.#movedPaths) {
      writer.putPositions(path, this.positionsOf(path));
    }
    for (const jail of this.#movedJails) {
      writer.putCursor(jail, this.cursorOf(jail));
    }
  }

  /** That is stored. */
  noteStored(): void {
    this.#movedPaths.clear();
    this.#movedJails.clear();
  }

  /** Nobody knows what is stored. */
  loseTrack(): void {
    for (const path of this.#positions.keys()) this.#movedPaths.add(path);
    for (const jail of this.#cursors.keys()) this.#movedJails.add(jail);
  }
}
