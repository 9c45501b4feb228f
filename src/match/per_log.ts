/**
 * What a part of a matcher remembers of each log that it is run on.
 *
 * @module
 */

/**
 * Patterns are the same for all logs of a jail, and they are what is large. What lines tell about later lines is not: it is
 * kept for each log, made where it is first needed, and gone with the log.
 */
export class PerLog<State extends WeakKey> {
  readonly #create: () => State;
  readonly #states = new WeakMap<WeakKey, State>();
  #log: WeakKey = this;
  #current: State | undefined;
  /** Made before there was a log, to see that it can be. */
  #spare: State | undefined;

  /** @param create makes the memory of a log; called at once, so that what it throws is thrown here */
  constructor(create: () => State) {
    this.#create = create;
    this.#spare = create();
  }

  /** Goes over to a log. @param log stands for it as long as it is read */
  enter(log: WeakKey): void {
    if (log === this.#log) return;
    this.#log = log;
    this.#current = undefined;
  }

  /** What is remembered of the log that was entered last. */
  get current(): State {
    return this.#current ??= this.#states.get(this.#log) ?? this.#add();
  }

  /** The same if it was asked for since the log was entered: else nothing was added to it. */
  get used(): State | undefined {
    return this.#current;
  }

  #add(): State {
    const state = this.#spare ?? this.#create();
    this.#spare = undefined;
    this.#states.set(this.#log, state);
    return state;
  }
}
