/**
 * Host names among those who are never banned: looked up, and looked up again, since their addresses change.
 *
 * @module
 */

import type { JailConfig } from "../config/types.ts";
import { type Network, parseNetwork } from "../util/address.ts";
import type { Logger } from "../util/log.ts";

/** The part of a jail that is looked at. */
export type NamingJail = Pick<JailConfig, "ignoreNames" | "ignoreNetworks">;

/** Where addresses come from. */
export interface IgnoredNamesOptions {
  /** @returns addresses of a name; none where it has none, or they cannot be told */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  readonly log: Logger;
}

/** Names with the addresses that they had last. */
export class IgnoredNames {
  readonly #options: IgnoredNamesOptions;
  #addresses = new Map<string, readonly string[]>();

  constructor(options: IgnoredNamesOptions) {
    this.#options = options;
  }

  /** @returns the jails, with the known addresses of their names among their networks */
  extend<Jail extends NamingJail>(jails: readonly Jail[]): readonly Jail[] {
    return jails.map((jail) => {
      const found = (jail.ignoreNames ?? [])
        .flatMap((name) => this.#addresses.get(name) ?? [])
        .map(parseNetwork)
        .filter((network): network is Network => network !== undefined);
      if (found.length === 0) return jail;
      return { ...jail, ignoreNetworks: [...jail.ignoreNetworks, ...found] };
    });
  }

  /**
   * Looks up the names of these jails, and forgets all others. A name without an answer keeps the addresses that it had.
   *
   * @returns whether any address is another one now
   */
  async refresh(jails: readonly NamingJail[]): Promise<boolean> {
    const names = new Set(jails.flatMap((jail) => jail.ignoreNames ?? []));
    const found = await Promise.all([...names].map((name) => this.#ask(name)));
    const before = this.#addresses;
    this.#addresses = new Map(found);
    return found.some(([name, addresses]) =>
      String(before.get(name) ?? []) !== String(addresses)
    );
  }

  async #ask(name: string): Promise<readonly [string, readonly string[]]> {
    const old = this.#addresses.get(name);
    const addresses = (await this.#options.resolve(name)).toSorted();
    if (addresses.length > 0) return [name, addresses];
    // Once: the next time it is known to have none.
    if (old === undefined) {
      this.#options.log.warn("Cannot find address of ignored host", { name });
    }
    return [name, old ?? []];
  }
}
