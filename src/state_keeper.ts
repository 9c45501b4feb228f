/**
 * Keeps what the daemon knows on the disk: takes it over at the start, and commits what changed, with the places in the logs
 * from which it came, so that a killed daemon goes on as if nothing had happened.
 *
 * A ban is committed as soon as it is in the kernel, everything else ten times a second. What is much is filled in turn by
 * turn, so that nobody waits for it; places in logs come in with the last turn, when all that they led to is there. Where the disk is full, slow or not
 * to be written, protection goes on from memory, and all is stored anew once it works again.
 *
 * @module
 */

import { keepBegin, keepPosition } from "./source/keep_position.ts";
import type { Cursor, Position } from "./source/types.ts";
import { leaveOut } from "./leave_out.ts";
import { ReadPlaces } from "./read_places.ts";
import {
  forgetEnded,
  restoreBans,
  type RestoreOptions,
  restoreRest,
} from "./restore_state.ts";
import { openStore } from "./store/store.ts";
import type { Store, StoreWriter } from "./store/types.ts";
import type { Decision, RowSinks, StoredBan } from "./track/types.ts";
import type { Network } from "./util/address.ts";
import type { Logger } from "./util/log.ts";

/** What a keeper works with. */
export interface StateKeeperOptions extends RestoreOptions {
  /** Folder of the state; made where it is not there. */
  readonly folder: string;
  readonly log: Logger;
  /** Whose bans are only thought of, and are not to come true after a restart. */
  readonly isSimulated: (jail: string) => boolean;
  /** Called where the state could be read only long after the start: its bans are to be carried out. */
  readonly onLateRestore: () => void;
  /** How long the disk may take before somebody is told; milliseconds, default 10,000. */
  readonly patienceMs?: number;
  /** For tests. */
  readonly openStore?: typeof openStore;
}

/** Name of the file in the state folder. */
export const STATE_FILE = "state.db";

const COMMIT_MS = 100;

/** Rows that may wait for the next commit: about 5 ms of work. */
const MOST_WAITING = 1024;

/** Rows that are filled in between two looks at the clock, and that a commit may have left: 2-4 ms. */
const ROWS_AT_A_TIME = 500;

/** A turn of filling in. With the log's turn before it others wait less than 30 ms; that turn changes less than is filled in. */
const TURN_MS = 15;

/** Between turns. A timer of 0 ms would be due before others that have waited since the last turn began. */
const GAP_MS = 5;

/** After so many turns the rest comes in one: what changes faster than it is stored would never be stored. */
const MOST_TURNS = 200;

/** Decisions that are kept for the history while nothing can be stored. */
const MOST_HISTORY_WAITING = 10_000;

/** A commit that takes longer comes less often. */
const SLOW_MS = 50;

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 60_000;

const TIDY_MS = 600_000;

const PATIENCE_MS = 10_000;

/** The daemon's memory of the disk. */
export class StateKeeper {
  readonly #options: StateKeeperOptions;
  readonly #places = new ReadPlaces();
  #history: Decision[] = [];
  #store: Store | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tidying: ReturnType<typeof setInterval> | undefined;
  #retryMs = FIRST_RETRY_MS;
  #waitMs = COMMIT_MS;
  #longestCommitMs = 0;
  /** Turns of the commit that is being filled, and what they took. */
  #turns = 0;
  #tookMs = 0;
  #isFailureSaid = false;
  #isOpen = false;
  /** Whether what an earlier life left is known; before that nothing may be written over it. */
  #isRestored = false;
  /** Bans that ended before they were taken over, until somebody is told. */
  #ended: readonly StoredBan[] = [];

  /** Opens nothing yet. */
  constructor(options: StateKeeperOptions) {
    this.#options = options;
  }

  /** Takes over the bans that an earlier life left, and nothing else yet. Jails are set by now; nothing is decided. */
  openBans(nowSeconds: number): void {
    this.#isOpen = true;
    this.#tidying = setInterval(() => this.#tidy(), TIDY_MS);
    try {
      this.#ended = restoreBans(this.#openStore(), this.#options, nowSeconds);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Takes over the rest as well; does nothing where that is done. */
  open(nowSeconds: number): void {
    if (!this.#isOpen) this.openBans(nowSeconds);
    if (this.#isRestored || this.#store === undefined) return;
    try {
      this.#restoreRest(this.#store);
      this.#options.records.beginChanges();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The longest time that a commit held everybody up so far. */
  get longestCommitMs(): number {
    return this.#longestCommitMs;
  }

  /** @returns where a log was read to, the older file first */
  positionsOf(path: string): readonly Position[] {
    return this.#places.positionsOf(path);
  }

  /** @returns the last bans of a host; none while the disk gives nothing */
  historyOf(host: Network, most: number): readonly StoredBan[] {
    try {
      return this.#store?.historyOf(host, most) ?? [];
    } catch {
      return [];
    }
  }

  /** @returns where a jail read the journal to */
  cursorOf(jail: string): Cursor | undefined {
    return this.#places.cursorOf(jail);
  }

  /** A log was read up to there; what its lines led to is counted by now. */
  notePosition(path: string, position: Position): void {
    this.#movePath(path, keepPosition(this.positionsOf(path), position));
  }

  /** A file that bears the log's path now is begun there. */
  noteBegin(path: string, position: Position): void {
    this.#movePath(path, keepBegin(this.positionsOf(path), position));
  }

  /** Lines that stand in no file were counted. */
  noteCounted(): void {
    this.#commitSoon();
  }

  /** These jails have read the journal up to there; what that led to is counted by now. */
  noteCursor(jails: readonly string[], cursor: Cursor): void {
    for (const jail of jails) this.#places.moveCursor(jail, cursor);
    this.#commitSoon();
  }

  /** A log is not read any more. */
  forgetPath(path: string): void {
    this.#places.move(path, undefined);
    this.#commitLater();
  }

  /** A jail does not read the journal any more. */
  forgetCursor(jail: string): void {
    this.#places.moveCursor(jail, undefined);
    this.#commitLater();
  }

  /** Decisions were carried out. */
  noteDecisions(decisions: readonly Decision[]): void {
    for (const decision of decisions) {
      if (this.#options.isSimulated(decision.ban.jail)) continue;
      this.#history.push(decision);
    }
    this.#history.splice(0, this.#history.length - MOST_HISTORY_WAITING);
    this.#commitIfSwift();
  }

  /** Actions were told. */
  noteOutbox(): void {
    if (this.#isOpen) this.#commitLater();
  }

  #movePath(path: string, positions: readonly Position[]): void {
    this.#places.move(path, positions);
    this.#commitSoon();
  }

  /** Stores what changed since the last time. */
  commit(): void {
    const isStored = this.#take((store) =>
      store.commit((writer) => this.#write(writer))
    );
    if (!isStored) return;
    this.#pace();
    this.#succeed();
    this.#settle();
  }

  /** Commits the rest, and ends it. */
  close(): void {
    clearInterval(this.#tidying);
    this.#attempt((store) => store.settleNow());
    this.commit();
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#store?.close();
    this.#store = undefined;
  }

  /** As `commit`, but others get their turn in between where that is much. */
  #commitInTurns(): void {
    const { records } = this.#options;
    if (records.changed <= ROWS_AT_A_TIME || this.#turns >= MOST_TURNS) {
      return this.commit();
    }
    const end = performance.now() + TURN_MS;
    const isFilled = this.#take((store) =>
      store.fill((writer) => {
        do records.drain(this.#sinks(writer), ROWS_AT_A_TIME); while (
          records.changed > ROWS_AT_A_TIME && performance.now() < end
        );
      })
    );
    if (!isFilled) return;
    this.#turns++;
    this.#timer = setTimeout(() => this.#commitInTurns(), GAP_MS);
  }

  /** @returns whether the turn went well */
  #take(turn: (store: Store) => void): boolean {
    if (!this.#isOpen || this.#store?.isSettling === true) return false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      const store = this.#store ?? this.#openAgain();
      const begin = performance.now();
      turn(store);
      const tookMs = performance.now() - begin;
      this.#tookMs += tookMs;
      this.#longestCommitMs = Math.max(this.#longestCommitMs, tookMs);
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #openStore(): Store {
    const { folder, log, openStore: open = openStore } = this.#options;
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    return this.#store = open({ path: `${folder}/${STATE_FILE}`, log });
  }

  #openAgain(): Store {
    const store = this.#openStore();
    if (this.#isRestored) return store;
    this.#ended = restoreBans(store, this.#options, Date.now() / 1000);
    this.#restoreRest(store);
    this.#options.onLateRestore();
    return store;
  }

  #restoreRest(store: Store): void {
    this.#places.restore(store);
    restoreRest(store, this.#options);
    this.#isRestored = true;
    forgetEnded(store, this.#options, this.#ended);
    this.#ended = [];
  }

  #commitSoon(): void {
    if (this.#options.records.changed > MOST_WAITING) this.#commitIfSwift();
    else this.#commitLater();
  }

  #commitLater(): void {
    this.#timer ??= setTimeout(() => this.#commitInTurns(), this.#waitMs);
  }

  /** At once where that keeps nobody waiting. */
  #commitIfSwift(): void {
    const isSwift = this.#store !== undefined && this.#waitMs === COMMIT_MS;
    if (isSwift && this.#turns === 0) this.#commitInTurns();
    else this.#commitLater();
  }

  #write(writer: StoreWriter): void {
    this.#options.records.drain(this.#sinks(writer));
    this.#places.write(writer);
    this.#options.outbox.drain(writer.outbox);
    for (const decision of this.#history) writer.addHistory(decision);
  }

  #sinks({ bans, counts, failures }: StoreWriter): RowSinks {
    const { isSimulated } = this.#options;
    return {
      bans: leaveOut(isSimulated, bans),
      counts: leaveOut(isSimulated, counts),
      failures,
    };
  }

  /** On a slow disk the loop belongs to the logs nine tenths of the time. */
  #pace(): void {
    this.#waitMs = this.#tookMs > SLOW_MS
      ? Math.min(10 * this.#tookMs, LONGEST_RETRY_MS)
      : COMMIT_MS;
    this.#endTurns();
  }

  /** What changes meanwhile is committed afterwards. */
  #settle(): void {
    const store = this.#store;
    const settled = store?.settle();
    if (settled === undefined) return;
    const { patienceMs = PATIENCE_MS } = this.#options;
    const timer = setTimeout(() => {
      this.#sayFailure(`the disk takes longer than ${patienceMs / 1000} s`);
    }, patienceMs);
    const isMine = () => store === this.#store;
    settled.finally(() => clearTimeout(timer)).then(
      () => isMine() && this.#commitLater(),
      (error) => isMine() && this.#fail(error),
    );
  }

  #endTurns(): void {
    this.#turns = 0;
    this.#tookMs = 0;
  }

  #succeed(): void {
    this.#places.noteStored();
    this.#history = [];
    this.#retryMs = FIRST_RETRY_MS;
    if (!this.#isFailureSaid) return;
    this.#isFailureSaid = false;
    this.#options.log.info("State is stored again");
  }

  #fail(error: unknown): void {
    this.#endTurns();
    this.#options.records.loseTrack();
    this.#options.outbox.loseTrack();
    this.#places.loseTrack();
    this.#sayFailure(error instanceof Error ? error.message : String(error));
    this.#closeBroken();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.commit(), this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
  }

  #sayFailure(reason: string): void {
    if (this.#isFailureSaid) return;
    this.#isFailureSaid = true;
    const { folder, log } = this.#options;
    log.warn("Cannot store state, go on from memory", { folder, reason });
  }

  /** It is opened anew at the next try: the file may have been replaced, or its folder mounted. */
  #closeBroken(): void {
    try {
      this.#store?.close();
    } catch {
      // It was broken.
    }
    this.#store = undefined;
  }

  /** Not into a transaction that is being filled, which it would end. */
  #tidy(): void {
    if (this.#turns > 0 || this.#store?.isSettling === true) return;
    this.#attempt((store) => store.tidy(Date.now() / 1000));
  }

  #attempt(work: (store: Store) => void): void {
    try {
      if (this.#store !== undefined) work(this.#store);
    } catch (error) {
      this.#fail(error);
    }
  }
}
