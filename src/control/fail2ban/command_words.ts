/**
 * The words of a command.
 *
 * @module
 */

import { escapeText } from "../../util/escape.ts";
import { Fail2banError } from "./fail2ban_error.ts";
import { type PickleValue, Tuple } from "./pickle_value.ts";

/** Words in order; numbers and truth are words too, as Python writes them. */
export class CommandWords {
  readonly #values: readonly PickleValue[];

  /** @throws {Fail2banError} for what is no list */
  constructor(value: PickleValue) {
    const values = value instanceof Tuple ? value.items : value;
    if (!Array.isArray(values)) {
      throw new Fail2banError(
        "ValueError",
        "Cannot read command: it is no list, expected a list of words",
      );
    }
    this.#values = values;
  }

  /** How many there are. */
  get count(): number {
    return this.#values.length;
  }

  /** @throws {Fail2banError} where there is none, or it is no word */
  at(index: number): string {
    const value = this.#values[index];
    if (value === undefined) {
      throw new Fail2banError("IndexError", "list index out of range");
    }
    return toWord(value);
  }

  /** @returns the words from there on */
  from(index: number): readonly string[] {
    return this.#values.slice(index).map(toWord);
  }

  /** @returns the list at this place. @throws {Fail2banError} where there is none */
  listAt(index: number): readonly string[] {
    return new CommandWords(this.#values[index] ?? []).from(0);
  }
}

const YES: readonly string[] = ["1", "on", "true", "yes"];
const NO: readonly string[] = ["0", "off", "false", "no"];

/** @throws {Fail2banError} for what says neither */
export function readTruth(word: string): boolean {
  if (YES.includes(word.toLowerCase())) return true;
  if (NO.includes(word.toLowerCase())) return false;
  throw new Fail2banError(
    "ValueError",
    `Cannot read "${escapeText(word, 64)}": expected true or false`,
  );
}

function toWord(value: PickleValue): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
      return String(value);
    case "boolean":
      return value ? "True" : "False";
    default:
      throw new Fail2banError(
        "ValueError",
        "Cannot read command: a word of it is a list, expected a text",
      );
  }
}
