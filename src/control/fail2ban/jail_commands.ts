/**
 * `get JAIL …` and `set JAIL …`.
 *
 * @module
 */

import type { JailConfig } from "../../config/types.ts";
import type { DaemonControl } from "../types.ts";
import {
  bannedHosts,
  bansWithTime,
  countBanned,
  countUnbanned,
  listJailsOf,
  requireHosts,
} from "./ban_commands.ts";
import { type CommandWords, readTruth } from "./command_words.ts";
import { Fail2banError, unknownCommand } from "./fail2ban_error.ts";
import { JAIL_SETTINGS } from "./jail_settings.ts";
import type { PickleValue } from "./pickle_value.ts";
import { requireJail } from "./running_jails.ts";

/** What is asked about a jail besides its settings. */
type Question = (
  words: CommandWords,
  jail: JailConfig,
  control: DaemonControl,
) => PickleValue;

const QUESTIONS: Readonly<Record<string, Question>> = {
  banip: (words, { name }, control) =>
    words.count > 3 && words.at(3) === "--with-time"
      ? bansWithTime(control, name)
      : bannedHosts(control, name),
  banned: (words, { name }, control) => {
    if (words.count === 3) return bannedHosts(control, name);
    const [first = 0, ...more] = words.from(3).map((host) =>
      listJailsOf(control, host).includes(name) ? 1 : 0
    );
    return more.length === 0 ? first : [first, ...more];
  },
  actions: (_, { name, actions = [] }, control) => [
    control.jail(name)?.action ?? "none",
    ...actions,
  ],
};

const ORDERS: Readonly<Record<string, Question>> = {
  banip: (words, { name }, control) =>
    countBanned(control, name, words.from(3)),
  unbanip: (words, jail, control) => unban(words.from(3), jail, control),
  attempt: (words, { name }, control) => {
    // Each word behind the host is a line that tells of one failure.
    const times = Math.max(1, words.count - 4);
    for (let i = 0; i < times; i++) control.attempt(name, words.at(3));
    return times;
  },
};

/** Answers `get JAIL …`. */
export function getOfJail(
  words: CommandWords,
  control: DaemonControl,
): PickleValue {
  const jail = requireJail(control, words.at(1));
  const name = words.at(2);
  const question = Object.hasOwn(QUESTIONS, name) ? QUESTIONS[name] : undefined;
  if (question !== undefined) return question(words, jail, control);
  const setting = JAIL_SETTINGS.get(name);
  if (setting?.get === undefined) throw unknownCommand("get");
  return setting.get(jail);
}

/** Carries `set JAIL …` out. */
export async function setOfJail(
  words: CommandWords,
  control: DaemonControl,
): Promise<PickleValue> {
  const jail = requireJail(control, words.at(1));
  const name = words.at(2);
  const order = Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined;
  if (order !== undefined) return order(words, jail, control);
  const setting = JAIL_SETTINGS.get(name);
  if (setting === undefined) throw unknownCommand("set");
  const { change, get, shows = get } = setting;
  const values = words.from(3);
  // The first word is needed, whatever it says.
  words.at(3);
  if (change === undefined) {
    if (isAsItWas(get?.(jail), values)) return get?.(jail) ?? null;
    throw new Fail2banError(
      "ValueError",
      `Cannot set ${name} of jail "${jail.name}" while the daemon runs: expected ${setting.key}, and a reload`,
    );
  }
  await control.adjust(jail.name, (now) => change(now, values));
  return shows?.(requireJail(control, jail.name)) ?? null;
}

function isAsItWas(
  now: PickleValue | undefined,
  [word = "", ...more]: readonly string[],
): boolean {
  if (now === undefined || more.length > 0) return false;
  return typeof now === "boolean"
    ? readTruth(word) === now
    : String(now).toLowerCase() === word.toLowerCase();
}

function unban(
  words: readonly string[],
  { name }: JailConfig,
  control: DaemonControl,
): number {
  const isStrict = words[0] === "--report-absent";
  const hosts = requireHosts(isStrict ? words.slice(1) : words);
  if (isStrict) {
    const absent = hosts.filter((host) =>
      !listJailsOf(control, host).includes(name)
    );
    if (absent.length > 0) {
      const listed = absent.map((host) => `'${host}'`).join(", ");
      throw new Fail2banError("ValueError", `not banned: [${listed}]`);
    }
  }
  return countUnbanned(control, hosts, name);
}
