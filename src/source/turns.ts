/**
 * Has several readers give others their turn together: however many they are, all of them take one turn.
 *
 * @module
 */

import { giveWay, TURN_MS } from "./give_way.ts";

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
    await new Promise<void>((resolve) => giveWay(resolve));
    this.#next = undefined;
    this.begin();
  }
}
