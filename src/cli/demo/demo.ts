/**
 * The command `demo`: the real daemon finds a real attack and the real kernel drops the attacker, in network namespaces that
 * live no longer than the demo.
 *
 * @module
 */

import { EXIT, type ExitCode } from "../../util/exit_codes.ts";
import { openLibc } from "../../util/libc.ts";
import { findOwnProgram } from "../../util/own_program.ts";
import { viewDaemon } from "./ban_view.ts";
import { CAST } from "./cast.ts";
import { type DaemonProcess, startDaemon } from "./daemon_process.ts";
import { Findings } from "./findings.ts";
import { viewKernel } from "./kernel_view.ts";
import { openNamespaces } from "./namespaces.ts";
import { play } from "./play.ts";
import { runPeer } from "./run_peer.ts";
import type { Scene } from "./scene.ts";
import { createScreen, type DemoOutput, type Screen } from "./screen.ts";

/** What the command line says. */
export interface DemoOptions {
  /** What this process plays for the demo that started it; absent: it is the demo. */
  readonly role?: string | undefined;
  readonly output: DemoOutput;
}

/** Cleaning up is quick, so that all is over within 20 s. */
const TIME_LIMIT_MS = 18_000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Why the play is called off: a signal, or the time limit. */
class CalledOff extends Error {
  override readonly name = "CalledOff";
}

/**
 * Shows the whole way from a line in a log to a drop in the kernel, and takes everything away again.
 *
 * @returns ok only when all that was to be seen was seen
 */
export async function runDemo(
  { role, output }: DemoOptions,
): Promise<ExitCode> {
  if (role !== undefined) return await runPeer();
  const calling = new AbortController();
  const callOff = (reason: string) => calling.abort(new CalledOff(reason));
  const interrupt = () => callOff("Interrupted: everything is taken away");
  for (const name of SIGNALS) Deno.addSignalListener(name, interrupt);
  const limit = setTimeout(
    () => callOff(`Cannot finish the demo: not over in ${TIME_LIMIT_MS} ms`),
    TIME_LIMIT_MS,
  );
  try {
    return await perform(output, calling.signal);
  } finally {
    clearTimeout(limit);
    for (const name of SIGNALS) Deno.removeSignalListener(name, interrupt);
  }
}

async function perform(
  output: DemoOutput,
  signal: AbortSignal,
): Promise<ExitCode> {
  const screen = createScreen(output);
  const findings = new Findings();
  await using stack = new AsyncDisposableStack();
  let daemon: DaemonProcess | undefined;
  try {
    output.out(
      "fail2deno demo: from a line in a log to a drop in the kernel\n",
    );
    const stage = await setStage(screen, stack);
    daemon = stage.daemon;
    await play({ ...stage, screen, findings, signal });
    if (findings.missed.length > 0) showLastWords(screen, daemon);
    return conclude(screen, findings);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    output.err(`fail2deno: ${reason}\n`);
    if (daemon !== undefined && !signal.aborted) showLastWords(screen, daemon);
    return signal.aborted ? EXIT.no : EXIT.internal;
  }
}

type Stage = Pick<Scene, "daemon" | "bans" | "peers">;

/** Makes folder, namespaces and daemon. Whatever fails, the stack takes away what was made before. */
async function setStage(
  screen: Screen,
  stack: AsyncDisposableStack,
): Promise<Stage> {
  const libc = openLibc();
  const self = findOwnProgram("the demo").path;
  const folder = Deno.makeTempDirSync({
    dir: "/tmp",
    prefix: "fail2deno-demo-",
  });
  stack.defer(() => Deno.removeSync(folder, { recursive: true }));
  const namespaces = await openNamespaces(libc, self);
  if (typeof namespaces === "string") {
    screen.note(`Simulate mode: ${namespaces}`);
    const options = { libc, self, folder, mode: "simulate" } as const;
    const daemon = stack.use(startDaemon(options));
    return { daemon, bans: viewDaemon(daemon.control), peers: undefined };
  }
  stack.use(namespaces);
  introduce(screen);
  const bans = stack.use(viewKernel(libc));
  const options = { libc, self, folder, mode: "enforce" } as const;
  const daemon = stack.use(startDaemon(options));
  return { daemon, bans, peers: namespaces.peers };
}

function introduce(screen: Screen): void {
  const row = (name: keyof typeof CAST) =>
    `  ${name.padEnd(9)}  ${CAST[name][4].padEnd(10)}  ${CAST[name][6]}\n`;
  screen.note(
    "Three network namespaces; this machine's own firewall is not touched:\n" +
      row("server") + row("attacker") + row("bystander"),
  );
}

function conclude(screen: Screen, findings: Findings): ExitCode {
  const { count, missed } = findings;
  if (missed.length === 0) {
    screen.title(`All ${count} expectations held.`);
    return EXIT.ok;
  }
  screen.title(`${missed.length} of ${count} expectations did not hold:`);
  for (const claim of missed) screen.note(claim);
  return EXIT.no;
}

function showLastWords(screen: Screen, daemon: DaemonProcess): void {
  screen.title("The daemon's last words:");
  screen.note(daemon.lastWords());
}
