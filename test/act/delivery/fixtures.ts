/** A clock that jumps, a far side in memory, and what else delivery is tried with. */

import { setImmediate } from "node:timers/promises";
import type { BanEntry, HandlerOutcome } from "../../../src/act/contract.ts";
import { Delivery } from "../../../src/act/delivery/delivery.ts";
import type {
  BroughtFeed,
  DeliveredAction,
  MemoryRow,
  OutboxRow,
  OutboxSink,
  Surroundings,
} from "../../../src/act/delivery/types.ts";
import type {
  ActionInstance,
  CallOutcome,
  HandlerCall,
  HandlerHost,
} from "../../../src/act/sandbox/types.ts";
import type { Ban, Decision } from "../../../src/track/types.ts";
import { parseNetwork } from "../../../src/util/address.ts";
import { type Logger, SILENT } from "../../../src/util/log.ts";

/** Where the clocks of these tests begin. */
export const BEGIN_SECONDS = 1_780_000_000;

/** A clock whose time passes only in `advance`. */
export class SimulatedClock implements Surroundings {
  #nowSeconds = BEGIN_SECONDS;
  readonly #alarms = new Set<{ atSeconds: number; ring: () => void }>();
  readonly random: () => number;

  constructor(random: () => number = () => 0.5) {
    this.random = random;
  }

  readonly nowSeconds = () => this.#nowSeconds;

  readonly createAlarm = (ring: () => void) => {
    const alarm = { atSeconds: Infinity, ring };
    this.#alarms.add(alarm);
    return {
      set: (atSeconds: number) => {
        alarm.atSeconds = atSeconds;
      },
      clear: () => {
        alarm.atSeconds = Infinity;
      },
    };
  };

  /** Lets time pass, and all that happens in it. */
  async advance(seconds: number): Promise<void> {
    const endSeconds = this.#nowSeconds + seconds;
    await settle();
    for (;;) {
      const [next] = [...this.#alarms].sort((a, b) =>
        a.atSeconds - b.atSeconds
      );
      if (next === undefined || next.atSeconds > endSeconds) break;
      this.#nowSeconds = Math.max(this.#nowSeconds, next.atSeconds);
      next.atSeconds = Infinity;
      next.ring();
      await settle();
    }
    this.#nowSeconds = endSeconds;
  }
}

/** Runs what waits for promises that are settled. */
export async function settle(): Promise<void> {
  await setImmediate();
}

/** What a far side does with a call: the default outcome, another one, or an error. */
export type Mood = (
  call: HandlerCall,
) => CallOutcome | void | Promise<CallOutcome>;

/** A far side that keeps hosts, and a host of handlers that reaches it. */
export class FarSide implements HandlerHost {
  /** By action: jail and host, with the end of each ban. */
  readonly bans = new Map<string, Map<string, number | null>>();
  readonly calls: HandlerCall[] = [];
  actions: readonly ActionInstance[] = [];
  isClosed = false;
  /** Asked before anything is done; what it throws is what the call throws. */
  mood: Mood = () => {};
  #life = 0;

  setActions(actions: readonly ActionInstance[]): void {
    this.actions = actions;
  }

  async call(call: HandlerCall): Promise<CallOutcome> {
    const life = this.#life;
    this.calls.push(call);
    const outcome = await this.mood(call) ?? {};
    // Whoever was killed says and does nothing any more.
    if (life !== this.#life) throw new Error("The host was closed");
    this.take(call, outcome);
    return outcome;
  }

  close(): Promise<void> {
    this.isClosed = true;
    this.#life++;
    return Promise.resolve();
  }

  /** @returns the hosts that an action has there, as `jail host` */
  hostsOf(action: string): string[] {
    return [...this.#of(action).keys()].sort();
  }

  /** @returns the calls of these methods, in order, as `ban 192.0.2.1,192.0.2.2` */
  told(...methods: readonly HandlerCall["method"][]): string[] {
    return this.calls.filter(({ method }) => methods.includes(method))
      .map(({ method, batch }) =>
        `${method} ${batch.map(({ host }) => host).join(",")}`
      );
  }

  /** Does the work of a call, which a mood may do before it fails. */
  take(
    call: HandlerCall,
    { retry = [], refused = [] }: HandlerOutcome = {},
  ): void {
    const left = new Set([...retry, ...refused].map(({ id }) => id));
    const hosts = this.#of(call.action);
    if (call.method === "sync" || call.method === "cleanup") hosts.clear();
    for (const entry of call.batch) {
      if (left.has(entry.id)) continue;
      if (call.method === "unban") hosts.delete(keyOf(entry));
      else hosts.set(keyOf(entry), entry.endsAt);
    }
  }

  #of(action: string): Map<string, number | null> {
    const known = this.bans.get(action) ?? new Map();
    this.bans.set(action, known);
    return known;
  }
}

function keyOf({ jail, host }: BanEntry): string {
  return `${jail} ${host}`;
}

/** An outbox in memory. */
export class StoredOutbox implements OutboxSink {
  readonly rows = new Map<string, OutboxRow>();
  readonly memories = new Map<string, MemoryRow>();

  clear(): void {
    this.rows.clear();
    this.memories.clear();
  }

  put(row: OutboxRow): void {
    this.rows.set(`${row.action} ${row.id}`, row);
  }

  remove({ action, id }: Pick<OutboxRow, "action" | "id">): void {
    this.rows.delete(`${action} ${id}`);
  }

  putMemory(row: MemoryRow): void {
    this.memories.set(row.action, row);
  }

  removeMemory(action: string): void {
    this.memories.delete(action);
  }
}

/** @returns a logger that keeps its lines as `level message` */
export function createListLogger(): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  const write = (level: string) => (message: string) => {
    lines.push(`${level} ${message}`);
  };
  return {
    lines,
    log: {
      error: write("error"),
      warn: write("warn"),
      info: write("info"),
      debug: write("debug"),
    },
  };
}

/** @returns an action of a plugin that is with the program */
export function makeAction(
  changes: Partial<DeliveredAction> = {},
): DeliveredAction {
  return {
    name: "team",
    plugin: { kind: "built_in", id: "webhook" },
    options: {},
    net: [],
    jails: ["sshd"],
    batch: 500,
    everySeconds: 1,
    deadlineSeconds: 30,
    ...changes,
  };
}

/** @returns a running ban */
export function makeBan(host: string, changes: Partial<Ban> = {}): Ban {
  const network = parseNetwork(host);
  if (network === undefined) throw new Error(`no host: ${host}`);
  return {
    jail: "sshd",
    ...network,
    host,
    startSeconds: BEGIN_SECONDS,
    endSeconds: BEGIN_SECONDS + 3600,
    count: 1,
    failures: 5,
    ...changes,
  };
}

/** @returns the decision of this kind */
export function decide(kind: Decision["kind"], ban: Ban): Decision {
  return kind === "unban" ? { kind, ban, reason: "expired" } : { kind, ban };
}

/** All of it, started, with one action. */
export function startDelivery(
  options: {
    readonly actions?: readonly DeliveredAction[];
    readonly clock?: SimulatedClock;
    readonly farSide?: FarSide;
    readonly bans?: readonly Ban[];
    readonly log?: Logger;
    readonly mostWaiting?: number;
    readonly stored?: StoredOutbox;
  } = {},
) {
  const clock = options.clock ?? new SimulatedClock();
  const farSide = options.farSide ?? new FarSide();
  const running = new Map(
    (options.bans ?? []).map((ban) => [`${ban.jail} ${ban.host}`, ban]),
  );
  const brought: BroughtFeed[] = [];
  const delivery = new Delivery({
    host: farSide,
    onFeed: (feed) => brought.push(feed),
    log: options.log ?? SILENT,
    nowSeconds: clock.nowSeconds,
    random: clock.random,
    createAlarm: clock.createAlarm,
    bansOf: (jails) =>
      [...running.values()].filter(({ jail }) => jails.includes(jail)),
    onChange() {},
    ...(options.mostWaiting === undefined
      ? {}
      : { mostWaiting: options.mostWaiting }),
  });
  delivery.setActions(options.actions ?? [makeAction()]);
  const { stored } = options;
  if (stored !== undefined) {
    delivery.restore([...stored.rows.values()], [...stored.memories.values()]);
  }
  delivery.start();
  /** Decides, and remembers who is banned. */
  const tell = (kind: Decision["kind"], ban: Ban) => {
    const key = `${ban.jail} ${ban.host}`;
    if (kind === "unban") running.delete(key);
    else running.set(key, ban);
    delivery.take([decide(kind, ban)]);
  };
  return { clock, farSide, delivery, running, tell, brought };
}
