/**
 * One life of a `journalctl` that follows the journal.
 *
 * It is given its arguments as they are, without a shell, and no environment. It ends by itself when nobody reads its output
 * any more, so none stays behind when the daemon is killed.
 *
 * @module
 */

/** Of what it says before it fails. */
const MAX_ERROR_BYTES = 2048;

/** A run that was started. */
export interface JournalRun {
  /** Why it ended: `exit code 1: Failed to …`, or that it was not there. */
  readonly ended: Promise<string>;
  /** Ends it; nothing is handed over afterwards. */
  kill(): void;
}

/**
 * Starts it.
 *
 * @param program path of journalctl
 * @param args what to read
 * @param onOutput receives the output piece by piece; the next one is read when it returns. What it throws ends the run
 */
export function startJournalRun(
  program: string,
  { args, onOutput }: {
    readonly args: readonly string[];
    readonly onOutput: (piece: Uint8Array) => void;
  },
): JournalRun {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(program, {
      args: [...args],
      clearEnv: true,
      env: { LC_ALL: "C" },
      cwd: "/",
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    const ended = Promise.resolve(describeAbsence(program, error));
    return { ended, kill: () => {} };
  }
  let isKilled = false;
  const kill = () => {
    isKilled = true;
    killProcess(child);
  };
  const forward = async () => {
    for await (const piece of child.stdout) {
      if (!isKilled) onOutput(piece);
    }
  };
  return { ended: follow(child, forward), kill };
}

async function follow(
  child: Deno.ChildProcess,
  forward: () => Promise<void>,
): Promise<string> {
  const said = readStart(child.stderr);
  let reason: string | undefined;
  try {
    await forward();
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
    killProcess(child);
  }
  const { code, signal } = await child.status;
  const errors = (await said).trim();
  if (reason !== undefined) return reason;
  const end = signal === null ? `exit code ${code}` : `killed by ${signal}`;
  return errors === "" ? end : `${end}: ${errors}`;
}

/** Reads to the end, so that it never waits for us, and keeps the start. */
async function readStart(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of stream) {
    if (text.length < MAX_ERROR_BYTES) {
      text += decoder.decode(piece.subarray(0, MAX_ERROR_BYTES));
    }
  }
  return text;
}

function killProcess(child: Deno.ChildProcess): void {
  try {
    // It has nothing to tidy up.
    child.kill("SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}

function describeAbsence(program: string, error: unknown): string {
  if (error instanceof Deno.errors.NotFound) {
    return `there is no ${program}, expected systemd's`;
  }
  return error instanceof Error ? error.message : String(error);
}
