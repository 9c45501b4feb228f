/**
 * A line of which a part was cut out, put together when somebody asks.
 *
 * @module
 */

const NEWLINE = 10;

/** What is left of the last line. */
export class CutLine {
  /** Where in its text the part begins that was cut out; the line's beginning where there is none. */
  cutFrom = 0;
  /** Behind it. */
  cutTo = 0;
  #source = "";
  #from = 0;
  #to = 0;
  #text: string | undefined;

  /** What is left, ended by one newline. */
  get text(): string {
    return this.#text ??= this.#join();
  }

  /** @returns the unit at a place of what is left */
  unitAt(place: number): number {
    return this.isAtStart && this.cutTo + place < this.#to
      ? this.#source.charCodeAt(this.cutTo + place)
      : this.text.charCodeAt(place);
  }

  /** A longer text that holds what is left, but for what ends it. */
  get source(): string {
    return this.isAtStart ? this.#source : this.text;
  }

  /** Where in that it begins. */
  get offset(): number {
    return this.isAtStart ? this.cutTo : 0;
  }

  /** Takes a line that is cut as the last one was, at its beginning. */
  cutAlike(
    source: string,
    line: { readonly from: number; readonly to: number },
  ): void {
    const { from } = line;
    const end = from + this.cutTo - this.cutFrom;
    this.setLine(source, line, { start: from, end });
  }

  /** Whether the part that was cut out is the line's beginning, so that what is left stands in its text in one piece. */
  protected get isAtStart(): boolean {
    return this.cutFrom === this.#from;
  }

  /** Takes a line of a text, without what ends it. @param cut the part that is left out */
  protected setLine(
    source: string,
    { from, to }: { readonly from: number; readonly to: number },
    cut?: { readonly start: number; readonly end: number },
  ): void {
    // Lines of a chunk have one text, and to store what is young takes longer than to compare it.
    if (this.#source !== source) this.#source = source;
    this.#from = from;
    this.#to = to;
    this.#text = undefined;
    this.cutFrom = cut?.start ?? from;
    this.cutTo = cut?.end ?? from;
  }

  #join(): string {
    const { cutFrom, cutTo } = this;
    const rest = lineWithNewline(this.#source, cutTo, this.#to);
    return this.isAtStart
      ? rest
      : this.#source.slice(this.#from, cutFrom) + rest;
  }
}

/** Where the newline follows anyhow, nothing needs to be put together. */
function lineWithNewline(text: string, from: number, to: number): string {
  return text.charCodeAt(to) === NEWLINE
    ? text.slice(from, to + 1)
    : `${text.slice(from, to)}\n`;
}
