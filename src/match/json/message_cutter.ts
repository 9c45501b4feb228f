/**
 * The message of a line in JSON, without its date.
 *
 * @module
 */

import type { Cutter } from "../line_cutter.ts";
import type { LinePass } from "../line_pass.ts";
import { PerLog } from "../per_log.ts";
import type { PassCutter } from "../shared_cutter.ts";
import { StampMemo } from "../stamp_memo.ts";

/** What is known of a log. */
interface MessageMemory {
  readonly cutter: Cutter;
  lastSeconds: number;
}

/**
 * Cuts the date out of a message, as of any other line; the time that the JSON tells goes before it. Where there is no
 * message the text is the whole line, in which no date is looked for: anybody's text is in it.
 */
export class MessageCutter implements PassCutter {
  text = "";
  /** Nothing is remembered: messages are elsewhere. */
  readonly stamps = new StampMemo();
  /** A message is not written as it is. */
  readonly offset = 0;
  readonly from = -1;
  readonly to = -1;
  isDated = false;
  readonly #memory: PerLog<MessageMemory>;
  readonly #hasMessage: boolean;
  #stampSeconds = NaN;
  #isCut = false;

  /**
   * @param createCutter makes the cutter of a log's messages
   * @throws {FilterError} when that does
   */
  constructor(createCutter: () => Cutter, hasMessage: boolean) {
    this.#memory = new PerLog(() => ({
      cutter: createCutter(),
      lastSeconds: NaN,
    }));
    this.#hasMessage = hasMessage;
  }

  /** Goes over to a log. */
  enter(log: WeakKey): void {
    this.#memory.enter(log);
  }

  get firstUnit(): number {
    return this.unitAt(0);
  }

  unitAt(place: number): number {
    return this.text.charCodeAt(place);
  }

  get source(): string {
    return this.text;
  }

  get lastSeconds(): number {
    return this.#memory.current.lastSeconds;
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
    const memory = this.#memory.current;
    const { cutter } = memory;
    if (this.#hasMessage) {
      cutter.cut(text, span, nowSeconds);
      this.text = cutter.text;
    } else this.text = `${text.slice(span.from, span.to)}\n`;
    this.isDated = hasStamp || this.#hasMessage && cutter.isDated;
    if (hasStamp) memory.lastSeconds = this.#stampSeconds;
    else if (this.#hasMessage) memory.lastSeconds = cutter.lastSeconds;
  }
}
