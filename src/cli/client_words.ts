/**
 * The command line of fail2ban-client: its options in front, a command behind them.
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import { UsageError } from "./command.ts";

/** What was asked for. */
export type ClientRequest =
  | { readonly kind: "help" | "version" | "short version" }
  | { readonly kind: "test"; readonly config?: string }
  | { readonly kind: "seconds"; readonly text: string }
  | {
    readonly kind: "command";
    /** As they were typed. */
    readonly typed: readonly string[];
    /** As they are sent. */
    readonly words: readonly (string | readonly string[])[];
    /** Of `-c`. */
    readonly config?: string;
  };

/** What says something of fail2ban's own server, and nothing here. */
const IDLE_VALUES = [
  ...["-s", "--socket", "-p", "--pidfile", "--pname", "--loglevel"],
  ...["--logtarget", "--syslogsocket", "--timeout"],
];
const IDLE_FLAGS = ["-v", "-q", "-x", "-b", "-f", "--async"];

/** Options with what they do instead of here. */
const REFUSED: Readonly<Record<string, string>> = {
  "-d": "fail2deno check --explain",
  "--dp": "fail2deno check --explain",
  "--dump-pretty": "fail2deno check --explain",
  "-i": "one command a call",
};

/** @throws {UsageError} for an option that fail2ban-client does not have, or that makes no sense here */
export function readClientWords(words: readonly string[]): ClientRequest {
  const rest = [...words];
  let config: { readonly config?: string } = {};
  let isTest = false;
  for (let word = rest[0]; word?.startsWith("-"); word = rest[0]) {
    rest.shift();
    if (word === "--") break;
    const parts = splitOption(word);
    if (parts !== undefined) {
      rest.unshift(...parts);
      continue;
    }
    if (word === "-h" || word === "--help") return { kind: "help" };
    if (word === "-V") return { kind: "short version" };
    if (word === "--version") return { kind: "version" };
    if (word === "-t" || word === "--test") isTest = true;
    else if (word === "--str2sec") {
      return { kind: "seconds", text: takeValue(word, rest) };
    } else if (word === "-c" || word === "--conf") {
      config = { config: takeValue(word, rest) };
    } else if (IDLE_VALUES.includes(word)) takeValue(word, rest);
    else if (!IDLE_FLAGS.includes(word)) throw refuse(word);
  }
  if (isTest) return { kind: "test", ...config };
  if (rest.length === 0) return { kind: "help" };
  return { kind: "command", typed: rest, words: toCommand(rest), ...config };
}

/** `--socket=PATH` and `-sPATH` in two. */
function splitOption(word: string): readonly string[] | undefined {
  const parts = /^(--[\w-]+)=(.*)$/s.exec(word) ??
    /^(-[csp])(.+)$/s.exec(word);
  return parts?.slice(1);
}

function takeValue(option: string, rest: string[]): string {
  const value = rest.shift();
  if (value !== undefined) return value;
  throw new UsageError(
    `Cannot read option "${option}": it has no value, expected one behind it`,
  );
}

function refuse(word: string): UsageError {
  const instead = Object.hasOwn(REFUSED, word) ? REFUSED[word] : undefined;
  return new UsageError(
    `Cannot use option "${escapeText(word, 40)}": ${
      instead === undefined ? "unknown option" : `not here, expected ${instead}`
    }`,
  );
}

/** `restart JAIL` is a reload; a reload has its options in a list, and no stream, since the daemon reads its own files. */
function toCommand(
  typed: readonly string[],
): readonly (string | readonly string[])[] {
  const [name, ...rest] = typed;
  const isRestart = name === "restart";
  if (name !== "reload" && !isRestart) return typed;
  const options = rest.filter((word) => word.startsWith("--"));
  const [jail = "--all"] = rest.filter((word) => !word.startsWith("--"));
  if (isRestart && jail === "--all") {
    throw new UsageError(
      "Cannot restart the daemon: its service manager keeps it, expected systemctl restart fail2deno",
    );
  }
  return [
    ...["reload", jail],
    [
      ...isRestart ? ["--restart"] : [],
      ...options.filter((option) => option !== "--all"),
    ],
    [],
  ];
}
