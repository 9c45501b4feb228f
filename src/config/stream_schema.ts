/**
 * Jails whose lines come from a stream: standard input, the output of a command, messages of syslog.
 *
 * @module
 */

import { type Field, parsed } from "./fields.ts";
import { findPlace, problemAt, type TableNode } from "./tree.ts";
import type { ConfigProblem, LogStream, SyslogAddress } from "./types.ts";

/** The keys that say it. */
export interface StreamInput {
  /** `-` is standard input. */
  readonly source: "log" | "bans" | "feed" | "-";
  /** A text is for /bin/sh, a list goes past it word by word. */
  readonly log_command?: string | readonly string[] | undefined;
  /** Where messages of syslog are received. */
  readonly log_syslog?: SyslogAddress | undefined;
}

/** With the keys that name other places. */
export interface StreamPlaces extends StreamInput {
  /** Absent or empty: none. */
  readonly log_path?: readonly string[] | undefined;
  /** `systemd` is the journal. */
  readonly log_backend: "file" | "systemd";
}

const WHAT: Readonly<Record<LogStream["kind"], string>> = {
  stdin: "standard input",
  command: "the command's output",
  syslog: "messages of syslog",
};

/** `log_command`. */
export const LOG_COMMAND: Field<string | readonly string[]> = parsed<
  string | readonly string[]
>(
  "a list of words, or one text for /bin/sh",
  (value, refuse) => {
    const words: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (typeof value !== "string" && !Array.isArray(value)) return undefined;
    if (words.length === 0) refuse("it is empty");
    const path = (index: number) => Array.isArray(value) ? [index] : [];
    words.forEach((word, index) => {
      if (typeof word !== "string") {
        refuse("it is no text", { path: path(index) });
      } else if (word.includes("\0")) {
        refuse("it holds a NUL character", { path: path(index) });
      } else if (index === 0 && word.trim() === "") {
        refuse("it is empty", { path: path(index) });
      }
    });
    return value;
  },
);

/**
 * Checks that a jail reads a stream and nothing besides.
 *
 * @param table the jail's own keys over those of `[defaults]`
 * @returns problems; undefined where the jail reads no stream
 */
export function checkStream(
  name: string,
  input: StreamPlaces,
  table: TableNode,
): ConfigProblem[] | undefined {
  const stream = toStream(input);
  if (stream === undefined) return undefined;
  const what = WHAT[stream.kind];
  const others = [
    input.log_path !== undefined && input.log_path.length > 0 && "log_path",
    input.log_backend !== "file" && "log_backend",
    stream.kind !== "command" && input.log_command !== undefined &&
    "log_command",
    stream.kind !== "syslog" && input.log_syslog !== undefined && "log_syslog",
  ].filter((key) => typeof key === "string");
  return others.map((key) =>
    problemAt(
      findPlace(table, [key]),
      `Cannot read ${what} for jail "${name}": ${key} is set as well, expected a jail of its own for that`,
    )
  );
}

/** @returns the stream, for the stages; undefined where lines come from elsewhere */
export function toStream(input: StreamInput): LogStream | undefined {
  if (input.source === "-") return { kind: "stdin" };
  if (input.source === "bans") return undefined;
  if (input.log_command !== undefined) {
    return { kind: "command", command: input.log_command };
  }
  return input.log_syslog && { kind: "syslog", address: input.log_syslog };
}
