/**
 * Phase 1: finds the lines of a text that hold a literal, without slicing any.
 *
 * @module
 */

/** Behind every place of a text. */
export const NOWHERE = 0x7fffffff;

/** Literals of all jails of a source, each once. */
export class LiteralTable {
  readonly #indexes = new Map<string, number>();

  /** @returns the literals in the order of their indexes */
  get literals(): readonly string[] {
    return [...this.#indexes.keys()];
  }

  /** @returns the literal's index */
  add(literal: string): number {
    const known = this.#indexes.get(literal);
    if (known !== undefined) return known;
    this.#indexes.set(literal, this.#indexes.size);
    return this.#indexes.size - 1;
  }
}

/**
 * One cursor a literal, each running over the text once; together they give the hits in order.
 *
 *     scan.begin(text);
 *     while ((hit = scan.nearest()) !== NOWHERE) { …the line around hit…; scan.skipTo(lineEnd + 1); }
 */
export class LiteralScan {
  readonly #literals: readonly string[];
  /** Where each literal comes next. */
  readonly #next: Int32Array;
  #text = "";

  /** @param literals distinct, none of them empty or with a newline in it */
  constructor(literals: readonly string[]) {
    this.#literals = literals;
    this.#next = new Int32Array(literals.length).fill(NOWHERE);
  }

  /** Places every cursor on its first hit. */
  begin(text: string): void {
    this.#text = text;
    for (let i = 0; i < this.#next.length; i++) this.#seek(i, 0);
  }

  /** @returns the place of the next hit of any literal, or NOWHERE */
  nearest(): number {
    let nearest = NOWHERE;
    for (let i = 0; i < this.#next.length; i++) {
      const place = this.#next[i] ?? NOWHERE;
      if (place < nearest) nearest = place;
    }
    return nearest;
  }

  /** @returns whether one of these literals comes before `end`, by their indexes */
  hasBefore(end: number, literals: readonly number[]): boolean {
    for (let i = 0; i < literals.length; i++) {
      if ((this.#next[literals[i] ?? 0] ?? NOWHERE) < end) return true;
    }
    return false;
  }

  /** Moves the cursors that stand before `place` on to their next hit from there. */
  skipTo(place: number): void {
    for (let i = 0; i < this.#next.length; i++) {
      if ((this.#next[i] ?? NOWHERE) < place) this.#seek(i, place);
    }
  }

  /** Lets go of the text. */
  end(): void {
    this.#text = "";
    this.#next.fill(NOWHERE);
  }

  #seek(index: number, from: number): void {
    const place = this.#text.indexOf(this.#literals[index] ?? "", from);
    this.#next[index] = place < 0 ? NOWHERE : place;
  }
}
