/**
 * Answers as fail2ban-client prints them: what reads its output goes on reading it.
 *
 * @module
 */

import type { CommandValue } from "../control/types.ts";
import { printPython } from "./client_repr.ts";
import { formatStatus } from "./client_status.ts";
import { formatStatsTable } from "./client_table.ts";

/** Says a value in words. @param words the command */
type Phrase = (value: CommandValue, words: readonly string[]) => string;

/** What the whole server is asked. */
const COMMANDS: Readonly<Record<string, Phrase>> = {
  ping: (value) => `Server replied: ${printPython(value)}`,
  start: () => "Jail started",
  stop: () => "Jail stopped",
  flushlogs: (value) => `logs: ${printPython(value)}`,
  echo: (value) => listOf(value).join(" "),
  status: formatStatus,
  stats: formatStatsTable,
  statistics: formatStatsTable,
};

/** Settings of the server. */
const SERVER: Readonly<Record<string, Phrase>> = {
  loglevel: (value) => `Current logging level is '${printPython(value)}'`,
  logtarget: (value) => listed("Current logging target is:", value),
  syslogsocket: (value) => listed("Current syslog socket is:", value),
  dbfile: (value) =>
    value === null
      ? "Database currently disabled"
      : listed("Current database file is:", value),
  dbpurgeage: (value) =>
    value === null ? "Database currently disabled" : listed(
      "Current database purge age is:",
      `${printPython(value)}seconds`,
    ),
};

const logpath: Phrase = (value) =>
  listed("Current monitored log file(s):", value) ||
  "No file is currently monitored";
const ignoreip: Phrase = (value) =>
  listed("These IP addresses/networks are ignored:", value) ||
  "No IP address/network is ignored";
const regex: Phrase = (value) =>
  listed(
    "The following regular expression are defined:",
    listOf(value).map((pattern, index) => `[${index}]: ${pattern}`),
  ) || "No regular expression is defined";
const journalmatch: Phrase = (value) =>
  Array.isArray(value) && value.length > 0
    ? `Current match filter:\n${
      value.map((match) => listOf(match).join(" ")).join(" + ")
    }`
    : "No journal match filter set";

/** Settings of a jail. */
const JAIL: Readonly<Record<string, Phrase>> = {
  logpath,
  addlogpath: logpath,
  dellogpath: logpath,
  logencoding: (value) =>
    `Current log encoding is set to:\n${printPython(value)}`,
  journalmatch,
  addjournalmatch: journalmatch,
  deljournalmatch: journalmatch,
  datepattern: (value) =>
    `Current date pattern set to: ${describeDates(value)}`,
  ignoreip,
  addignoreip: ignoreip,
  delignoreip: ignoreip,
  failregex: regex,
  addfailregex: regex,
  delfailregex: regex,
  ignoreregex: regex,
  addignoreregex: regex,
  delignoreregex: regex,
  actions: (value, words) => {
    const names = listOf(value);
    return names.length === 0
      ? `No actions for jail ${words[1]}`
      : `The jail ${words[1]} has the following actions:\n${names.join(", ")}`;
  },
  // The separator of `get JAIL banip` stands behind it; of `set JAIL banip` comes a number.
  banip: (value, [, , , separator = " "]) =>
    Array.isArray(value)
      ? value.map(printPython)
        .join(separator === "--with-time" ? "\n" : separator)
      : printPython(value),
};

/** @returns the text without its line break */
export function formatAnswer(
  words: readonly string[],
  value: CommandValue,
): string {
  return findPhrase(words)(value, words);
}

/** @returns what the client says of an exception; most speak for themselves */
export function formatRefusal(
  { name, message }: { readonly name: string; readonly message: string },
): string {
  switch (name) {
    case "UnknownJailException":
      return `Sorry but the jail '${message}' does not exist`;
    case "IndexError":
      return "Sorry but the command is invalid";
    default:
      return message;
  }
}

function findPhrase([first = "", second = "", third = ""]: readonly string[]) {
  if (first !== "get" && first !== "set") return own(COMMANDS, first);
  return Object.hasOwn(SERVER, second) ? own(SERVER, second) : own(JAIL, third);
}

function own(phrases: Readonly<Record<string, Phrase>>, word: string): Phrase {
  return (Object.hasOwn(phrases, word) ? phrases[word] : undefined) ??
    printPython;
}

/** A heading with a branch for each item; empty where there is none. */
function listed(heading: string, value: CommandValue): string {
  const items = Array.isArray(value) ? listOf(value) : [printPython(value)];
  const last = items.length - 1;
  return items.length === 0 ? "" : [
    heading,
    ...items.map((item, index) => `${index < last ? "|" : "`"}- ${item}`),
  ].join("\n");
}

function listOf(value: CommandValue): readonly string[] {
  return Array.isArray(value) ? value.map(printPython) : [];
}

function describeDates(value: CommandValue): string {
  if (value === null || typeof value !== "object" || !("tuple" in value)) {
    return "Not set/required";
  }
  const [pattern = null, name = null] = value.tuple;
  return pattern === null
    ? printPython(name)
    : `${printPython(pattern)} (${printPython(name)})`;
}
