/**
 * What a command of the command line is: one table entry that help, parsing and running are made from.
 *
 * @module
 */

import type { ExitCode } from "../util/exit_codes.ts";

/** One command. Help, and the parser, are generated from it. */
export interface Command {
  readonly name: string;
  /** Other names, which help does not list. */
  readonly aliases?: readonly string[];
  /** One line, imperative, no full stop. */
  readonly summary: string;
  /** More for its own help page. */
  readonly details?: string;
  /** As help shows it: `<ip...>`, `[jail]`. */
  readonly arguments?: readonly CommandPart[];
  /** As help shows it: `-j, --jail <jail>`; `--verify <log...>` takes several words, `--jail <jail>...` one each time. */
  readonly options?: readonly CommandPart[];
  /** At least one. */
  readonly examples: readonly Example[];
  /** The shape of its JSON, where it prints data and so takes `--json`; in backquotes what docs/openapi.json describes. */
  readonly json?: string;
  /** Whether it asks a daemon and so takes `--socket`. */
  readonly asksDaemon?: boolean;
  /** Whether it reads all words behind its name itself, options among them; it then has none of those that others share. */
  readonly readsWords?: boolean;
  /** Left out of the list of commands. */
  readonly isHidden?: boolean;
  /** Does it. */
  readonly run: (invocation: Invocation) => Promise<ExitCode>;
}

/** An argument or option with its explanation. */
export interface CommandPart {
  readonly form: string;
  readonly summary: string;
  /** What a shell completes it with; absent: nothing. */
  readonly takes?: Completion;
}

/** Names of jails, paths, or one of these words. */
export type Completion =
  | "jail"
  | "file"
  | "folder"
  | readonly string[];

/** A line to type and what it does. */
export interface Example {
  readonly line: string;
  readonly summary: string;
}

/** A command as it was typed. */
export interface Invocation {
  /** Arguments in order; those of a variadic one in a row. */
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** Options that take several words, or may be given again. */
  readonly lists: Readonly<Record<string, readonly string[] | undefined>>;
  readonly context: CliContext;
  /** The whole table. */
  readonly commands: readonly Command[];
}

/** The world around a command. */
export interface CliContext {
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes to standard error. */
  err(text: string): void;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  /** Whether output may be coloured. */
  readonly isColored: boolean;
  /** Whether what goes to standard error may be coloured. */
  readonly isErrColored: boolean;
  /** Whether standard error is a terminal, where a line may be drawn over. */
  readonly isErrTerminal: boolean;
  /** Width of the terminal in columns; 80 where there is none. */
  readonly width: number;
  /** Folder of the program: built-in filters lie in `filters/` below it. */
  readonly programFolder: URL;
}

/** The caller's fault: told with a hint to the help, exit code 64. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What the caller handed in cannot be used: exit code 65. */
export class InputError extends Error {
  override readonly name = "InputError";
}
