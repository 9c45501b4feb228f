/**
 * What one action is still to be told, in bounded memory.
 *
 * At most one message waits for each host of a jail: a later one takes the place of an earlier one, and a ban that is over
 * before anybody was told goes without a word. One that is being told stays apart until it is known what became of it.
 *
 *     ban A · ban B · unban A · extend B      →   ban B, with the later end
 *
 * @module
 */

import type { Decision } from "../../track/types.ts";
import { keyOf, type Message } from "./message.ts";

/** What a queue works with. */
export interface ActionQueueOptions {
  /** Messages that wait at most; beyond it the oldest unbans go, then the oldest bans. */
  readonly mostWaiting: number;
  /** Hears of each message that came in. */
  readonly onPut: (message: Message) => void;
  /** Hears of each message that is not to be told any more. */
  readonly onGone: (message: Message) => void;
  /** Hears of each message that there was no room for; it is gone, too. */
  readonly onDropped: (message: Message) => void;
}

/** Entries of one call, all of one method. */
export interface Batch {
  readonly method: Message["method"];
  readonly messages: readonly Message[];
}

/** Which messages may be told. */
export interface BatchLimits {
  readonly nowSeconds: number;
  /** At most so many. */
  readonly most: number;
}

/** In the order in which they are to be told. */
type Waiting = Map<string, Message>;

/** The messages of one action. */
export class ActionQueue {
  readonly #options: ActionQueueOptions;
  /** Those that are being told keep their places: nothing has to be moved when that fails. */
  readonly #waiting: Readonly<Record<Message["method"], Waiting>> = {
    ban: new Map(),
    unban: new Map(),
  };
  readonly #told: Waiting = new Map();
  /** What came for hosts that are being told of. */
  readonly #later: Waiting = new Map();
  #lastId = 0;
  /** Up to this id nothing is news any more. */
  #knownId = 0;

  /** Begins empty. */
  constructor(options: ActionQueueOptions) {
    this.#options = options;
  }

  /** Messages that wait, those that are being told included. */
  get size(): number {
    return this.#waitingSize + this.#later.size;
  }

  /** Takes a decision in. @param id greater than those before */
  add(
    { kind, ban }: Decision,
    { id, nowSeconds }: { readonly id: number; readonly nowSeconds: number },
  ): void {
    const method = kind === "unban" ? "unban" : "ban";
    const key = keyOf({ ban });
    const before = this.#find(key);
    const wasNews = before?.isNews === true && before.id > this.#knownId;
    this.#lastId = id;
    if (before !== undefined && wasNews && method === "unban") {
      this.#remove(key, before);
      return;
    }
    const message: Message = {
      ...{ id, method, ban },
      notBeforeSeconds: 0,
      atSeconds: before?.method === method ? before.atSeconds : nowSeconds,
      isNews: before === undefined
        ? kind === "ban" && !this.#told.has(key)
        : wasNews,
    };
    this.#options.onPut(message);
    this.#place(key, before, message);
  }

  /** Takes a message of an earlier life in, unless a later one is known; it is stored already. */
  restore(message: Message): void {
    const key = keyOf(message);
    const before = this.#find(key);
    const isOutdated = (before?.id ?? 0) > message.id || this.#told.has(key);
    if (isOutdated) this.#options.onGone(message);
    else this.#place(key, before, message);
  }

  /** @returns what is to be told now, and counts as being told until `settle`; undefined where nothing is due */
  take({ nowSeconds, most }: BatchLimits): Batch | undefined {
    const firstBan = firstDue(this.#waiting.ban, nowSeconds);
    const firstUnban = firstDue(this.#waiting.unban, nowSeconds);
    if (firstBan === undefined && firstUnban === undefined) return undefined;
    const method = (firstBan?.id ?? Infinity) < (firstUnban?.id ?? Infinity)
      ? "ban"
      : "unban";
    for (const [key, message] of this.#waiting[method]) {
      if (message.notBeforeSeconds > nowSeconds) continue;
      this.#told.set(key, message);
      if (this.#told.size === most) break;
    }
    return { method, messages: [...this.#told.values()] };
  }

  /**
   * What was taken has been told, but for some.
   *
   * @param again those that are to be told once more, by id, and not before when
   */
  settle(again: ReadonlyMap<number, number>): void {
    for (const [key, message] of this.#told) {
      const waiting = this.#waiting[message.method];
      const notBeforeSeconds = again.get(message.id);
      if (notBeforeSeconds === undefined || this.#later.has(key)) {
        waiting.delete(key);
        this.#options.onGone(message);
      } else waiting.set(key, { ...message, notBeforeSeconds, isNews: false });
    }
    this.#told.clear();
    for (const [key, message] of this.#later) {
      this.#waiting[message.method].set(key, message);
    }
    this.#later.clear();
    this.#dropExcess();
  }

  /** The far side may know all hosts now. */
  loseNews(): void {
    this.#knownId = this.#lastId;
  }

  /** Nobody is to be told any more. */
  clear(): void {
    for (const message of this.messages()) this.#options.onGone(message);
    this.#waiting.ban.clear();
    this.#waiting.unban.clear();
    this.#told.clear();
    this.#later.clear();
  }

  /** @returns all messages, those that are being told included */
  *messages(): Generator<Message> {
    yield* this.#waiting.ban.values();
    yield* this.#waiting.unban.values();
    yield* this.#later.values();
  }

  /**
   * Tells when `take` is worth a call; not to be asked while something is being told.
   *
   * @param limits `everySeconds`: how long others are waited for; `most`: so many need no others
   * @returns seconds since 1970; `Infinity` while nothing waits
   */
  dueSeconds(
    { everySeconds, most }: {
      readonly everySeconds: number;
      readonly most: number;
    },
  ): number {
    let due = Infinity;
    const isFull = this.#waitingSize >= most;
    for (const waiting of Object.values(this.#waiting)) {
      for (const { atSeconds, notBeforeSeconds } of waiting.values()) {
        const gathered = isFull ? 0 : atSeconds + everySeconds;
        due = Math.min(due, Math.max(gathered, notBeforeSeconds));
        // Those that come after it came later, too.
        if (notBeforeSeconds === 0) break;
      }
    }
    return due;
  }

  get #waitingSize(): number {
    return this.#waiting.ban.size + this.#waiting.unban.size;
  }

  /** @returns what is still to be told of a host, after what is being told */
  #find(key: string): Message | undefined {
    if (this.#told.has(key)) return this.#later.get(key);
    return this.#waiting.ban.get(key) ?? this.#waiting.unban.get(key);
  }

  #remove(key: string, message: Message): void {
    const isLater = this.#told.has(key);
    const waiting = isLater ? this.#later : this.#waiting[message.method];
    waiting.delete(key);
    this.#options.onGone(message);
  }

  /** One of the same kind keeps the place of the earlier one: whoever is told of again and again is told in the end. */
  #place(key: string, before: Message | undefined, message: Message): void {
    if (before?.method === message.method) this.#options.onGone(before);
    else if (before !== undefined) this.#remove(key, before);
    const isLater = this.#told.has(key);
    const waiting = isLater ? this.#later : this.#waiting[message.method];
    waiting.set(key, message);
    this.#dropExcess();
  }

  #dropExcess(): void {
    while (this.#waitingSize > this.#options.mostWaiting) {
      const { ban, unban } = this.#waiting;
      const oldest = this.#firstUntold(unban) ?? this.#firstUntold(ban);
      if (oldest === undefined) return;
      this.#remove(keyOf(oldest), oldest);
      this.#options.onDropped(oldest);
    }
  }

  #firstUntold(waiting: Waiting): Message | undefined {
    for (const [key, message] of waiting) {
      if (!this.#told.has(key)) return message;
    }
    return undefined;
  }
}

function firstDue(waiting: Waiting, nowSeconds: number): Message | undefined {
  for (const message of waiting.values()) {
    if (message.notBeforeSeconds <= nowSeconds) return message;
  }
  return undefined;
}
