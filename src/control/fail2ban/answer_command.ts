/**
 * fail2ban's commands, carried out by the daemon.
 *
 * @module
 */

import { escapeText } from "../../util/escape.ts";
import type { DaemonControl } from "../types.ts";
import { countUnbanned, listBanned, listJailsOf } from "./ban_commands.ts";
import { CommandWords } from "./command_words.ts";
import {
  Fail2banError,
  unknownCommand,
  unknownJail,
} from "./fail2ban_error.ts";
import { getOfJail, setOfJail } from "./jail_commands.ts";
import type { PickleValue } from "./pickle_value.ts";
import { requireJail } from "./running_jails.ts";
import { SERVER_SETTINGS } from "./server_settings.ts";
import { describeAll, describeJail, describeStats } from "./status_commands.ts";

/** The fail2ban whose protocol this is; scripts compare it. */
export const FAIL2BAN_VERSION = "1.1.0";

type Answer = PickleValue | Promise<PickleValue>;
type Command = (words: CommandWords, control: DaemonControl) => Answer;

/** A server of fail2ban's gets its configuration by these, from a client that reads /etc/fail2ban. */
const STREAM: Command = (words) => {
  throw new Fail2banError(
    "Exception",
    `Cannot take "${
      escapeText(words.at(0), 40)
    }": fail2deno reads its own configuration, expected fail2deno import, which takes /etc/fail2ban over`,
  );
};

const COMMANDS: Readonly<Record<string, Command>> = {
  ping: () => "pong",
  version: () => FAIL2BAN_VERSION,
  "server-status": () => "Server ready",
  echo: (words) => words.from(1),
  status: (words, control) => {
    if (words.count === 1) return describeAll(control);
    const name = words.at(1);
    const flavor = words.count > 2 ? words.at(2) : "basic";
    if (name === "--all") return describeAll(control, flavor);
    return describeJail(requireJail(control, name).name, flavor, control);
  },
  stats: (_, control) => describeStats(control),
  statistics: (_, control) => describeStats(control),
  banned: (words, control) =>
    words.count === 1
      ? listBanned(control)
      : words.from(1).map((host) => listJailsOf(control, host)),
  unban: (words, control) =>
    words.at(1) === "--all"
      ? control.unban({ all: true }).unbanned
      : countUnbanned(control, words.from(1)),
  flushlogs: async (_, control) =>
    await control.reopenLog() ? "rolled over" : "flushed",
  reload,
  // A jail that is there has started; one that was stopped comes back by a reload.
  start: (words, control) => {
    if (words.count === 1) return STREAM(words, control);
    requireJail(control, words.at(1));
    return null;
  },
  stop: async (words, control) => {
    if (words.count === 1) {
      throw new Fail2banError(
        "Exception",
        "Cannot stop the daemon: its service manager keeps it, expected systemctl stop fail2deno",
      );
    }
    const { name } = requireJail(control, words.at(1));
    await control.adjust(name, (jail) => ({ ...jail, enabled: false }));
    return null;
  },
  get: (words, control) => {
    const setting = SERVER_SETTINGS.get(words.at(1));
    return setting === undefined
      ? getOfJail(words, control)
      : setting.get(control.configuration());
  },
  set: async (words, control) => {
    const setting = SERVER_SETTINGS.get(words.at(1));
    if (setting === undefined) return await setOfJail(words, control);
    const now = setting.get(control.configuration());
    if (words.at(2).toLowerCase() === String(now).toLowerCase()) return now;
    throw new Fail2banError(
      "ValueError",
      `Cannot set ${
        words.at(1)
      } while the daemon runs: expected ${setting.key}`,
    );
  },
  add: STREAM,
  "multi-set": STREAM,
  "server-stream": STREAM,
  "config-error": STREAM,
};

/**
 * Carries a command out.
 *
 * @param value a list of words
 * @returns what fail2ban would answer, in the same shape
 * @throws {Fail2banError} where it refuses
 */
export async function answerCommand(
  value: PickleValue,
  control: DaemonControl,
): Promise<PickleValue> {
  const words = new CommandWords(value);
  const name = words.at(0);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw unknownCommand();
  return await command(words, control);
}

/** `reload --all|JAIL [OPTIONS] [STREAM]`: what the client read from /etc/fail2ban is not looked at. */
async function reload(
  words: CommandWords,
  control: DaemonControl,
): Promise<PickleValue> {
  const name = words.count > 1 ? words.at(1) : "--all";
  const options = words.listAt(2);
  await control.reload();
  const isAll = name === "--all";
  if (!isAll && control.jail(name) === undefined) {
    if (options.includes("--if-exists")) return "OK";
    throw unknownJail(name);
  }
  if (options.includes("--unban")) {
    control.unban(isAll ? { all: true } : { all: true, jail: name });
  }
  return "OK";
}
