/**
 * Tells one action what it is to be told: one call at a time, again until it succeeds.
 *
 * @module
 */

import type { Ban, Decision } from "../../track/types.ts";
import type { Logger } from "../../util/log.ts";
import type { HandlerOutcome, Json } from "../contract.ts";
import type { CallOutcome, HandlerCall } from "../sandbox/types.ts";
import { ActionQueue } from "./action_queue.ts";
import { Attempts } from "./attempts.ts";
import { Caller, type Told } from "./caller.ts";
import { FeedSchedule } from "./feed_schedule.ts";
import { hideSecrets } from "./hide_secrets.ts";
import type { Message } from "./message.ts";
import { Tally } from "./tally.ts";
import type {
  ActionState,
  ActionStatus,
  BroughtFeed,
  DeliveredAction,
  Surroundings,
} from "./types.ts";

/** What a courier works with. */
export interface CourierOptions extends Surroundings {
  readonly log: Logger;
  readonly call: (call: HandlerCall) => Promise<CallOutcome>;
  /** @returns all running bans of these jails */
  readonly bansOf: (jails: readonly string[]) => readonly Ban[];
  /** @returns an id greater than those before */
  readonly nextId: () => number;
  readonly mostWaiting: number;
  /** Hears of each message that waits from now on. */
  readonly onPut: (message: Message) => void;
  /** Hears of each message that does not wait any more. */
  readonly onGone: (message: Message) => void;
  /** Hears of each new memory. */
  readonly onMemory: (memory: Json) => void;
  /** Takes what a feed brought. */
  readonly onFeed: (brought: BroughtFeed) => void;
  /** Called after each call. */
  readonly onSettled: () => void;
  /** Called when the action has cleaned up, or gave up on it. */
  readonly onLeft: () => void;
}

const DAY_SECONDS = 86_400;

/** Tries of a clean-up: its far side may be gone for good. */
const MOST_CLEANUPS = 5;

/** Delivery to one action. */
export class Courier {
  readonly #options: CourierOptions;
  readonly #queue: ActionQueue;
  readonly #alarm: ReturnType<Surroundings["createAlarm"]>;
  readonly #tally: Tally;
  readonly #caller: Caller;
  /** A far side that takes no sync may well take bans, so each is waited for on its own. */
  readonly #telling: Attempts;
  readonly #syncing: Attempts;
  /** Of entries that the action itself wants to be told of later. */
  readonly #repeating: Attempts;
  readonly #feed: FeedSchedule;
  #action: DeliveredAction;
  #syncAtSeconds: number;
  #isCalling = false;
  #isLeaving = false;
  #isClosed = false;

  /** Calls nothing before `start`. */
  constructor(action: DeliveredAction, options: CourierOptions) {
    const { nowSeconds, onPut, onGone, mostWaiting } = options;
    this.#action = action;
    this.#options = options;
    this.#tally = new Tally({
      ...{ name: action.name, log: options.log },
      hide: (text) => hideSecrets(text, this.#action.secrets ?? []),
    });
    this.#caller = new Caller({ ...options, tally: this.#tally });
    this.#telling = new Attempts(options);
    this.#syncing = new Attempts(options);
    this.#repeating = new Attempts(options);
    this.#feed = new FeedSchedule(options);
    this.#syncAtSeconds = nowSeconds();
    this.#alarm = options.createAlarm(() => this.#go());
    this.#queue = new ActionQueue({
      ...{ mostWaiting, onPut, onGone },
      onDropped: () => this.#noteDrop(),
    });
  }

  /** What the action remembers; `null` for nothing. */
  get memory(): Json {
    return this.#caller.memory;
  }

  /** @returns what waits, and what is being told */
  messages(): Iterable<Message> {
    return this.#queue.messages();
  }

  /** Takes over what an earlier life left; nothing is called. */
  restore(left: { readonly message?: Message; readonly memory?: Json }): void {
    if (left.message !== undefined) this.#queue.restore(left.message);
    if (left.memory !== undefined) this.#caller.restoreMemory(left.memory);
  }

  /** From now on the action is called. */
  start(): void {
    this.#go();
  }

  /** Something of the action is another now; what the far side has is made right. */
  update(action: DeliveredAction): void {
    const isOther = pluginOf(this.#action) !== pluginOf(action);
    if (isOther) this.#caller.forgetMemory();
    this.#action = action;
    this.#askForSync(this.#options.nowSeconds());
    this.#telling.succeed();
    this.#syncing.succeed();
    this.#feed.restart();
    this.#go();
  }

  /** Takes a decision in. @param id of its message */
  add(decision: Decision, id: number): void {
    const nowSeconds = this.#options.nowSeconds();
    this.#queue.add(decision, { id, nowSeconds });
    this.#go();
  }

  /** The action has left the configuration: nothing is told any more, and it cleans up. */
  leave(): void {
    this.#isLeaving = true;
    this.#queue.clear();
    this.#telling.succeed();
    if (this.#action.isUsable === false) this.#options.onLeft();
    else this.#go();
  }

  /** Nothing is called any more; what waits stays in the outbox. */
  close(): void {
    this.#isClosed = true;
    this.#caller.close();
    this.#alarm.clear();
  }

  /** @returns how it stands */
  status(): ActionStatus {
    const { name, jails, feeds = [] } = this.#action;
    const state = this.#state();
    const isPausing = state === "waiting" || state === "resting";
    return {
      ...{ name, jails, state, ...this.#tally.counts },
      queued: this.#queue.size,
      plugin: pluginOf(this.#action),
      ...(feeds.length > 0 ? { feed: this.#feed.status(feeds) } : {}),
      ...(isPausing ? { untilSeconds: this.#tellSeconds() } : {}),
    };
  }

  #state(): ActionState {
    if (this.#action.isUsable === false) return "unusable";
    if (this.#isLeaving) return "leaving";
    if (this.#isCalling) return "calling";
    if (this.#caller.isResting) return "resting";
    if (this.#queue.size === 0) return "idle";
    const soonSeconds = this.#options.nowSeconds() + this.#action.everySeconds;
    const isPausing = this.#telling.failures > 0 ||
      this.#tellSeconds() > soonSeconds;
    return isPausing ? "waiting" : "gathering";
  }

  /** Makes the call that is due, or waits for the time at which one will be. */
  #go(): void {
    if (this.#isCalling || this.#isClosed) return;
    if (this.#action.isUsable === false) return;
    const nowSeconds = this.#options.nowSeconds();
    const syncSeconds = this.#syncSeconds();
    const tellSeconds = this.#tellSeconds();
    const feedSeconds = this.#feedSeconds();
    const nextSeconds = Math.min(syncSeconds, tellSeconds, feedSeconds);
    if (nextSeconds > nowSeconds) this.#alarm.set(nextSeconds);
    else if (this.#isLeaving) void this.#cleanUp();
    else if (syncSeconds <= nowSeconds) void this.#sync();
    else if (tellSeconds <= nowSeconds) void this.#tell();
    else void this.#fetch();
  }

  #tellSeconds(): number {
    const { notBeforeSeconds } = this.#telling;
    if (this.#isLeaving) return notBeforeSeconds;
    const { batch: most, everySeconds } = this.#action;
    const dueSeconds = this.#queue.dueSeconds({ most, everySeconds });
    return Math.max(dueSeconds, notBeforeSeconds);
  }

  #syncSeconds(): number {
    if (this.#isLeaving || this.#action.jails.length === 0) return Infinity;
    return Math.max(this.#syncAtSeconds, this.#syncing.notBeforeSeconds);
  }

  #feedSeconds(): number {
    const { feeds = [] } = this.#action;
    return this.#isLeaving || feeds.length === 0
      ? Infinity
      : this.#feed.dueSeconds;
  }

  async #tell(): Promise<void> {
    const nowSeconds = this.#options.nowSeconds();
    const most = this.#action.batch;
    const batch = this.#queue.take({ nowSeconds, most });
    if (batch === undefined) return;
    const { messages } = batch;
    const outcome = await this.#call({ ...batch, attempts: this.#telling });
    if (this.#isClosed) return;
    // Those of a call that failed wait with all others, for the next try.
    const again = outcome === undefined
      ? new Map(messages.map(({ id }) => [id, 0]))
      : this.#toTellAgain(outcome);
    this.#queue.settle(again);
    // Where all it says is "later", the others would be told the same.
    if (outcome !== undefined && again.size === messages.length) {
      this.#telling.waitUntil(Math.min(...again.values()));
    }
    this.#finish();
  }

  async #sync(): Promise<void> {
    // Whoever asks for one from now on asks for another one.
    this.#syncAtSeconds = Infinity;
    // What is told now is the truth of now, and later messages go on from there.
    this.#queue.loseNews();
    const bans = this.#options.bansOf(this.#action.jails);
    const outcome = await this.#call({
      method: "sync",
      messages: bans.map((ban) => ({ ban, id: this.#options.nextId() })),
      attempts: this.#syncing,
    });
    if (this.#isClosed) return;
    const nowSeconds = this.#options.nowSeconds();
    const again = outcome === undefined ? [nowSeconds] : [
      ...this.#toTellAgain(outcome).values(),
      nowSeconds + DAY_SECONDS,
    ];
    for (const atSeconds of again) this.#askForSync(atSeconds);
    this.#finish();
  }

  async #fetch(): Promise<void> {
    const { attempts } = this.#feed;
    const outcome = await this.#call({
      ...{ method: "feed", messages: [], attempts },
    });
    if (this.#isClosed) return;
    if (outcome !== undefined) this.#takeFeed(outcome);
    this.#finish();
  }

  #takeFeed(outcome: CallOutcome): void {
    this.#feed.note(outcome);
    const { hosts, seconds } = outcome;
    const { name: action, feeds: jails = [] } = this.#action;
    if (this.#isLeaving || hosts === undefined || seconds === undefined) return;
    this.#options.onFeed({ action, jails, hosts, seconds });
  }

  async #cleanUp(): Promise<void> {
    const attempts = this.#telling;
    const outcome = await this.#call({
      ...{ method: "cleanup", messages: [], attempts },
    });
    if (this.#isClosed) return;
    const { failures } = attempts;
    if (outcome === undefined && failures < MOST_CLEANUPS) {
      return this.#finish();
    }
    this.close();
    if (outcome === undefined) {
      this.#options.log.error("Cannot clean up after action", {
        action: this.#action.name,
        reason: this.#tally.counts.lastError?.message,
      });
    }
    this.#options.onLeft();
  }

  async #call(told: Told): Promise<CallOutcome | undefined> {
    this.#isCalling = true;
    return await this.#caller.call(told, this.#action);
  }

  #finish(): void {
    this.#isCalling = false;
    this.#options.onSettled();
    this.#go();
  }

  /** @returns when to tell of each entry that the action wants to be told of again, by id */
  #toTellAgain({ retry = [] }: HandlerOutcome): Map<number, number> {
    if (retry.length === 0) {
      this.#repeating.succeed();
      return new Map();
    }
    this.#repeating.fail();
    const { notBeforeSeconds } = this.#repeating;
    const nowSeconds = this.#options.nowSeconds();
    return new Map(retry.map(({ id, afterSeconds }) => [
      id,
      afterSeconds === undefined ? notBeforeSeconds : nowSeconds + afterSeconds,
    ]));
  }

  /** What was dropped is made up for by a sync, as soon as the far side takes one. */
  #noteDrop(): void {
    const nowSeconds = this.#options.nowSeconds();
    this.#tally.noteDrop(nowSeconds);
    this.#askForSync(nowSeconds);
  }

  #askForSync(atSeconds: number): void {
    this.#syncAtSeconds = Math.min(this.#syncAtSeconds, atSeconds);
  }
}

function pluginOf({ plugin }: DeliveredAction): string {
  return plugin.kind === "file" ? plugin.path : plugin.id;
}
