/**
 * One sandbox process as the core sees it: calls go in, answers come out, and it is killed when it does anything else.
 *
 * @module
 */

import { escapeText } from "../../util/escape.ts";
import type { OwnProgram } from "../../util/own_program.ts";
import { encodeFrame, FrameReader, KEY_LENGTH } from "./frames.ts";
import {
  type CallRequest,
  MAX_REPLY_BYTES,
  MAX_REQUEST_BYTES,
  type OpenRequest,
  REPLY,
  type Reply,
  type Request,
} from "./messages.ts";
import { HandlerError } from "./types.ts";

/** How a sandbox process is started. */
export interface SandboxProcessOptions {
  readonly program: OwnProgram;
  /** `UID:GID` that it becomes when this is root. */
  readonly ids: string;
  /** Receives a line that an action wrote to its console; not escaped. */
  readonly onSaid: (action: string, text: string) => void;
  /** Learns which Landlock holds it; 0: none. */
  readonly onReady: (landlock: number) => void;
}

/** One call of one worker. */
export type WorkerCall = Omit<CallRequest, "do" | "call" | "endsAtMs">;

/** nobody, where Linux has that. */
export const NOBODY = "65534:65534";

/** Fixed, so that whoever starts the daemon cannot put another program in the launcher's way. */
const SEARCH_PATH = "/usr/bin:/bin";

/** How much may come from a process beside the answers that it owes, in bytes, between two of these. */
const MAX_CHATTER_BYTES = 1024 * 1024;

const LAST_WORDS_BYTES = 2048;
const LAST_WORDS_LENGTH = 300;

interface Waiting {
  readonly action: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: HandlerError) => void;
  readonly deadline: ReturnType<typeof setTimeout>;
}

/** Why a process is at its end. */
interface Verdict {
  readonly reason: HandlerError["reason"];
  readonly message: string;
}

/** A process that runs. */
export class SandboxProcess {
  readonly #child: Deno.ChildProcess;
  readonly #options: SandboxProcessOptions;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #key = crypto.getRandomValues(new Uint8Array(KEY_LENGTH));
  readonly #calls = new Map<number, Waiting>();
  readonly #workers = new Set<string>();
  #lastCall = 0;
  #chatterBytes = 0;
  #lastWords = new Uint8Array();
  #verdict: Verdict | undefined;

  /** Settles when the process has ended and all that it wrote is read: with the reason, in words. */
  readonly ended: Promise<string>;

  /** @throws {Error} when it cannot be started */
  constructor(options: SandboxProcessOptions) {
    this.#options = options;
    const { path, env } = options.program;
    this.#child = new Deno.Command(path, {
      args: ["plugin-host", options.ids],
      clearEnv: true,
      env: { PATH: SEARCH_PATH, ...env },
      cwd: "/",
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#write(this.#key);
    this.ended = this.#live();
  }

  /** Calls that are not answered yet. */
  get callCount(): number {
    return this.#calls.size;
  }

  /** Whether it has ended, or is about to. */
  get isEnding(): boolean {
    return this.#verdict !== undefined;
  }

  /** @returns whether the worker is there, or on its way */
  hasWorker(name: string): boolean {
    return this.#workers.has(name);
  }

  /** Makes a worker ready. */
  openWorker(request: Omit<OpenRequest, "do">): void {
    this.#workers.add(request.worker);
    this.#send({ do: "open", ...request });
  }

  /** Ends a worker; its calls fail. */
  closeWorker(name: string): void {
    if (!this.#workers.has(name)) return;
    this.#send({ do: "close", worker: name });
    this.#dropWorker(name, "its configuration has changed");
  }

  /**
   * Calls a worker.
   *
   * @returns what it said, as JSON has it: not validated
   * @throws {HandlerError} when it said nothing, or not in time: then the process is killed
   */
  call(call: WorkerCall): Promise<unknown> {
    const number = ++this.#lastCall;
    const { worker: action, deadlineMs } = call;
    return new Promise((resolve, reject) => {
      if (this.#verdict !== undefined) {
        const { reason, message } = this.#verdict;
        reject(createError(action, reason, message));
        return;
      }
      const endsAtMs = Date.now() + deadlineMs;
      this.#send({ do: "call", call: number, ...call, endsAtMs });
      const deadline = setTimeout(() => {
        this.kill("deadline", `no answer after ${deadlineMs / 1000} s`);
      }, deadlineMs);
      this.#calls.set(number, { action, resolve, reject, deadline });
    });
  }

  /** Ends the process; what its calls fail with is told by the first such reason. */
  kill(reason: HandlerError["reason"], message: string): void {
    this.#verdict ??= { reason, message };
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended in the meantime.
    }
    this.#failAll(this.#verdict);
  }

  async #live(): Promise<string> {
    const [status] = await Promise.all([
      this.#child.status,
      this.#read(this.#child.stdout, this.#createListener()),
      this.#read(this.#child.stderr, (piece) => this.#overhear(piece)),
    ]);
    await this.#input.abort().catch(() => {});
    const words = new TextDecoder().decode(this.#lastWords).trim();
    const how = status.signal === null
      ? `it ended with exit code ${status.code}`
      : `it was ended by ${status.signal}`;
    this.#verdict ??= {
      reason: "died",
      message: words === ""
        ? how
        : `${how}: ${escapeText(words, LAST_WORDS_LENGTH)}`,
    };
    this.#failAll(this.#verdict);
    return this.#verdict.message;
  }

  async #read(
    stream: ReadableStream<Uint8Array>,
    take: (piece: Uint8Array) => void,
  ): Promise<void> {
    try {
      for await (const piece of stream) take(piece);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.kill("malformed", message);
    }
  }

  #createListener(): (piece: Uint8Array) => void {
    const frames = new FrameReader({
      key: this.#key,
      maxBytes: MAX_REPLY_BYTES,
    });
    return (piece) => {
      for (const text of frames.push(piece)) this.#take(text);
    };
  }

  #take(text: string): void {
    const reply = REPLY.safeParse(parseJson(text));
    if (!reply.success) {
      this.kill("malformed", "it sent what is no message");
    } else if (!this.#settle(reply.data)) {
      this.#countChatter(text.length);
    }
  }

  /** @returns whether that was an answer to a call */
  #settle(reply: Reply): boolean {
    if ("call" in reply) {
      const waiting = this.#calls.get(reply.call);
      if (waiting === undefined) return false;
      this.#calls.delete(reply.call);
      clearTimeout(waiting.deadline);
      this.#chatterBytes = 0;
      if ("failure" in reply) {
        const { failure, message } = reply;
        waiting.reject(createError(waiting.action, failure, message));
      } else waiting.resolve(reply.result);
      return true;
    }
    if ("ready" in reply) this.#options.onReady(reply.landlock);
    else if (!this.#workers.has(reply.worker)) return false;
    else if ("said" in reply) this.#options.onSaid(reply.worker, reply.said);
    else this.#dropWorker(reply.worker, reply.gone);
    return false;
  }

  /** Keeps the end of what it says on standard error. */
  #overhear(piece: Uint8Array): void {
    this.#countChatter(piece.length);
    const both = new Uint8Array([...this.#lastWords, ...piece.slice(-2048)]);
    this.#lastWords = both.slice(-LAST_WORDS_BYTES);
  }

  #countChatter(bytes: number): void {
    this.#chatterBytes += bytes;
    if (this.#chatterBytes <= MAX_CHATTER_BYTES) return;
    this.kill("malformed", "it writes without end");
  }

  #dropWorker(name: string, why: string): void {
    this.#workers.delete(name);
    for (const [number, { action, reject, deadline }] of this.#calls) {
      if (action !== name) continue;
      this.#calls.delete(number);
      clearTimeout(deadline);
      reject(createError(action, "died", why));
    }
  }

  #failAll({ reason, message }: Verdict): void {
    for (const { action, reject, deadline } of this.#calls.values()) {
      clearTimeout(deadline);
      reject(createError(action, reason, message));
    }
    this.#calls.clear();
    this.#workers.clear();
  }

  #send(request: Request): void {
    const options = { key: this.#key, maxBytes: MAX_REQUEST_BYTES };
    this.#write(encodeFrame(JSON.stringify(request), options));
  }

  #write(bytes: Uint8Array): void {
    // A broken pipe: its end is told by its status.
    this.#input.write(bytes).catch(() => {});
  }
}

function createError(
  action: string,
  reason: HandlerError["reason"],
  message: string,
): HandlerError {
  return new HandlerError(
    `Cannot use action "${action}": ${escapeText(message)}`,
    { action, reason },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
