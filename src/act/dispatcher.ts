/**
 * Gives each decision to the driver of its jail, and keeps the drivers' troubles apart.
 *
 * @module
 */

import { type DriverKind, driverKindOf } from "../config/backend_driver.ts";
import type { Ban, Decision } from "../track/types.ts";
import type { DriverCounts } from "./driver_counts.ts";
import type {
  ActJail,
  Driver,
  DriverTally,
  FoundBan,
  ProblemSink,
} from "./types.ts";

/** What the dispatcher works with. */
export interface DispatcherOptions {
  /** By the kind of a jail's backend; a driver may see to several. */
  readonly drivers: Readonly<Record<DriverKind, Driver>>;
  /** For jails that only simulate. */
  readonly simulate: Driver;
  /** Asked at `open` and `reload`. @param jail its name */
  readonly isSimulated: (jail: string) => boolean;
  /** Receives what could not be carried out. */
  readonly onProblem: ProblemSink;
  /** Told of what is handed to whom. */
  readonly counts: DriverCounts;
}

/** All drivers as one. A driver that no jail needs is never opened. */
export interface Dispatcher extends Driver {
  /**
   * Goes over to these jails.
   *
   * @returns jails that another driver has now, whose running bans it does not know yet
   * @throws {ActionError} when a driver refuses; the decisions go where they went before
   */
  reload(jails: readonly ActJail[]): readonly string[];
  /**
   * Tells who carries a jail's decisions out.
   *
   * @returns the kind of the driver or the name of the driver that simulates; `undefined` for an unknown jail
   */
  driverOf(jail: string): string | undefined;
  /** @returns what each driver has done */
  tallies(): readonly DriverTally[];
  remainingOf(ban: Ban): number | undefined;
}

/** Opens nothing yet. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  return new Router(options);
}

class Router implements Dispatcher {
  readonly name = "dispatcher";
  readonly #options: DispatcherOptions;
  readonly #isOpen = new Set<Driver>();
  #routes: ReadonlyMap<string, Driver> = new Map();
  #names: ReadonlyMap<string, string> = new Map();

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  open(jails: readonly ActJail[]): readonly FoundBan[] {
    const routes = this.#route(jails);
    const found: FoundBan[] = [];
    for (const driver of new Set(routes.values())) {
      const own = jails.filter(({ name }) => routes.get(name) === driver);
      found.push(...driver.open(own));
      this.#isOpen.add(driver);
    }
    this.#adopt(routes, jails);
    return found;
  }

  reload(jails: readonly ActJail[]): readonly string[] {
    const routes = this.#route(jails);
    for (const driver of new Set([...this.#isOpen, ...routes.values()])) {
      const own = jails.filter(({ name }) => routes.get(name) === driver);
      if (this.#isOpen.has(driver)) driver.reload(own);
      else driver.open(own.map(withoutLeftovers));
      this.#isOpen.add(driver);
    }
    const before = this.#routes;
    this.#adopt(routes, jails);
    return [...routes.keys()].filter((jail) => {
      const old = before.get(jail);
      return old !== undefined && old !== routes.get(jail);
    });
  }

  apply(decisions: readonly Decision[]): void {
    const [only, ...others] = this.#isOpen;
    if (only !== undefined && others.length === 0) {
      this.#hand(only, decisions);
      return;
    }
    const shares = new Map<Driver, Decision[]>();
    for (const decision of decisions) {
      const driver = this.#routes.get(decision.ban.jail);
      const share = driver === undefined ? undefined : shares.get(driver);
      if (driver === undefined) this.#report(decision, "The jail is not known");
      else if (share === undefined) shares.set(driver, [decision]);
      else share.push(decision);
    }
    for (const [driver, share] of shares) this.#hand(driver, share);
  }

  driverOf(jail: string): string | undefined {
    return this.#names.get(jail);
  }

  remainingOf(ban: Ban): number | undefined {
    return this.#routes.get(ban.jail)?.remainingOf?.(ban);
  }

  tallies(): readonly DriverTally[] {
    return this.#options.counts.list();
  }

  async close(): Promise<void> {
    const drivers = [...this.#isOpen];
    this.#isOpen.clear();
    const outcomes = await Promise.allSettled(
      drivers.map((driver) => driver.close()),
    );
    outcomes.forEach((outcome, index) => {
      if (outcome.status === "fulfilled") return;
      this.#options.onProblem({
        action: drivers[index]?.name ?? this.name,
        phase: "close",
        message: describe(outcome.reason),
      });
    });
  }

  #route(jails: readonly ActJail[]): ReadonlyMap<string, Driver> {
    const { drivers, simulate, isSimulated } = this.#options;
    return new Map(jails.map(({ name, backend }) => [
      name,
      isSimulated(name) ? simulate : drivers[driverKindOf(backend)],
    ]));
  }

  #adopt(
    routes: ReadonlyMap<string, Driver>,
    jails: readonly ActJail[],
  ): void {
    const { simulate } = this.#options;
    this.#routes = routes;
    this.#names = new Map(jails.map(({ name, backend }) => [
      name,
      routes.get(name) === simulate ? simulate.name : driverKindOf(backend),
    ]));
  }

  #hand(driver: Driver, decisions: readonly Decision[]): void {
    this.#options.counts.noteDecisions(driver.name, decisions);
    try {
      driver.apply(decisions);
    } catch (error) {
      for (const decision of decisions) {
        this.#report(decision, describe(error), driver.name);
      }
    }
  }

  #report(
    { kind, ban }: Decision,
    message: string,
    action: string = this.name,
  ): void {
    const { jail, host } = ban;
    this.#options.onProblem({ action, phase: kind, jail, host, message });
  }
}

/** What an earlier life left would be news to the tracker by now: it goes. */
function withoutLeftovers(jail: ActJail): ActJail {
  return { ...jail, rebanOnRestart: false };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
