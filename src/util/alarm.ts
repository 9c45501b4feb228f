/**
 * One timer that is set to a time of day, however far off.
 *
 * @module
 */

/** setTimeout takes no more than 2^31-1 ms, 24 days. */
const LONGEST_TIMER_MS = 0x7fffffff;

/** Rings once at a time; `set` moves it. */
export class Alarm {
  readonly #onRing: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #atSeconds = Infinity;

  /** @param onRing called when the time has come, or now and then before it where the time is weeks away */
  constructor(onRing: () => void) {
    this.#onRing = onRing;
  }

  /** @param atSeconds seconds since 1970; `Infinity` for never */
  set(atSeconds: number): void {
    if (atSeconds === this.#atSeconds) return;
    this.clear();
    if (atSeconds === Infinity) return;
    this.#atSeconds = atSeconds;
    const delayMs = Math.max(0, atSeconds * 1000 - Date.now());
    this.#timer = setTimeout(() => {
      this.#atSeconds = Infinity;
      this.#onRing();
    }, Math.min(delayMs, LONGEST_TIMER_MS));
  }

  /** It does not ring any more. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#atSeconds = Infinity;
  }
}
