/**
 * Has several readers give others their turn together: however many they are, all of them take one turn.
 *
 * @module
 */

/** As of one log; see Pace. */
const TURN_MS = 10;

/** Measures the turns. */
export class Turns {
  #began = -Infinity;
  #next: Promise<void> | undefined;

  /** Whether others are to be let in now. */
  get isOver(): boolean {
    return performance.now() - this.#began >= TURN_MS;
  }

  /** A turn begins. */
  begin(): void {
    this.#began = performance.now();
  }

  /** Resolves within a turn. */
  async wait(): Promise<void> {
    while (this.isOver) {
      this.#next ??= this.#pause();
      await this.#next;
    }
  }

  async #pause(): Promise<void> {
    // Sockets are looked at when nothing else is to be done: a timer, not a promise.
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#next = undefined;
    this.begin();
  }
}
