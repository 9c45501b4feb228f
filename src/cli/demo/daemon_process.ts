/**
 * The demo's daemon: the real one, started as a user would start it, in a scratch folder.
 *
 * @module
 */

import {
  type ControlClient,
  createControlClient,
} from "../../control/client.ts";
import {
  DaemonUnreachableError,
  type JailStatus,
} from "../../control/types.ts";
import type { Libc } from "../../util/libc.ts";
import { type DemoConfigOptions, formatConfig } from "./story.ts";
import { waitFor } from "./pause.ts";

/** A running daemon. */
export interface DaemonProcess extends AsyncDisposable {
  readonly control: ControlClient;
  /** The log that it watches. */
  readonly logPath: string;
  /**
   * Waits until it watches the log.
   *
   * @throws {Error} when it ends before, or does not within 10 s
   */
  untilWatching(signal: AbortSignal): Promise<JailStatus>;
  /** Sends SIGTERM, once. @returns the exit code */
  stop(): Promise<number>;
  /** @returns the last lines that it wrote to standard error */
  lastWords(): string;
}

/** What the daemon is started with. */
export interface DaemonProcessOptions extends DemoConfigOptions {
  readonly libc: Libc;
  /** The program that is this one. */
  readonly self: string;
}

const START_TIMEOUT_MS = 10_000;
const POLL_MS = 10;
const LAST_WORDS = 12;

/**
 * `sh -c GUARD sh PROGRAM FOLDER` runs the daemon until a line comes on standard input or this ends: then SIGTERM, and SIGKILL
 * when that does not help for 3 s. An end without a line means that the demo was killed, and the folder goes too. Ctrl-C and
 * hang-up reach the whole group, and are the demo's to act on.
 */
const GUARD = `
trap "" INT HUP
exec 3<&0
"$1" run -c "$2/config.toml" >"$2/daemon.log" 2>&1 </dev/null 3<&- & daemon=$!
{
  read -r word <&3 || word=orphaned
  echo "$word" >"$2/ending"
  kill -TERM "$daemon"
  for wait in 0.1 0.1 0.1 0.2 0.5 1 1; do
    sleep "$wait"
    kill -0 "$daemon" || exit
  done
  kill -KILL "$daemon"
} 2>/dev/null & guard=$!
exec 3<&-
wait "$daemon"; code=$?
if read -r word 2>/dev/null <"$2/ending"; then wait "$guard"; else kill "$guard"; fi
if [ "$word" = orphaned ]; then rm -rf "$2"; fi
exit "$code"
`;

/** Writes configuration and empty log, and starts the daemon in the namespace of the calling thread. */
export function startDaemon(options: DaemonProcessOptions): DaemonProcess {
  const { folder, self, libc } = options;
  const logPath = `${folder}/auth.log`;
  const wordsPath = `${folder}/daemon.log`;
  Deno.writeTextFileSync(`${folder}/config.toml`, formatConfig(options));
  Deno.writeTextFileSync(logPath, "");
  Deno.writeTextFileSync(wordsPath, "");
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", GUARD, "sh", self, folder],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const control = createControlClient(libc, `${folder}/control.sock`);
  let exitCode: number | undefined;
  const ended = child.status.then(({ code }) => exitCode = code);
  let stopping: Promise<number> | undefined;
  const stop = () => stopping ??= end(child.stdin, ended);
  return {
    control,
    logPath,
    untilWatching: (signal) =>
      untilWatching(control, { signal, exitCode: () => exitCode }),
    stop,
    lastWords: () => readLastLines(wordsPath, LAST_WORDS),
    [Symbol.asyncDispose]: async () => void await stop(),
  };
}

async function untilWatching(
  control: ControlClient,
  { signal, exitCode }: {
    readonly signal: AbortSignal;
    readonly exitCode: () => number | undefined;
  },
): Promise<JailStatus> {
  const jail = await waitFor(async () => {
    const code = exitCode();
    if (code !== undefined) {
      throw new Error(`Cannot start the daemon: exit code ${code}`);
    }
    const jail = await control.jail("sshd").catch(ignoreUnreachable);
    return jail?.sources[0]?.state === "watching" ? jail : undefined;
  }, { timeoutMs: START_TIMEOUT_MS, pollMs: POLL_MS, signal });
  if (jail !== undefined) return jail;
  const seconds = START_TIMEOUT_MS / 1000;
  throw new Error(
    `Cannot start the daemon: it does not watch its log after ${seconds} s`,
  );
}

/** Has the guard end the daemon. @returns the daemon's exit code */
async function end(
  stdin: WritableStream<Uint8Array>,
  ended: Promise<number>,
): Promise<number> {
  const input = stdin.getWriter();
  try {
    await input.write(new TextEncoder().encode("stop\n"));
    await input.close();
  } catch {
    // Broken pipe: it has ended already.
  }
  return await ended;
}

function ignoreUnreachable(error: unknown): undefined {
  if (error instanceof DaemonUnreachableError) return undefined;
  throw error;
}

function readLastLines(path: string, count: number): string {
  return Deno.readTextFileSync(path).trimEnd().split("\n")
    .slice(-count).join("\n");
}
