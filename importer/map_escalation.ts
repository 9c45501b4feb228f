/**
 * Longer bans for those who come back: `bantime.*`.
 *
 * @module
 */

import { evaluateArithmetic } from "../src/util/arithmetic.ts";
import { compileBanFormula } from "../src/util/ban_formula.ts";
import { formatDuration } from "../src/util/duration.ts";
import type { ResolvedJail } from "./jail.ts";
import type { OutcomeNote } from "./outcome.ts";
import { readTime } from "./time_value.ts";
import type { TomlValue } from "./toml_text.ts";

/** Our keys, and their values where they are absent. */
export const ESCALATION_VALUES: ReadonlyMap<string, TomlValue> = new Map<
  string,
  TomlValue
>([
  ["bantime_increment", false],
  ["bantime_factor", 1],
  ["bantime_multipliers", []],
  ["bantime_formula", ""],
  ["bantime_maxtime", "1w"],
  ["bantime_rndtime", 0],
  ["bantime_overalljails", false],
  ["bantime_heavy_failures", false],
]);

/** fail2ban's formula where none is given; it is ours too. */
const DOUBLING =
  /^ban\.Time\*\(1<<\(ban\.Countifban\.Count<20else20\)\)\*banFactor$/;

/** @returns values by key; of a jail whose bans do not grow, that alone */
export function mapEscalation(
  { values }: ResolvedJail,
  notes: OutcomeNote[],
): Map<string, TomlValue> {
  const mapped = new Map<string, TomlValue>();
  if (values.get("bantime.increment") !== true) {
    return mapped.set("bantime_increment", false);
  }
  const options = new EscalationOptions(values, notes);
  mapped.set("bantime_increment", true);
  // There it is no option: whoever bans longer counts harder too.
  mapped.set("bantime_heavy_failures", true);
  mapped.set("bantime_factor", options.factor());
  const multipliers = options.multipliers();
  mapped.set("bantime_multipliers", multipliers);
  const formula = multipliers.length === 0 ? options.formula() : "";
  mapped.set("bantime_formula", formula);
  mapped.set("bantime_maxtime", options.maxTime());
  mapped.set("bantime_rndtime", options.rndTime());
  mapped.set("bantime_overalljails", options.isOverallJails());
  return mapped;
}

/** Where the value of one of our keys came from. */
export function escalationPlace(key: string): string {
  return key === "bantime_heavy_failures"
    ? "bantime.increment"
    : key.replace("_", ".");
}

/** Reads each option as fail2ban does, and says where that cannot be. */
class EscalationOptions {
  readonly #values: ResolvedJail["values"];
  readonly #notes: OutcomeNote[];

  constructor(values: ResolvedJail["values"], notes: OutcomeNote[]) {
    this.#values = values;
    this.#notes = notes;
  }

  factor(): number {
    const text = this.#text("factor") || "1";
    const factor = attempt(() => evaluateArithmetic(text));
    if (factor !== undefined && factor > 0) return factor;
    this.#note("factor", "is no number above 0: it is 1 now");
    return 1;
  }

  multipliers(): readonly number[] {
    const words = this.#text("multipliers").split(/\s+/)
      .filter((word) => word !== "");
    const numbers = words.map(Number);
    if (numbers.every((number) => number > 0)) return numbers;
    this.#note("multipliers", "are no numbers above 0: bans double");
    return [];
  }

  formula(): string {
    const text = this.#text("formula");
    if (text === "" || DOUBLING.test(text.replaceAll(/\s/g, ""))) return "";
    const problem = attempt(() => void compileBanFormula(text), describe);
    if (problem === undefined) return text;
    this.#note(
      "formula",
      `is not carried over, bans double: ${problem}`,
      "write it with these, or the steps as bantime_multipliers",
    );
    return "";
  }

  /** fail2ban has no limit unless there is one. */
  maxTime(): TomlValue {
    const text = this.#text("maxtime") || "-1";
    const seconds = readTime(text);
    if (seconds === undefined) {
      this.#note("maxtime", "is no time: it is 1w now");
    } else if (seconds !== Infinity) return formatDuration(seconds);
    else if (this.#text("maxtime") !== "") {
      this.#note(
        "maxtime",
        "bans for ever who comes back there, and is no limit here",
      );
    }
    return seconds === undefined ? "1w" : -1;
  }

  rndTime(): TomlValue {
    const text = this.#text("rndtime") || "0";
    const seconds = readTime(text);
    if (seconds === 0) return 0;
    if (seconds !== undefined && seconds !== Infinity) {
      return formatDuration(seconds);
    }
    this.#note("rndtime", "is no time: bans end at their time");
    return 0;
  }

  isOverallJails(): boolean {
    const isTrue = this.#values.get("bantime.overalljails") === true;
    if (isTrue) {
      this.#notes.push({
        what:
          "bantime.overalljails: every ban of a host counts once; fail2ban adds sums to sums when several jails ban it",
      });
    }
    return isTrue;
  }

  #text(key: string): string {
    return String(this.#values.get(`bantime.${key}`) ?? "").trim();
  }

  #note(key: string, state: string, advice?: string): void {
    this.#notes.push({
      what: `bantime.${key} "${this.#text(key)}" ${state}`,
      ...(advice === undefined ? {} : { advice }),
    });
  }
}

/** @returns what `run` gives, or what `explain` makes of its error; nothing where there is no such */
function attempt<T, U = undefined>(
  run: () => T,
  explain?: (error: Error) => U,
): T | U | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) {
      throw error;
    }
    return explain?.(error);
  }
}

/** Without the text itself, which the note tells anyway. */
function describe({ message }: Error): string {
  return message.replace(/^Cannot evaluate ".*?": (?=[^"]*$|")/s, "");
}
