/**
 * What is known of connections that several lines tell about: filters with `<F-MLFID>`.
 *
 * @module
 */

import { type CaughtTexts, GROUP } from "./caught_groups.ts";
import { ID_GROUPS } from "./fail2ban_tags.ts";

/** What the lines of a connection told so far. */
export interface ConnectionState {
  readonly texts: CaughtTexts;
  /** Every user that was tried. */
  users: string[] | undefined;
  /** Whether there was a failure whose host is still unknown. */
  isPending: boolean;
  /** Lines of its failures; undefined before the first. */
  lines: string[] | undefined;
  /** Lines that were no failure yet. */
  passedLines: string[] | undefined;
}

/** A line of a connection. */
export interface ConnectionLine {
  /** What its pattern caught; taken over. */
  readonly texts: CaughtTexts;
  /** Absent where nobody wants them. */
  readonly lines: readonly string[] | undefined;
  /** The wall clock. */
  readonly nowSeconds: number;
}

/** A connection in the order of arrival, and among those in its bucket. */
interface Entry extends ConnectionState {
  id: string;
  readonly hash: number;
  readonly expirySeconds: number;
  /** Whether its texts are slices of the chunk at hand. */
  isFresh: boolean;
  older: Entry | undefined;
  newer: Entry | undefined;
  sibling: Entry | undefined;
}

/** Places of the groups that say whose failure it is. */
const HOST_IDS = ID_GROUPS.filter((name) => name !== "mlfid")
  .map((name) => GROUP[name]);

const MOST_CONNECTIONS = 100;
const LIFETIME_SECONDS = 300;

const BUCKETS = 128;

/** Characters that a bucket is chosen by, from the end: where the number of a process stands. */
const HASHED = 8;

/** Of one connection; whoever keeps it open can go on failing. */
const MOST_LINES = 200;
const MOST_USERS = 100;

/**
 * Merges the lines of a connection, the oldest of 100 connections making room for a new one.
 *
 *     Connection from 192.0.2.7        nofail: waits
 *     Failed password for root         failure of 192.0.2.7, two lines
 *     Accepted password for root       gained: no failure
 */
export class ConnectionCache {
  /** A map that is filled and emptied all the time keeps what it held before from being collected with the young. */
  readonly #buckets = Array.from(
    { length: BUCKETS },
    (): Entry | undefined => undefined,
  );
  #size = 0;
  #oldest: Entry | undefined;
  #newest: Entry | undefined;
  #hasFresh = false;

  /**
   * Adds a line to its connection.
   *
   * @param id what the group `mlfid` caught
   * @returns the connection's state, used again for its next line; it is no failure where its group `nofail` says something
   */
  merge(id: string, line: ConnectionLine): ConnectionState {
    const { texts } = line;
    const isGained = isSaid(texts[GROUP.mlfgained]);
    const isNoFailure = isSaid(texts[GROUP.nofail]);
    let isPassed = isGained || isNoFailure;
    const isForgotten = isSaid(texts[GROUP.mlfforget]);
    if (isGained && !isNoFailure) texts[GROUP.nofail] = texts[GROUP.mlfgained];
    if (texts[GROUP.mlfforget] !== undefined) {
      texts[GROUP.mlfforget] = undefined;
    }

    const hash = hashOf(id);
    const known = this.#find(id, hash, line.nowSeconds);
    const state = known ?? createEntry(id, hash, line);
    if (known !== undefined) {
      update(state, texts, isGained);
      this.#hasFresh = known.isFresh = true;
    } else if (!isForgotten) this.#add(state, line.nowSeconds);
    if (known !== undefined || !isForgotten) {
      addUser(state, texts[GROUP.user]);
    }
    if (known !== undefined && isForgotten) this.#remove(known);

    if (state.isPending || (state.users?.length ?? 0) > 1) {
      state.texts[GROUP.nofail] = undefined;
      state.texts[GROUP.mlfgained] = undefined;
      isPassed = false;
    }
    state.isPending = false;
    if (line.lines === undefined) return state;
    if (!isPassed) addFailedLines(state, line.lines);
    else if (!isForgotten) {
      state.passedLines = append(state.passedLines, line.lines);
    }
    return state;
  }

  /**
   * Lets go of the chunk: a slice keeps the whole text in memory. Copying what is left at its end takes less than copying
   * what each of its lines brings.
   */
  endChunk(): void {
    if (!this.#hasFresh) return;
    this.#hasFresh = false;
    for (let entry = this.#newest; entry !== undefined; entry = entry.older) {
      if (!entry.isFresh) continue;
      entry.isFresh = false;
      entry.texts[GROUP.mlfid] = undefined;
      detachTexts(entry.texts);
      entry.texts[GROUP.mlfid] = entry.id = detachText(entry.id);
    }
  }

  #find(id: string, hash: number, nowSeconds: number): Entry | undefined {
    let entry = this.#buckets[hash & BUCKETS - 1];
    while (entry !== undefined && (entry.hash !== hash || entry.id !== id)) {
      entry = entry.sibling;
    }
    if (entry === undefined || entry.expirySeconds > nowSeconds) return entry;
    this.#remove(entry);
    return undefined;
  }

  #add(entry: Entry, nowSeconds: number): void {
    if (this.#size >= MOST_CONNECTIONS) this.#makeRoom(nowSeconds);
    const bucket = entry.hash & BUCKETS - 1;
    entry.older = this.#newest;
    entry.sibling = this.#buckets[bucket];
    this.#hasFresh = true;
    this.#buckets[bucket] = entry;
    this.#size++;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #makeRoom(nowSeconds: number): void {
    while (this.#oldest !== undefined) {
      const isFull = this.#size >= MOST_CONNECTIONS;
      if (!isFull && this.#oldest.expirySeconds > nowSeconds) return;
      this.#remove(this.#oldest);
    }
  }

  #remove(entry: Entry): void {
    const { older, newer } = entry;
    this.#takeFromBucket(entry);
    // An old entry that nobody needs would keep all that came behind it from being collected with the young.
    entry.older = entry.newer = entry.sibling = undefined;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }

  #takeFromBucket(entry: Entry): void {
    const { sibling } = entry;
    const bucket = entry.hash & BUCKETS - 1;
    this.#size--;
    let before = this.#buckets[bucket];
    if (before === entry) {
      this.#buckets[bucket] = sibling;
      return;
    }
    while (before !== undefined && before.sibling !== entry) {
      before = before.sibling;
    }
    if (before !== undefined) before.sibling = sibling;
  }
}

function hashOf(id: string): number {
  let hash = 0;
  for (let at = Math.max(0, id.length - HASHED); at < id.length; at++) {
    hash = Math.imul(hash, 31) + id.charCodeAt(at) | 0;
  }
  return hash ^ hash >>> 7;
}

function createEntry(
  id: string,
  hash: number,
  { texts, nowSeconds }: ConnectionLine,
): Entry {
  return {
    id,
    hash,
    texts,
    users: undefined,
    isPending: false,
    lines: undefined,
    passedLines: undefined,
    expirySeconds: nowSeconds + LIFETIME_SECONDS,
    isFresh: true,
    older: undefined,
    newer: undefined,
    sibling: undefined,
  };
}

/** Takes the later line's texts over; `nofail` and `mlfgained` always are those of the last line. */
function update(
  state: ConnectionState,
  texts: CaughtTexts,
  isGained: boolean,
): void {
  const known = state.texts;
  const wasPassed = isSaid(known[GROUP.nofail]) ||
    isSaid(known[GROUP.mlfgained]);
  known[GROUP.nofail] = known[GROUP.mlfgained] = undefined;
  if (isGained) state.isPending = false;
  // Lines of failures that were reported are not reported again.
  if (!wasPassed && !state.isPending) state.lines = undefined;
  forgetOtherHosts(known, texts);
  for (let place = 0; place < texts.length; place++) {
    if (texts[place] !== undefined) known[place] = texts[place];
  }
}

/** A process number comes again: an IPv4 address of before must not stand beside the IPv6 address of now. */
function forgetOtherHosts(known: CaughtTexts, texts: CaughtTexts): void {
  if (!HOST_IDS.some((place) => texts[place] !== undefined)) return;
  for (const place of HOST_IDS) known[place] = undefined;
}

function addUser(state: ConnectionState, user: string | undefined): void {
  if (!isSaid(user)) return;
  const { users } = state;
  // A list that grows from nothing gets room for seventeen, and most connections have one.
  if (users === undefined) state.users = [detachText(user)];
  else if (users.length < MOST_USERS && !users.includes(user)) {
    users.push(detachText(user));
  }
}

function addFailedLines(
  state: ConnectionState,
  lines: readonly string[],
): void {
  const { passedLines } = state;
  if (passedLines !== undefined) {
    state.lines = append(passedLines, state.lines ?? []);
    state.passedLines = undefined;
  }
  state.lines = append(state.lines, lines);
}

/** In place: a connection may have many lines, and each of them comes by here. */
function append(
  known: string[] | undefined,
  more: readonly string[],
): string[] {
  const lines = known ?? [];
  for (const line of more) {
    lines.push(detachText(line));
    if (lines.length > MOST_LINES) lines.shift();
  }
  return lines;
}

/** @returns whether the group took part, and caught something */
export function isSaid(text: string | undefined): text is string {
  return text !== undefined && text !== "";
}

function detachTexts(texts: CaughtTexts): void {
  for (let place = 0; place < texts.length; place++) {
    if (texts[place] !== undefined) texts[place] = detachText(texts[place]);
  }
}

function detachText(text: string): string;
function detachText(text: string | undefined): string | undefined;
/**
 * A slice keeps the whole chunk's text in memory; what outlives the chunk is copied. V8 copies texts below 13 characters
 * anyway, and slices of a concatenation are slices of its copy.
 */
function detachText(text: string | undefined): string | undefined {
  return text === undefined || text.length < 13 ? text : ` ${text}`.slice(1);
}
