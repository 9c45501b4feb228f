/**
 * A real terminal for tests: a tmux server of its own, whose screen can be read.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import { until } from "./daemon.ts";
import { isFile } from "./is_file.ts";
import { runText } from "./run.ts";

/** Whether there is a tmux here. */
export const HAS_TMUX: boolean = isFile("/usr/bin/tmux");

/** How large the terminal is, and what runs in it. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Environment, beside the test's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** The words of the program; default a shell without a configuration. */
  readonly command?: readonly string[];
}

/** A terminal with a program in it. */
export interface Terminal extends AsyncDisposable {
  /** Types a text, or presses keys by tmux's names: `Enter`, `C-c`. */
  press(...keys: readonly string[]): Promise<void>;
  /** Types a line and presses Enter. */
  enter(line: string): Promise<void>;
  /** @returns what is on the screen, without blanks at line ends */
  screen(): Promise<string>;
  /** Waits until the screen shows it. @returns the screen */
  shows(pattern: RegExp): Promise<string>;
  /** Makes it another size. */
  resize(columns: number, rows: number): Promise<void>;
  /** @returns one of tmux's variables: `alternate_on`, `cursor_flag` */
  ask(variable: string): Promise<string>;
}

/** Opens a terminal. */
export async function openTerminal(
  options: TerminalOptions = {},
): Promise<Terminal> {
  const { columns = 80, rows = 24, env = {}, command = ["sh"] } = options;
  const socket = `f2d-${crypto.randomUUID().slice(0, 8)}`;
  const tmux = async (...words: string[]) =>
    await runText("tmux", ["-L", socket, "-f", "/dev/null", ...words]);
  const variables = Object.entries({ PS1: "$ ", TERM: "xterm", ...env })
    .map(([name, value]) => `${name}=${value}`);
  const started = await tmux(
    ...["new-session", "-d", "-x", String(columns), "-y", String(rows)],
    ...["env", ...variables, ...command],
  );
  ok(started.code === 0, started.err);
  await tmux("set", "-g", "status", "off");
  const terminal: Terminal = {
    press: async (...keys) => void await tmux("send-keys", ...keys),
    async enter(line) {
      await tmux("send-keys", "-l", line);
      await tmux("send-keys", "Enter");
    },
    screen: async () =>
      (await tmux("capture-pane", "-pJ")).out
        .replaceAll(/ +$/gm, "").trimEnd(),
    async shows(pattern) {
      let seen = "";
      await until(
        `the screen shows ${pattern}`,
        async () => pattern.test(seen = await terminal.screen()),
        () => seen,
      );
      return seen;
    },
    resize: async (columns, rows) =>
      void await tmux(
        ...["resize-window", "-x", String(columns), "-y", String(rows)],
      ),
    ask: async (variable) =>
      (await tmux("display-message", "-p", `#{${variable}}`)).out.trim(),
    [Symbol.asyncDispose]: async () => void await tmux("kill-server"),
  };
  return terminal;
}
