/**
 * The machine's own addresses, which most jails spare.
 *
 * @module
 */

import { type Network, parseNetwork } from "./util/address.ts";

/** They change with leases and interfaces; asking is cheap. */
const REFRESH_MS = 60_000;

/** Who wants to know them. */
export interface OwnAddressesOptions {
  /** Asked each time: whoever spares nobody needs no permission to ask. */
  readonly isWanted: () => boolean;
  readonly take: (networks: readonly Network[]) => void;
}

/** Asks for them now and then. */
export class OwnAddresses {
  readonly #options: OwnAddressesOptions;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Asks nothing yet. */
  constructor(options: OwnAddressesOptions) {
    this.#options = options;
  }

  /** Asks at once, and from then on. */
  start(): void {
    this.#refresh();
    this.#timer ??= setInterval(() => this.#refresh(), REFRESH_MS);
  }

  /** Asks no longer. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #refresh(): void {
    const { isWanted, take } = this.#options;
    if (!isWanted()) return;
    take(
      Deno.networkInterfaces()
        .map(({ address }) => parseNetwork(address))
        .filter((network) => network !== undefined),
    );
  }
}
