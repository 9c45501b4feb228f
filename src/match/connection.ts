/**
 * A connection that several lines tell about.
 *
 * @module
 */

import type { Caught } from "./caught.ts";
import { GROUP } from "./group_places.ts";
import { copyOfSlice } from "./copy_of_slice.ts";
import { ID_GROUPS } from "./fail2ban_tags.ts";

/** Of one connection; whoever keeps it open can go on failing. */
const MOST_LINES = 200;
const MOST_USERS = 100;

/** Places of the groups that say whose failure it is. */
const HOST_IDS = ID_GROUPS.filter((name) => name !== "mlfid")
  .map((name) => GROUP[name]);

/** What the lines of a connection told so far; one object for many connections, one after the other. */
export class Connection {
  readonly caught: Caught;
  /** The same as the last line has it, until the next one. */
  latest: Caught;
  /** Whether there was a failure whose host is still unknown. */
  isPending = false;
  /** Lines of its failures; undefined before the first. */
  lines: string[] | undefined;
  /** Of its id. */
  hash = 0;
  expirySeconds = 0;
  /** Whether its texts are those of the chunk at hand. */
  isFresh = false;
  /** The one that came before it. */
  older: Connection | undefined;
  /** The one that came behind it. */
  newer: Connection | undefined;
  /** Another one in the same bucket. */
  sibling: Connection | undefined;
  #users: string[] | undefined;
  #hasUsers = false;
  /** Lines that were no failure yet. */
  #passedLines: string[] | undefined;

  /** @param caught for it alone */
  constructor(caught: Caught) {
    this.caught = this.latest = caught;
  }

  /** Becomes another one, of one line. @param isKept whether there will be more */
  begin(caught: Caught, isKept: boolean): void {
    if (isKept) this.caught.become(caught);
    this.latest = caught;
    this.hash = caught.hash;
    this.isPending = false;
    this.lines = this.#passedLines = this.#users = undefined;
    this.#hasUsers = isKept;
    this.isFresh = true;
  }

  /** Every user that was tried. */
  get users(): readonly string[] | undefined {
    return this.#users ?? this.#onlyUser();
  }

  /** Takes a later line's texts over; `nofail` and `mlfgained` always are those of the last line. */
  update(line: Caught, isGained: boolean): void {
    const { caught } = this;
    const wasPassed = caught.says(GROUP.nofail) ||
      caught.says(GROUP.mlfgained);
    if (isGained) this.isPending = false;
    // Lines of failures that were reported are not reported again.
    if (!wasPassed && !this.isPending) this.lines = undefined;
    this.#users ??= this.#onlyUser();
    caught.drop(GROUP.nofail);
    caught.drop(GROUP.mlfgained);
    this.#forgetOtherHosts(line);
    caught.merge(line);
    this.#addUser(line);
    this.latest = caught;
    this.isFresh = true;
  }

  /** Takes what the last line gained back: there was a failure before it. */
  fail(): void {
    this.caught.drop(GROUP.nofail);
    this.caught.drop(GROUP.mlfgained);
  }

  /** Adds lines of a failure; those that were none come before them. */
  addFailedLines(lines: readonly string[]): void {
    const passed = this.#passedLines;
    if (passed !== undefined) {
      this.lines = append(passed, this.lines ?? []);
      this.#passedLines = undefined;
    }
    this.lines = append(this.lines, lines);
  }

  /** Adds lines that are no failure yet. */
  addPassedLines(lines: readonly string[]): void {
    this.#passedLines = append(this.#passedLines, lines);
  }

  /** A process number comes again: an IPv4 address of before must not stand beside the IPv6 address of now. */
  #forgetOtherHosts(line: Caught): void {
    if (!HOST_IDS.some((group) => line.has(group))) return;
    for (const group of HOST_IDS) this.caught.drop(group);
  }

  #addUser(line: Caught): void {
    if (!line.says(GROUP.user)) return;
    const user = line.textAt(GROUP.user) ?? "";
    const users = this.#users ??= [];
    if (users.length < MOST_USERS && !users.includes(user)) {
      users.push(copyOfSlice(user));
    }
  }

  /** As long as there was one line, its texts tell. */
  #onlyUser(): string[] | undefined {
    if (!this.#hasUsers || !this.caught.says(GROUP.user)) return undefined;
    return [copyOfSlice(this.caught.textAt(GROUP.user) ?? "")];
  }
}

/** In place: a connection may have many lines, and each of them comes by here. */
function append(
  known: string[] | undefined,
  more: readonly string[],
): string[] {
  const lines = known ?? [];
  for (const line of more) {
    lines.push(copyOfSlice(line));
    if (lines.length > MOST_LINES) lines.shift();
  }
  return lines;
}
