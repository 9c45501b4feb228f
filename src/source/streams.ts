/**
 * Sources of lines that stand in no file: standard input, commands, named pipes.
 *
 * @module
 */

import type { LogStream } from "../config/types.ts";
import type { Logger } from "../util/log.ts";
import { createCommandSource } from "./command_source.ts";
import { createPipeSource } from "./pipe_source.ts";
import { StandardInput } from "./standard_input.ts";
import type { Source } from "./types.ts";

/** What of a jail tells which stream it reads. */
export interface StreamUser {
  /** Absent: it reads none. */
  readonly stream?: LogStream;
}

/** Stands for the path of standard input. */
const STDIN_PATH = "-";

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
  return stream.kind === "stdin"
    ? STDIN_PATH
    : `command:${JSON.stringify(stream.command)}`;
}

/** Makes sources of streams. */
export class Streams {
  readonly #log: Logger;
  readonly #stdin: StandardInput;

  /** Reads nothing yet. */
  constructor({ log }: { readonly log: Logger }) {
    this.#log = log;
    this.#stdin = new StandardInput({ path: STDIN_PATH, log });
  }

  /** @returns a source that can be started once */
  createSource(stream: LogStream): Source {
    if (stream.kind === "stdin") return this.#stdin.createSource();
    const path = streamPath(stream);
    return createCommandSource({ path, log: this.#log, ...stream });
  }

  /** @returns a source of the named pipe at that path */
  createPipeSource(path: string): Source {
    return createPipeSource({ path, log: this.#log });
  }
}
