/**
 * What `fail2deno top` does.
 *
 * @module
 */

import type { ControlClient } from "../../control/client.ts";
import { EXIT, type ExitCode } from "../../util/exit_codes.ts";
import type { Invocation } from "../command.ts";
import { readInterval } from "../read_interval.ts";
import { openDaemon } from "../setup.ts";
import { styleOf } from "../style.ts";
import { pause, untilInterrupted } from "../watch.ts";
import { drawTop } from "./draw_top.ts";
import { ownTerminal, Screen } from "./screen.ts";
import { TopState } from "./top_state.ts";

/** Events come in bursts; a screen that is drawn more often shows nothing more. */
const REDRAW_MS = 200;

/** Shows the live screen, or prints it once where there is no terminal. */
export async function runTop(invocation: Invocation): Promise<ExitCode> {
  const { context, options } = invocation;
  const intervalMs = readInterval(options.interval, 1);
  const daemon = await openDaemon(invocation);
  const state = new TopState();
  await look(daemon, state);
  if (!context.isTerminal) {
    const style = styleOf(context);
    const format = { style, rows: Infinity, nowMs: Date.now() };
    context.out(`${drawTop(state, format).join("\n").trimEnd()}\n`);
    return EXIT.ok;
  }
  await untilInterrupted(async (signal) => {
    using screen = new Screen(ownTerminal((text) => context.out(text)));
    const end = new AbortController();
    const all = AbortSignal.any([signal, end.signal]);
    const redraw = () => {
      const { columns, rows } = screen.size;
      const style = { ...styleOf(context), width: columns };
      screen.draw(drawTop(state, { style, rows, nowMs: Date.now() }));
    };
    const stop = () => end.abort();
    Deno.addSignalListener("SIGWINCH", redraw);
    try {
      void screen.waitForEnd().then(stop);
      await Promise.all([
        listen(daemon, state, all),
        repeat(intervalMs, all, () => look(daemon, state)),
        repeat(REDRAW_MS, all, () => Promise.resolve(redraw())),
      ]);
    } finally {
      end.abort();
      Deno.removeSignalListener("SIGWINCH", redraw);
    }
  });
  return EXIT.ok;
}

async function look(daemon: ControlClient, state: TopState): Promise<void> {
  state.status = await daemon.status();
  state.noteStats(await daemon.stats(), performance.now());
}

/** @throws {DaemonUnreachableError} when the daemon goes */
async function listen(
  daemon: ControlClient,
  state: TopState,
  signal: AbortSignal,
): Promise<void> {
  for await (const event of daemon.events({ signal })) state.noteEvent(event);
}

async function repeat(
  ms: number,
  signal: AbortSignal,
  act: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await act();
    await pause(ms, signal);
  }
}
