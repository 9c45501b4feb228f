/**
 * All that a state holds, as one stream.
 *
 * @module
 */

import type { MemoryRow, OutboxRow } from "../act/delivery/types.ts";
import type { Cursor, Position } from "../source/types.ts";
import type { CountRow, FailureRow, StoredBan } from "../track/types.ts";

/** One thing that is known. */
export type StateRecord =
  | { readonly kind: "ban"; readonly ban: StoredBan }
  | { readonly kind: "count"; readonly count: CountRow }
  | { readonly kind: "failures"; readonly failures: FailureRow }
  | { readonly kind: "position"; readonly position: PathPositions }
  | { readonly kind: "cursor"; readonly cursor: JailCursor }
  /** What an action is still to be told. */
  | { readonly kind: "message"; readonly message: OutboxRow }
  | { readonly kind: "memory"; readonly memory: MemoryRow }
  /** A ban as it was made, whether or not it runs. */
  | { readonly kind: "history"; readonly ban: StoredBan };

/** How far a log was read. */
export interface PathPositions {
  /** The path as configured. */
  readonly path: string;
  /** The older file first. */
  readonly files: readonly Position[];
}

/** How far a jail has read the journal. */
export interface JailCursor extends Cursor {
  readonly jail: string;
}

/** Which kinds of records there are, in the order in which a state gives them. */
export const RECORD_KINDS = [
  "ban",
  "count",
  "failures",
  "position",
  "cursor",
  "message",
  "memory",
  "history",
] as const satisfies readonly StateRecord["kind"][];
