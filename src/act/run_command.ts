/**
 * Runs one shell command with a deadline, in an environment that holds nothing but what it is given.
 *
 * @module
 */

/** Fixed, so that whoever starts the daemon cannot put another program in a command's way. */
const SEARCH_PATH =
  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** How long output is waited for once the shell has ended: a process it left behind may hold the pipes open for ever. */
const LINGER_MS = 100;

/** What to run. */
export interface CommandOptions {
  /** Absolute path of the shell. */
  readonly shell: string;
  /** Beside PATH and LC_ALL. */
  readonly env: Readonly<Record<string, string>>;
  /** After so long it is killed, with all that it started. */
  readonly deadlineMs: number;
  /** Bytes of each of the two outputs that are kept. */
  readonly outputLimit: number;
}

/** How it went. */
export interface CommandOutcome {
  /** `ok` is exit code 0. */
  readonly status: "ok" | "failed" | "timed out" | "not started";
  /** In words: `exit code 2`. */
  readonly message: string;
  /** The start of what it printed, errors first; not escaped. */
  readonly output: string;
}

/** Runs a command to its end. @param command for `shell -c` @returns how it went; never rejects */
export async function runCommand(
  command: string,
  options: CommandOptions,
): Promise<CommandOutcome> {
  let child: Deno.ChildProcess;
  try {
    child = spawn(command, options);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { status: "not started", message, output: "" };
  }
  const errors = collect(child.stderr, options.outputLimit);
  const prints = collect(child.stdout, options.outputLimit);
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    killGroup(child, options.shell);
  }, options.deadlineMs);
  const { code, signal } = await child.status;
  clearTimeout(deadline);
  const output = `${await errors.finish()}${await prints.finish()}`;
  if (isLate) {
    const message = `no end after ${options.deadlineMs / 1000} s, killed`;
    return { status: "timed out", message, output };
  }
  const message = signal === null ? `exit code ${code}` : `killed by ${signal}`;
  return { status: code === 0 ? "ok" : "failed", message, output };
}

/** Detached means a process group of its own, which can be killed as a whole. */
function spawn(command: string, options: CommandOptions): Deno.ChildProcess {
  return new Deno.Command(options.shell, {
    args: ["-c", command],
    clearEnv: true,
    env: { PATH: SEARCH_PATH, LC_ALL: "C", ...options.env },
    cwd: "/",
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
}

/** Deno signals single processes only, unless it may run anything; the shell's own `kill` reaches the group. */
function killGroup(child: Deno.ChildProcess, shell: string): void {
  try {
    new Deno.Command(shell, {
      args: ["-c", `kill -9 -${child.pid}`],
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).outputSync();
    child.kill("SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}

interface Collector {
  /** Waits a little for the end, then lets go. @returns the start of the text */
  finish(): Promise<string>;
}

/** Reads to the end, so that nobody blocks on a full pipe, and keeps the start. */
function collect(
  stream: ReadableStream<Uint8Array>,
  limit: number,
): Collector {
  const reader = stream.getReader();
  const kept = new Uint8Array(limit);
  let length = 0;
  const ended = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const part = value.subarray(0, limit - length);
      kept.set(part, length);
      length += part.length;
    }
  })().catch(() => {});
  return {
    async finish() {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const linger = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, LINGER_MS);
      });
      await Promise.race([ended, linger]);
      clearTimeout(timer);
      await reader.cancel().catch(() => {});
      return new TextDecoder().decode(kept.subarray(0, length));
    },
  };
}
