/**
 * Runs one program with a deadline, in an environment that holds nothing but what it is given.
 *
 * @module
 */

/** Fixed, so that whoever starts the daemon cannot put another program in a command's way. */
export const SEARCH_PATH =
  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** How long output is waited for once the program has ended: a process it left behind may hold the pipes open for ever. */
const LINGER_MS = 100;

/** How to run it. */
export interface ProgramOptions {
  /** Never seen by a shell. */
  readonly args: readonly string[];
  /** Beside PATH and LC_ALL. */
  readonly env?: Readonly<Record<string, string>>;
  /** After so long it is killed. */
  readonly deadlineMs: number;
  /** Bytes of each of the two outputs that are kept. */
  readonly outputLimit: number;
  /** Ends it before its time. */
  readonly signal?: AbortSignal;
  /** Makes a process group of it, which `kill` then has to end as a whole. */
  readonly isGroup?: boolean;
  /** Ends it at the deadline; default: this one process. */
  readonly kill?: (child: Deno.ChildProcess) => void;
}

/** How it went. */
export interface ProgramOutcome {
  /** `ok` is exit code 0. */
  readonly status: "ok" | "failed" | "timed out" | "not started";
  /** Absent where it did not end by itself. */
  readonly code?: number;
  /** In words: `exit code 2`. */
  readonly message: string;
  /** The start of what it printed; not escaped. */
  readonly prints: string;
  /** The start of its errors; not escaped. */
  readonly errors: string;
}

/**
 * Runs a program to its end.
 *
 * @param program absolute path
 * @returns how it went; never rejects
 */
export async function runProgram(
  program: string,
  options: ProgramOptions,
): Promise<ProgramOutcome> {
  if (options.signal?.aborted === true) {
    const message = "it is not wanted any more";
    return { status: "not started", message, prints: "", errors: "" };
  }
  let child: Deno.ChildProcess;
  try {
    child = spawn(program, options);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { status: "not started", message, prints: "", errors: "" };
  }
  const stderr = collect(child.stderr, options.outputLimit);
  const stdout = collect(child.stdout, options.outputLimit);
  const kill = options.kill ?? killProcess;
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    kill(child);
  }, options.deadlineMs);
  const abort = () => kill(child);
  options.signal?.addEventListener("abort", abort);
  const { code, signal } = await child.status;
  clearTimeout(deadline);
  options.signal?.removeEventListener("abort", abort);
  const errors = await stderr.finish();
  const prints = await stdout.finish();
  if (isLate) {
    const message = `no end after ${options.deadlineMs / 1000} s, killed`;
    return { status: "timed out", message, prints, errors };
  }
  if (signal !== null) {
    const message = `killed by ${signal}`;
    return { status: "failed", message, prints, errors };
  }
  const status = code === 0 ? "ok" : "failed";
  return { status, code, message: `exit code ${code}`, prints, errors };
}

function spawn(program: string, options: ProgramOptions): Deno.ChildProcess {
  return new Deno.Command(program, {
    args: [...options.args],
    clearEnv: true,
    env: { PATH: SEARCH_PATH, LC_ALL: "C", ...options.env },
    cwd: "/",
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: options.isGroup ?? false,
  }).spawn();
}

function killProcess(child: Deno.ChildProcess): void {
  try {
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
