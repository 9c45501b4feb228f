/**
 * What makes a jail, or all of them, fail in fail2ban itself.
 *
 * @module
 */

import type { ConfigProblem } from "../src/config/types.ts";
import type { Place } from "./ini_file.ts";

/** What fail2ban does about it. */
export type Consequence = "skips this jail" | "does not start with it";

/** Something in the tree that cannot be resolved. */
export class TreeError extends Error {
  override readonly name = "TreeError";
  /** Where, as far as is known. */
  readonly place: Place | undefined;
  /** What fail2ban does about it. */
  readonly consequence: Consequence;

  constructor(
    message: string,
    options: {
      readonly place?: Place | undefined;
      readonly consequence: Consequence;
    },
  ) {
    super(message);
    this.place = options.place;
    this.consequence = options.consequence;
  }

  /** @param file where no place is known */
  toProblem(file: string): ConfigProblem {
    return {
      ...(this.place ?? { file }),
      message: `${this.message}; fail2ban ${this.consequence}`,
    };
  }
}
