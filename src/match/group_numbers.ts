/**
 * The groups of a pattern: their names, and how Python's numbers become JavaScript's.
 *
 * @module
 */

/** Counts groups in the order of their opening. */
export class GroupNumbers {
  /** Names in order. */
  readonly names: string[] = [];
  /** By Python's number; undefined where JavaScript has no such group. */
  readonly #numbers: (number | undefined)[] = [0];
  #count = 0;

  /** @returns whether the name is new */
  addNamed(name: string): boolean {
    if (this.names.includes(name)) return false;
    this.names.push(name);
    this.addUnnamed();
    return true;
  }

  /** A group that both have. */
  addUnnamed(): void {
    this.#numbers.push(++this.#count);
  }

  /** A group that Python has, and we have not: the host name in `<HOST>`. */
  addForeign(): void {
    this.#numbers.push(undefined);
  }

  /** A group that only we have. @returns its number */
  addOwn(): number {
    return ++this.#count;
  }

  /** @returns our number of the group that is `python` there */
  numberOf(python: number): number | undefined {
    return this.#numbers[python];
  }
}
