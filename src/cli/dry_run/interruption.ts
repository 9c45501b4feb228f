/**
 * Ctrl-C as a question that a long loop can ask.
 *
 * @module
 */

/** How long a loop may run before it looks whether anything happened. */
const TURN_MS = 200;

/** Whether the person at the keyboard has had enough. */
export class Interruption {
  /** Resolves when it is asked for. */
  readonly asked: Promise<void>;
  #isAsked = false;
  readonly #listener: () => void;
  #turnEnd = performance.now() + TURN_MS;

  /** Listens for SIGINT from now on. A second one ends the process as ever. */
  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.asked = promise;
    this.#listener = () => {
      this.#isAsked = true;
      this.stop();
      resolve();
    };
    Deno.addSignalListener("SIGINT", this.#listener);
  }

  /** Whether it was asked for so far. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** Lets signals in when it is time; a loop without any other wait calls it often. */
  async breathe(): Promise<void> {
    if (performance.now() < this.#turnEnd) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#turnEnd = performance.now() + TURN_MS;
  }

  /** Listens no longer. */
  stop(): void {
    Deno.removeSignalListener("SIGINT", this.#listener);
  }
}
