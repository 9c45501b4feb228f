/**
 * How long something that died rests before it is started again.
 *
 * @module
 */

const FIRST_MS = 1000;
const LONGEST_MS = 300_000;

/** A life so long makes up for earlier deaths. */
const SOUND_LIFE_MS = 60_000;

/** Doubles from death to death; some jitter keeps many that died together from coming back together. */
export class BackOff {
  readonly #random: () => number;
  #deaths = 0;
  #restsUntilMs = -Infinity;

  /** @param random from 0 to 1; default Math.random */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Takes a death down. @returns for how long it rests now, in milliseconds */
  die(times: { readonly nowMs: number; readonly bornMs: number }): number {
    if (times.nowMs - times.bornMs >= SOUND_LIFE_MS) this.#deaths = 0;
    const rest = Math.min(FIRST_MS * 2 ** this.#deaths, LONGEST_MS);
    this.#deaths++;
    const restMs = rest * (0.75 + this.#random() / 2);
    this.#restsUntilMs = times.nowMs + restMs;
    return restMs;
  }

  /** @returns how long it still rests, in milliseconds; 0: it may start */
  restMs(nowMs: number): number {
    return Math.max(0, this.#restsUntilMs - nowMs);
  }
}
