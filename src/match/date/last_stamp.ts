/**
 * What the text of a date was read as.
 *
 * @module
 */

import type { DateTemplate } from "./date_template.ts";

/** The last date that was read: within a second, and often for longer, lines bear the same. */
export class LastStamp {
  #template: DateTemplate | undefined;
  #stamp = "";
  #seconds = NaN;
  /** NaN where the result holds at any time. */
  #nowSeconds = NaN;

  /** @returns whether what was read still holds */
  isFresh(nowSeconds: number): boolean {
    return Number.isNaN(this.#nowSeconds) || this.#nowSeconds === nowSeconds;
  }

  /** @returns the seconds of the template's last hit, or NaN where it must be read */
  find(text: string, template: DateTemplate, nowSeconds: number): number {
    const { start, end } = template.matcher;
    const isKnown = this.isFresh(nowSeconds) && template === this.#template &&
      end - start === this.#stamp.length &&
      text.startsWith(this.#stamp, start);
    return isKnown ? this.#seconds : NaN;
  }

  keep(
    text: string,
    template: DateTemplate,
    { seconds, nowSeconds }: {
      readonly seconds: number;
      readonly nowSeconds: number;
    },
  ): void {
    const { start, end } = template.matcher;
    this.#template = template;
    this.#stamp = text.slice(start, end);
    this.#seconds = seconds;
    this.#nowSeconds = template.isTimeless(text) ? NaN : nowSeconds;
  }
}
