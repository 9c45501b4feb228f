/**
 * The message of a line in JSON, without its date.
 *
 * @module
 */

import type { Cutter } from "../line_cutter.ts";
import type { LinePass } from "../line_pass.ts";
import type { PassCutter } from "../shared_cutter.ts";

/**
 * Cuts the date out of a message, as of any other line; the time that the JSON tells goes before it. Where there is no
 * message the text is the whole line, in which no date is looked for: anybody's text is in it.
 */
export class MessageCutter implements PassCutter {
  text = "";
  isDated = false;
  lastSeconds = NaN;
  readonly #cutter: Cutter;
  readonly #hasMessage: boolean;
  #stampSeconds = NaN;
  #isCut = false;

  constructor(cutter: Cutter, hasMessage: boolean) {
    this.#cutter = cutter;
    this.#hasMessage = hasMessage;
  }

  /** Begins a line. @param stampSeconds the time by its JSON, or by its source; NaN where there is none */
  begin(stampSeconds: number): void {
    this.#stampSeconds = stampSeconds;
    this.#isCut = false;
  }

  /** @param pass stands at the message */
  cut({ text, span, nowSeconds }: LinePass): void {
    if (this.#isCut) return;
    this.#isCut = true;
    const hasStamp = !Number.isNaN(this.#stampSeconds);
    const cutter = this.#cutter;
    if (this.#hasMessage) {
      cutter.cut(text, span, nowSeconds);
      this.text = cutter.text;
    } else this.text = `${text.slice(span.from, span.to)}\n`;
    this.isDated = hasStamp || this.#hasMessage && cutter.isDated;
    if (hasStamp) this.lastSeconds = this.#stampSeconds;
    else if (this.#hasMessage) this.lastSeconds = cutter.lastSeconds;
  }
}
