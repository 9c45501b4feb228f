/**
 * Addresses of host names: resolved elsewhere, remembered here for a while.
 *
 * @module
 */

/** Finds the addresses of a name, all of both families; none where there is no such name. It must not reject. */
export type ResolveName = (name: string) => Promise<readonly string[]>;

/** Bounds of a cache. */
export interface NameCacheOptions {
  /** Names that are remembered; default 1,000. */
  readonly capacity?: number;
  /** Default 300. */
  readonly lifetimeSeconds?: number;
  /** Of names without addresses, which may be a passing trouble; default 60. */
  readonly emptyLifetimeSeconds?: number;
  /** Names that are asked for at the same time; default 64. */
  readonly mostPending?: number;
}

interface Entry {
  readonly addresses: readonly string[];
  readonly expirySeconds: number;
}

/**
 * Keeps lookups off the hot path: a known name is answered at once, an unknown one later, each asked for once.
 *
 * Whoever writes a log chooses its names, so the number of names on their way is limited; beyond it they are refused.
 */
export class NameCache {
  readonly #resolve: ResolveName;
  readonly #capacity: number;
  readonly #lifetimeSeconds: number;
  readonly #emptyLifetimeSeconds: number;
  readonly #mostPending: number;
  readonly #entries = new Map<string, Entry>();
  readonly #pending = new Map<
    string,
    ((addresses: readonly string[]) => void)[]
  >();

  constructor(resolve: ResolveName, options: NameCacheOptions = {}) {
    this.#resolve = resolve;
    this.#capacity = options.capacity ?? 1000;
    this.#lifetimeSeconds = options.lifetimeSeconds ?? 300;
    this.#emptyLifetimeSeconds = options.emptyLifetimeSeconds ?? 60;
    this.#mostPending = options.mostPending ?? 64;
  }

  /** Names that are being asked for. */
  get pending(): number {
    return this.#pending.size;
  }

  /** @returns the name's addresses, or undefined where it has to be asked for */
  lookUp(name: string, nowSeconds: number): readonly string[] | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.expirySeconds > nowSeconds) {
      return entry?.addresses;
    }
    this.#entries.delete(name);
    return undefined;
  }

  /**
   * Asks for a name.
   *
   * @param then called once with its addresses, after this call
   * @returns whether it is asked for; false where too many others are, or too many wait for this one
   */
  ask(
    name: string,
    nowSeconds: number,
    then: (addresses: readonly string[]) => void,
  ): boolean {
    const waiting = this.#pending.get(name);
    if (waiting !== undefined) {
      if (waiting.length >= this.#mostPending) return false;
      waiting.push(then);
      return true;
    }
    if (this.#pending.size >= this.#mostPending) return false;
    this.#pending.set(name, [then]);
    this.#resolve(name).then((addresses) =>
      this.#answer(name, addresses, nowSeconds)
    );
    return true;
  }

  #answer(
    name: string,
    addresses: readonly string[],
    nowSeconds: number,
  ): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size >= this.#capacity) {
      this.#entries.delete(oldest);
    }
    const expirySeconds = nowSeconds +
      (addresses.length === 0
        ? this.#emptyLifetimeSeconds
        : this.#lifetimeSeconds);
    this.#entries.set(name, { addresses, expirySeconds });
    const waiting = this.#pending.get(name) ?? [];
    this.#pending.delete(name);
    for (const then of waiting) then(addresses);
  }
}
