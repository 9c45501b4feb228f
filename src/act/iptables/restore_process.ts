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

import { Coprocess } from "../../util/coprocess.ts";

/** No less than the buffer of C's standard output into a pipe: the page of any machine but one with 64 KB pages. */
const PADDING = `# ${"~".repeat(4096)}\n`.repeat(
  Deno.build.arch === "x86_64" ? 1 : 16,
);
const DEADLINE_MS = 60_000;
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

/** See the module. One batch at a time. */
export class RestoreProcess {
  readonly #program: string;
  #process: Coprocess | undefined;
  /** That it has been given. */
  #lines = 0;
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
    let process: Coprocess;
    try {
      process = this.#process ??= this.#start();
    } catch (error) {
      return {
        message: error instanceof Error ? error.message : "not started",
      };
    }
    const before = this.#lines;
    this.#lines += text.split("\n").length - 1;
    const deadline = setTimeout(() => process.kill(), DEADLINE_MS);
    try {
      const writing = process.write(text);
      const isDone = await readUntil(process, mark);
      await writing;
      if (isDone) return undefined;
      this.#process = undefined;
      const { reason, isKilled, complaint } = await process.end();
      if (isKilled || complaint === "") {
        return { message: `ended by ${reason}`, isKilled };
      }
      const line = Number(/\bline:? (\d+)/.exec(complaint)?.[1]) - before - 2;
      return line >= 0 && line < lines.length
        ? { line, message: complaint }
        : { message: complaint };
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Ends it. */
  async close(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    await process?.end();
  }

  #start(): Coprocess {
    this.#lines = 0;
    return new Coprocess(this.#program, { args: ARGS, answers: "output" });
  }
}

/** @returns whether the mark came before the end */
async function readUntil(process: Coprocess, mark: string): Promise<boolean> {
  let text = "";
  for (;;) {
    const part = await process.read();
    if (part === undefined) return false;
    text += part;
    // The padding that follows comes with it, or at the head of the next answer.
    if (text.includes(mark)) return true;
  }
}
