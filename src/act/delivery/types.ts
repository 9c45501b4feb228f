/**
 * What delivery to handler actions is made of, as its neighbours see it.
 *
 * @module
 */

import type { Decision, StoredBan } from "../../track/types.ts";
import type { Json } from "../contract.ts";
import type { ActionInstance } from "../sandbox/types.ts";

/** An action with all that its delivery needs to know. */
export interface DeliveredAction extends ActionInstance {
  /** Whose bans it is told of; none of them only simulates. */
  readonly jails: readonly string[];
  /** Jails that it brings hosts for; absent: none. */
  readonly feeds?: readonly string[];
  /** Entries of one call at most. */
  readonly batch: number;
  /** How long entries are gathered for a call. */
  readonly everySeconds: number;
  /** How long a call may take. */
  readonly deadlineSeconds: number;
  /** Texts that must not be shown; absent: none. */
  readonly secrets?: readonly string[];
  /** Absent or true: it can be called. False: what it is to be told waits until its configuration is whole again. */
  readonly isUsable?: boolean;
}

/** Hosts that a feed brought, as it says: nothing of them is looked at yet. */
export interface BroughtFeed {
  /** Of the instance. */
  readonly action: string;
  /** Whose they are to be. */
  readonly jails: readonly string[];
  readonly hosts: readonly string[];
  /** How long they are to be banned. */
  readonly seconds: number;
}

/** How a feed stands, since the daemon started. */
export interface FeedStatus {
  readonly jails: readonly string[];
  /** In the last list, with the time at which it came; absent: none came yet. */
  readonly last?: { readonly hosts: number; readonly atSeconds: number };
  /** Seconds since 1970 of the next call. */
  readonly nextSeconds: number;
}

/** A message that was not delivered yet, as it is stored. */
export interface OutboxRow {
  /** Name of the instance. */
  readonly action: string;
  /** Of the message; the same in each action that is told of the same decision. */
  readonly id: number;
  readonly method: "ban" | "unban";
  readonly ban: StoredBan;
}

/** What an action asked to be remembered. */
export interface MemoryRow {
  /** Name of the instance. */
  readonly action: string;
  readonly memory: Json;
}

/** Where changes of the outbox are stored. */
export interface OutboxSink {
  /** All rows go, messages and memories. */
  clear(): void;
  put(row: OutboxRow): void;
  /** The message was delivered, or is not to be. */
  remove(row: Pick<OutboxRow, "action" | "id">): void;
  putMemory(row: MemoryRow): void;
  removeMemory(action: string): void;
}

/** The outbox as those see it who store it. */
export interface Outbox {
  /** Takes over what an earlier life left. */
  restore(rows: Iterable<OutboxRow>, memories: Iterable<MemoryRow>): void;
  /** Tells of bans that ended while nobody was there. */
  take(decisions: readonly Decision[]): void;
  /** Hands over what changed since the last time. */
  drain(sink: OutboxSink): void;
  /** What was drained did not reach its place: the next `drain` gives everything. */
  loseTrack(): void;
}

/**
 * idle: nothing to say. gathering: entries are waited for. calling: a call is made. waiting: until the next try. resting: its
 * process died lately. leaving: it cleans up. unusable: its configuration is broken.
 */
export type ActionState =
  | "idle"
  | "gathering"
  | "calling"
  | "waiting"
  | "resting"
  | "leaving"
  | "unusable";

/** How an action stands; counts are since the daemon started. */
export interface ActionStatus {
  /** Of the instance. */
  readonly name: string;
  /** The built-in's id, or the path of its file. */
  readonly plugin: string;
  readonly jails: readonly string[];
  readonly state: ActionState;
  /** Seconds since 1970 of the next try; with `waiting` and `resting`. */
  readonly untilSeconds?: number;
  readonly delivered: number;
  /** Entries that have to be told of again, each time. */
  readonly retried: number;
  /** Entries that it will never take. */
  readonly refused: number;
  /** Entries that there was no room for. */
  readonly dropped: number;
  readonly queued: number;
  readonly calls: number;
  /** Absent: it is none of a jail's. */
  readonly feed?: FeedStatus;
  readonly lastError?: {
    readonly message: string;
    readonly atSeconds: number;
  };
}

/** Time and chance, which tests bring with them. */
export interface Surroundings {
  /** Seconds since 1970. */
  readonly nowSeconds: () => number;
  /** 0 to 1, 1 excluded. */
  readonly random: () => number;
  /** One timer; it may ring early. */
  readonly createAlarm: (onRing: () => void) => {
    set(atSeconds: number): void;
    clear(): void;
  };
}
