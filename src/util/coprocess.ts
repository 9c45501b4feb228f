/**
 * A trusted program that lives on: it is written to, and its answers are read as they come.
 *
 * @module
 */

import { PROGRAM_ENV } from "./program_env.ts";

const COMPLAINT_LIMIT = 2048;

/** How it is started. */
export interface CoprocessOptions {
  /** Never seen by a shell. */
  readonly args: readonly string[];
  /** `output`: the end of its errors is kept beside them. `errors`: its output is thrown away. */
  readonly answers: "output" | "errors";
}

/** How it ended. */
export interface CoprocessEnd {
  /** In words: `exit code 1`, `SIGTERM`. */
  readonly reason: string;
  /** By a signal. */
  readonly isKilled: boolean;
  /** The end of what it said beside its answers, without blanks around it; not escaped. */
  readonly complaint: string;
}

/** See the module. */
export class Coprocess {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #complaint: Promise<string>;
  readonly #decoder = new TextDecoder();

  /** Starts it. @param program absolute path @throws when it cannot be started */
  constructor(program: string, { args, answers }: CoprocessOptions) {
    const isOutput = answers === "output";
    const child = new Deno.Command(program, {
      args: [...args],
      clearEnv: true,
      env: PROGRAM_ENV,
      cwd: "/",
      stdin: "piped",
      stdout: isOutput ? "piped" : "null",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    this.#reader = (isOutput ? child.stdout : child.stderr).getReader();
    this.#complaint = isOutput ? readTail(child.stderr) : Promise.resolve("");
  }

  /** Hands a text over. Where the program ends before it has read all, that shows in its answers. */
  async write(text: string): Promise<void> {
    try {
      await this.#writer.write(new TextEncoder().encode(text));
    } catch {
      // The pipe is broken: it has ended.
    }
  }

  /** Waits for the next piece of an answer. @returns the text; `undefined` when there will be no more */
  async read(): Promise<string | undefined> {
    const { done, value } = await this.#reader.read();
    return done ? undefined : this.#decoder.decode(value, { stream: true });
  }

  /** Ends it at once; `end` is still to be called. */
  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended in the meantime.
    }
  }

  /** Closes its input, whereupon it ends. @returns how it ended */
  async end(): Promise<CoprocessEnd> {
    await this.#writer.close().catch(() => {});
    await this.#reader.cancel().catch(() => {});
    const { code, signal } = await this.#child.status;
    const complaint = (await this.#complaint).trim();
    const isKilled = signal !== null;
    return { reason: signal ?? `exit code ${code}`, isKilled, complaint };
  }
}

async function readTail(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of stream) {
    text = (text + decoder.decode(part)).slice(-COMPLAINT_LIMIT);
  }
  return text;
}
