/**
 * What is known of connections that several lines tell about: filters with `<F-MLFID>`.
 *
 * @module
 */

import type { Caught } from "./caught.ts";
import { GROUP } from "./group_places.ts";
import { Connection } from "./connection.ts";

const MOST_CONNECTIONS = 100;
const LIFETIME_SECONDS = 300;

const BUCKETS = 128;

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
    (): Connection | undefined => undefined,
  );
  readonly #createCaught: () => Caught;
  /** Objects to be used again: most connections of a busy log are gone before its next chunk. */
  readonly #free: Connection[] = [];
  /** Is never kept. */
  readonly #passing: Connection;
  #size = 0;
  #oldest: Connection | undefined;
  #newest: Connection | undefined;
  #hasFresh = false;

  /** @param createCaught makes room for what the filter's patterns catch */
  constructor(createCaught: () => Caught) {
    this.#createCaught = createCaught;
    this.#passing = new Connection(createCaught());
  }

  /**
   * Adds a line to its connection.
   *
   * @param caught by its patterns, the group `mlfid` too; what is said of this line alone is taken out
   * @param lines that are reported with it; undefined where nobody wants them
   * @param nowSeconds the wall clock
   * @returns the connection, until the next line; undefined where the line is no failure
   */
  merge(
    caught: Caught,
    lines: readonly string[] | undefined,
    nowSeconds: number,
  ): Connection | undefined {
    const isGained = caught.says(GROUP.mlfgained);
    const isForgotten = caught.says(GROUP.mlfforget);
    let isPassed = caught.says(GROUP.nofail);
    if (isGained && !isPassed) caught.copy(GROUP.mlfgained, GROUP.nofail);
    isPassed ||= isGained;
    caught.drop(GROUP.mlfforget);
    let connection = this.#find(caught, nowSeconds);
    if (connection === undefined) {
      if (isForgotten && isPassed) return undefined;
      connection = isForgotten ? this.#passing : this.#takeFree(nowSeconds);
      connection.begin(caught, !isForgotten);
      if (!isForgotten) this.#add(connection, nowSeconds);
    } else {
      connection.update(caught, isGained);
      if (isForgotten) this.#remove(connection);
      if (connection.isPending || (connection.users?.length ?? 0) > 1) {
        connection.fail();
        isPassed = false;
      }
      connection.isPending = false;
    }
    this.#hasFresh = true;
    if (!isPassed && lines !== undefined) connection.addFailedLines(lines);
    if (isPassed && !isForgotten && lines !== undefined) {
      connection.addPassedLines(lines);
    }
    return isPassed ? undefined : connection;
  }

  /**
   * Lets go of the chunk: a slice keeps the whole text in memory. Copying what is left at its end takes less than copying
   * what each of its lines brings.
   */
  endChunk(): void {
    if (!this.#hasFresh) return;
    this.#hasFresh = false;
    for (const { caught } of this.#free) caught.forget();
    this.#passing.caught.forget();
    for (let known = this.#newest; known !== undefined; known = known.older) {
      if (!known.isFresh) continue;
      known.isFresh = false;
      known.caught.detach();
    }
  }

  #find(
    caught: Caught,
    nowSeconds: number,
  ): Connection | undefined {
    const { hash } = caught;
    let found = this.#buckets[hash & BUCKETS - 1];
    while (found !== undefined && !isOf(found, caught, hash)) {
      found = found.sibling;
    }
    if (found === undefined || found.expirySeconds > nowSeconds) return found;
    this.#remove(found);
    return undefined;
  }

  #add(connection: Connection, nowSeconds: number): void {
    const bucket = connection.hash & BUCKETS - 1;
    connection.expirySeconds = nowSeconds + LIFETIME_SECONDS;
    connection.older = this.#newest;
    connection.sibling = this.#buckets[bucket];
    this.#buckets[bucket] = connection;
    this.#size++;
    if (this.#newest === undefined) this.#oldest = connection;
    else this.#newest.newer = connection;
    this.#newest = connection;
  }

  /** @returns an object for one more, for which there is room */
  #takeFree(nowSeconds: number): Connection {
    if (this.#size >= MOST_CONNECTIONS) this.#makeRoom(nowSeconds);
    return this.#free.pop() ?? new Connection(this.#createCaught());
  }

  #makeRoom(nowSeconds: number): void {
    while (this.#oldest !== undefined) {
      const isFull = this.#size >= MOST_CONNECTIONS;
      if (!isFull && this.#oldest.expirySeconds > nowSeconds) return;
      this.#remove(this.#oldest);
    }
  }

  #remove(connection: Connection): void {
    const { older, newer } = connection;
    this.#takeFromBucket(connection);
    connection.older = connection.newer = connection.sibling = undefined;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    this.#free.push(connection);
  }

  #takeFromBucket(connection: Connection): void {
    const { sibling } = connection;
    const bucket = connection.hash & BUCKETS - 1;
    this.#size--;
    let before = this.#buckets[bucket];
    if (before === connection) {
      this.#buckets[bucket] = sibling;
      return;
    }
    while (before !== undefined && before.sibling !== connection) {
      before = before.sibling;
    }
    if (before !== undefined) before.sibling = sibling;
  }
}

function isOf(connection: Connection, caught: Caught, hash: number): boolean {
  return connection.hash === hash &&
    connection.caught.textAt(GROUP.mlfid) === caught.textAt(GROUP.mlfid);
}
