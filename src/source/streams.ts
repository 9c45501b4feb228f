/**
 * Sources of lines that stand in no file: standard input, commands, named pipes, messages of syslog.
 *
 * @module
 */

import { formatSyslogAddress } from "../config/syslog_schema.ts";
import type { LogStream } from "../config/types.ts";
import type { Libc } from "../util/libc.ts";
import type { Logger } from "../util/log.ts";
import { createCommandSource } from "./command_source.ts";
import { createPipeSource } from "./pipe_source.ts";
import { StandardInput } from "./standard_input.ts";
import { createSyslogSource } from "./syslog_source.ts";
import type { Source } from "./types.ts";

/** What of a jail tells which stream it reads. */
export interface StreamUser {
  /** Absent: it reads none. */
  readonly stream?: LogStream;
}

/** Stands for the path of standard input. */
const STDIN_PATH = "-";

/** What streams are made with. */
export interface StreamsOptions {
  readonly log: Logger;
  /** For sockets. */
  readonly libc: Libc;
}

/** @returns users by what they read, which stands for a path: `-`, `command:["docker","logs"]` */
export function groupByStream<User extends StreamUser>(
  users: readonly User[],
): Map<string, User[]> {
  const groups = new Map<string, User[]>();
  for (const user of users) {
    if (user.stream === undefined) continue;
    const path = streamPath(user.stream);
    groups.set(path, [...groups.get(path) ?? [], user]);
  }
  return groups;
}

/** @returns the text that is the same for all who read the same stream */
export function streamPath(stream: LogStream): string {
  switch (stream.kind) {
    case "stdin":
      return STDIN_PATH;
    case "command":
      return `command:${JSON.stringify(stream.command)}`;
    case "syslog":
      return formatSyslogAddress(stream.address);
  }
}

/** Makes sources of streams. */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #stdin: StandardInput;

  /** Reads nothing yet. */
  constructor(options: StreamsOptions) {
    this.#options = options;
    this.#stdin = new StandardInput({ path: STDIN_PATH, log: options.log });
  }

  /** @returns a source that can be started once */
  createSource(stream: LogStream): Source {
    if (stream.kind === "stdin") return this.#stdin.createSource();
    const options = { path: streamPath(stream), ...this.#options };
    return stream.kind === "syslog"
      ? createSyslogSource({ ...options, address: stream.address })
      : createCommandSource({ ...options, command: stream.command });
  }

  /** @returns a source of the named pipe at that path */
  createPipeSource(path: string): Source {
    return createPipeSource({ path, log: this.#options.log });
  }
}
