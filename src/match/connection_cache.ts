/**
 * What is known of connections that several lines tell about: filters with `<F-MLFID>`.
 *
 * @module
 */

import type { CaughtGroups } from "./caught_groups.ts";
import { ID_GROUPS } from "./fail2ban_tags.ts";

/** What the lines of a connection told so far. */
export interface ConnectionState {
  readonly groups: CaughtGroups;
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
  readonly groups: CaughtGroups;
  /** None where nobody wants them. */
  readonly lines: readonly string[];
  /** The wall clock. */
  readonly nowSeconds: number;
}

interface Entry {
  readonly state: ConnectionState;
  readonly expirySeconds: number;
}

/** Groups that say whose failure it is. */
const HOST_IDS = ID_GROUPS.filter((name) => name !== "mlfid");

const MOST_CONNECTIONS = 100;
const LIFETIME_SECONDS = 300;

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
  readonly #entries = new Map<string, Entry>();

  /**
   * Adds a line to its connection.
   *
   * @param id what the group `mlfid` caught
   * @returns the connection's state, used again for its next line; it is no failure where its group `nofail` says something
   */
  merge(id: string, line: ConnectionLine): ConnectionState {
    const { groups } = line;
    let isGained = isSaid(groups.mlfgained);
    let isPassed = isGained || isSaid(groups.nofail);
    const isForgotten = isSaid(groups.mlfforget);
    if (isGained && !isSaid(groups.nofail)) groups.nofail = groups.mlfgained;
    groups.mlfforget = undefined;

    const known = this.#find(id, line.nowSeconds);
    const state = known ?? createState(groups);
    if (known !== undefined) update(known, groups, isGained);
    else if (!isForgotten) this.#add(id, state, line.nowSeconds);
    if (known !== undefined || !isForgotten) addUser(state, groups.user);
    if (known !== undefined && isForgotten) this.#entries.delete(id);

    if (state.isPending || (state.users?.length ?? 0) > 1) {
      state.groups.nofail = undefined;
      state.groups.mlfgained = undefined;
      isGained = isPassed = false;
    }
    state.isPending = false;
    if (!isPassed) addFailedLines(state, line.lines);
    else if (!isForgotten) {
      state.passedLines = append(state.passedLines, line.lines);
    }
    return state;
  }

  #find(id: string, nowSeconds: number): ConnectionState | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.expirySeconds > nowSeconds) {
      return entry?.state;
    }
    this.#entries.delete(id);
    return undefined;
  }

  #add(id: string, state: ConnectionState, nowSeconds: number): void {
    if (this.#entries.size >= MOST_CONNECTIONS) this.#makeRoom(nowSeconds);
    const expirySeconds = nowSeconds + LIFETIME_SECONDS;
    this.#entries.set(detachText(id), { state, expirySeconds });
  }

  /** The map is in the order of arrival, so the first are the oldest. */
  #makeRoom(nowSeconds: number): void {
    for (const [id, { expirySeconds }] of this.#entries) {
      const isFull = this.#entries.size >= MOST_CONNECTIONS;
      if (!isFull && expirySeconds > nowSeconds) break;
      this.#entries.delete(id);
    }
  }
}

function createState(groups: CaughtGroups): ConnectionState {
  for (const name in groups) groups[name] = detachText(groups[name]);
  return {
    groups,
    users: undefined,
    isPending: false,
    lines: undefined,
    passedLines: undefined,
  };
}

/** Takes the later line's groups over; `nofail` and `mlfgained` always are those of the last line. */
function update(
  state: ConnectionState,
  groups: CaughtGroups,
  isGained: boolean,
): void {
  const known = state.groups;
  const wasPassed = isSaid(known.nofail) || isSaid(known.mlfgained);
  known.nofail = known.mlfgained = undefined;
  if (isGained) state.isPending = false;
  // Lines of failures that were reported are not reported again.
  if (!wasPassed && !state.isPending) state.lines = undefined;
  forgetOtherHosts(known, groups);
  for (const name in groups) {
    if (groups[name] !== undefined) known[name] = detachText(groups[name]);
  }
}

/** A process number comes again: an IPv4 address of before must not stand beside the IPv6 address of now. */
function forgetOtherHosts(known: CaughtGroups, groups: CaughtGroups): void {
  const told = HOST_IDS.filter((name) => groups[name] !== undefined);
  if (told.length === 0) return;
  for (const name of HOST_IDS) {
    if (!told.includes(name)) known[name] = undefined;
  }
}

function addUser(state: ConnectionState, user: string | undefined): void {
  if (!isSaid(user)) return;
  const users = state.users ??= [];
  if (users.length < MOST_USERS && !users.includes(user)) {
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

function isSaid(text: string | undefined): text is string {
  return text !== undefined && text !== "";
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
