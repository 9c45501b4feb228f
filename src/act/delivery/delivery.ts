/**
 * Tells handler actions of bans: each decision goes into the queue of every action of its jail, and from there to the action,
 * whenever it can be reached.
 *
 *     Decision ──► Delivery ──► Courier, one an action ──► HandlerHost.call()
 *                      └──► Outbox, stored with the decision that caused it
 *
 * @module
 */

import type { Ban, Decision } from "../../track/types.ts";
import type { Logger } from "../../util/log.ts";
import type { HandlerHost } from "../sandbox/types.ts";
import { Courier } from "./courier.ts";
import { fromOutboxRow } from "./message.ts";
import { OutboxChanges, type StoredPart } from "./outbox_changes.ts";
import type {
  ActionStatus,
  BroughtFeed,
  DeliveredAction,
  MemoryRow,
  Outbox,
  OutboxRow,
  Surroundings,
} from "./types.ts";

/** What delivery works with. */
export interface DeliveryOptions extends Surroundings {
  readonly host: HandlerHost;
  readonly log: Logger;
  /** @returns all running bans of these jails */
  readonly bansOf: (jails: readonly string[]) => readonly Ban[];
  /** Takes what a feed brought; absent: there are no feeds. */
  readonly onFeed?: (brought: BroughtFeed) => void;
  /** Something of the outbox changed that no decision caused. */
  readonly onChange: () => void;
  /** Messages that wait for one action at most; default 100,000, about 50 MB. */
  readonly mostWaiting?: number;
}

const DEFAULT_MOST_WAITING = 100_000;

/** Ids count microseconds, so that they go on rising whatever became of the state. */
const IDS_A_SECOND = 1e6;

/** One action and who tells it. */
interface Recipient {
  readonly courier: Courier;
  action: DeliveredAction;
}

/** All handler actions. `setActions`, then the outbox is restored, then `start`. */
export class Delivery implements Outbox {
  readonly #options: DeliveryOptions;
  readonly #recipients = new Map<string, Recipient>();
  /** Those that left the configuration, and clean up. */
  readonly #leaving = new Map<string, Recipient>();
  readonly #changes: OutboxChanges;
  #byJail: ReadonlyMap<string, readonly Courier[]> = new Map();
  #lastId = 0;
  #isStarted = false;

  /** Calls nothing yet. */
  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#changes = new OutboxChanges(() => this.#storedParts());
  }

  /** Goes over to these actions; those that are not among them clean up. */
  setActions(actions: readonly DeliveredAction[]): void {
    const names = new Set(actions.map(({ name }) => name));
    const gone = [...this.#recipients].filter(([name]) => !names.has(name));
    for (const [name, recipient] of gone) {
      this.#recipients.delete(name);
      this.#leaving.set(name, recipient);
    }
    for (const name of names) {
      this.#leaving.get(name)?.courier.close();
      this.#leaving.delete(name);
    }
    this.#informHost(actions);
    for (const action of actions) this.#set(action);
    this.#byJail = routeJails(this.#recipients.values());
    for (const [, { courier }] of gone) courier.leave();
  }

  restore(rows: Iterable<OutboxRow>, memories: Iterable<MemoryRow>): void {
    const unknown = new Map<string, number>();
    for (const row of rows) {
      this.#lastId = Math.max(this.#lastId, row.id);
      const recipient = this.#recipients.get(row.action);
      const message = fromOutboxRow(row);
      if (recipient !== undefined) recipient.courier.restore({ message });
      else {
        this.#changes.remove(row.action, message);
        unknown.set(row.action, 1 + (unknown.get(row.action) ?? 0));
      }
    }
    for (const { action, memory } of memories) {
      const recipient = this.#recipients.get(action);
      if (recipient === undefined) this.#changes.setMemory(action, null);
      else recipient.courier.restore({ memory });
    }
    for (const [action, messages] of unknown) {
      const { log } = this.#options;
      log.warn("Forget what an action without configuration was to be told", {
        ...{ action, messages },
      });
    }
  }

  /** From now on actions are called. */
  start(): void {
    this.#isStarted = true;
    for (const { courier } of this.#recipients.values()) courier.start();
  }

  take(decisions: readonly Decision[]): void {
    for (const decision of decisions) {
      const couriers = this.#byJail.get(decision.ban.jail);
      if (couriers === undefined) continue;
      const id = this.#nextId();
      for (const courier of couriers) courier.add(decision, id);
    }
  }

  drain(...[sink]: Parameters<Outbox["drain"]>): void {
    this.#changes.drain(sink);
  }

  loseTrack(): void {
    this.#changes.loseTrack();
  }

  /** @returns how each action stands, those that clean up last */
  status(): readonly ActionStatus[] {
    return [...this.#recipients.values(), ...this.#leaving.values()]
      .map(({ courier }) => courier.status());
  }

  /** Calls nobody any more; what was not delivered stays in the outbox. */
  async close(): Promise<void> {
    for (const { courier } of this.#recipients.values()) courier.close();
    for (const { courier } of this.#leaving.values()) courier.close();
    await this.#options.host.close();
  }

  #set(action: DeliveredAction): void {
    const known = this.#recipients.get(action.name);
    if (known !== undefined) {
      // Both are plain values, made in the same way.
      if (JSON.stringify(known.action) === JSON.stringify(action)) return;
      known.action = action;
      known.courier.update(action);
      return;
    }
    const courier = this.#createCourier(action);
    this.#recipients.set(action.name, { courier, action });
    if (this.#isStarted) courier.start();
  }

  #createCourier(action: DeliveredAction): Courier {
    const { host, onChange } = this.#options;
    const { name } = action;
    return new Courier(action, {
      mostWaiting: DEFAULT_MOST_WAITING,
      ...this.#options,
      call: (call) => host.call(call),
      nextId: () => this.#nextId(),
      onFeed: this.#options.onFeed ?? (() => {}),
      onPut: (message) => this.#changes.put(name, message),
      onGone: (message) => this.#changes.remove(name, message),
      onMemory: (memory) => this.#changes.setMemory(name, memory),
      onSettled: onChange,
      onLeft: () => {
        this.#leaving.delete(name);
        this.#changes.setMemory(name, null);
        this.#informHost(
          [...this.#recipients.values()].map((each) => each.action),
        );
        onChange();
      },
    });
  }

  /** Those that clean up are called as they were. */
  #informHost(actions: readonly DeliveredAction[]): void {
    const leaving = [...this.#leaving.values()].map(({ action }) => action);
    this.#options.host.setActions(
      [...actions, ...leaving].filter(({ isUsable }) => isUsable !== false)
        .map(({ name, plugin, options, net }) => ({
          ...{ name, plugin, options, net },
        })),
    );
  }

  #nextId(): number {
    const nowId = Math.floor(this.#options.nowSeconds() * IDS_A_SECOND);
    return this.#lastId = Math.max(this.#lastId + 1, nowId);
  }

  *#storedParts(): Generator<StoredPart> {
    for (const [name, { courier }] of this.#recipients) {
      const { memory } = courier;
      yield { name, memory, messages: () => courier.messages() };
    }
  }
}

function routeJails(
  recipients: Iterable<Recipient>,
): ReadonlyMap<string, readonly Courier[]> {
  const routes = new Map<string, Courier[]>();
  for (const { action, courier } of recipients) {
    for (const jail of action.jails) {
      const couriers = routes.get(jail);
      if (couriers === undefined) routes.set(jail, [courier]);
      else couriers.push(courier);
    }
  }
  return routes;
}
