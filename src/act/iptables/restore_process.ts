/**
 * One `iptables-restore` that lives on and is fed with batches.
 *
 * It says nothing of a batch that was carried out. But with `-v` it prints comments that it reads, in their turn, so that a
 * comment behind `COMMIT` tells that the batch before it is in the kernel. C buffers what goes into a pipe, so the comment is
 * followed by as much as the buffer holds:
 *
 *     *filter
 *     -A f2d-sshd -s 192.0.2.7/32 … -j DROP
 *     COMMIT
 *     # 17
 *     # ~~~~~~~~ … 4 KB
 *
 * What it does not like ends it, with the number of the line, counted from its start; of that batch nothing takes effect.
 *
 * @module
 */

import { PROGRAM_ENV } from "../../util/read_program.ts";

/** No less than the buffer of C's standard output into a pipe: the page of any machine but one with 64 KB pages. */
const PADDING = `# ${"~".repeat(4096)}\n`.repeat(
  Deno.build.arch === "x86_64" ? 1 : 16,
);
const DEADLINE_MS = 60_000;
const ERROR_LIMIT = 2048;
/** Of the old iptables: waits for its lock so many seconds. */
const ARGS = ["--noflush", "-v", "-w", "5"];

/** Why a batch had no effect. */
export interface RestoreFailure {
  /** Of the batch's lines, from 0; absent where none is to blame. */
  readonly line?: number;
  /** In the program's own words; not escaped. */
  readonly message: string;
  /** It was ended by a signal: whether the batch has taken effect nobody knows. */
  readonly isKilled?: boolean;
}

interface Child {
  readonly process: Deno.ChildProcess;
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  /** The end of what it complained of. */
  readonly errors: Promise<string>;
  lines: number;
}

/** See the module. One batch at a time. */
export class RestoreProcess {
  readonly #program: string;
  #child: Child | undefined;
  #batches = 0;

  /** Starts nothing yet. @param program absolute path */
  constructor(program: string) {
    this.#program = program;
  }

  /**
   * Has a batch carried out. @param lines of the table filter
   *
   * @returns why nothing of it took effect; `undefined` when all did
   */
  async run(lines: readonly string[]): Promise<RestoreFailure | undefined> {
    const mark = `# ${++this.#batches}\n`;
    const text = `*filter\n${lines.join("\n")}\nCOMMIT\n${mark}${PADDING}`;
    let child: Child;
    try {
      child = this.#child ??= start(this.#program);
    } catch (error) {
      return {
        message: error instanceof Error ? error.message : "not started",
      };
    }
    const before = child.lines;
    child.lines += lines.length + 3 + PADDING.split("\n").length - 1;
    const deadline = setTimeout(() => kill(child), DEADLINE_MS);
    try {
      // It may end before it has read all; why, is told by its end.
      const writing = child.writer.write(new TextEncoder().encode(text))
        .catch(() => {});
      const isDone = await readUntil(child.reader, mark);
      await writing;
      if (isDone) return undefined;
      this.#child = undefined;
      const { message, isKilled } = await finish(child);
      if (isKilled) return { message, isKilled };
      const line = Number(/\bline:? (\d+)/.exec(message)?.[1]) - before - 2;
      return line >= 0 && line < lines.length ? { line, message } : { message };
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Ends it. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child !== undefined) await finish(child);
  }
}

function start(program: string): Child {
  const process = new Deno.Command(program, {
    args: ARGS,
    clearEnv: true,
    env: PROGRAM_ENV,
    cwd: "/",
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return {
    process,
    writer: process.stdin.getWriter(),
    reader: process.stdout.getReader(),
    errors: readTail(process.stderr),
    lines: 0,
  };
}

function kill({ process }: Child): void {
  try {
    process.kill("SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}

/** @returns what it complained of */
async function finish(
  child: Child,
): Promise<{ readonly message: string; readonly isKilled: boolean }> {
  await child.writer.close().catch(() => {});
  await child.reader.cancel().catch(() => {});
  const { code, signal } = await child.process.status;
  const errors = (await child.errors).trim();
  const isKilled = signal !== null;
  if (errors !== "" && !isKilled) return { message: errors, isKilled };
  return { message: `ended by ${signal ?? `exit code ${code}`}`, isKilled };
}

/** @returns whether the mark came before the end */
async function readUntil(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  mark: string,
): Promise<boolean> {
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return false;
    text += decoder.decode(value);
    // The padding that follows comes with it, or at the head of the next answer.
    if (text.includes(mark)) return true;
  }
}

async function readTail(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of stream) {
    text = (text + decoder.decode(part)).slice(-ERROR_LIMIT);
  }
  return text;
}
