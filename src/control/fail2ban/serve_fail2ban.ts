/**
 * The server of fail2ban's protocol: pickled commands on a listening descriptor, each with the bounds that a stranger gets.
 *
 * @module
 */

import { createServer, type Socket } from "node:net";
import { listenOn } from "../listen_on.ts";
import type { ControlServer } from "../server.ts";
import { answerFrame, type AnswerOptions } from "./answer_frame.ts";
import { type Allowance, CLOSE, FrameSplitter } from "./frame_splitter.ts";
import { Turns } from "./turns.ts";

/** What the server needs. */
export interface Fail2banServerOptions extends AnswerOptions {
  /** A listening descriptor, see listenUnix. */
  readonly descriptor: number;
  /** How long a client may take over a command, and over an answer; default 10 s. */
  readonly frameMs?: number;
  /** How long a client may stay between commands; default 60 s. */
  readonly idleMs?: number;
  /** Clients at a time; more are sent away. Default 1200. */
  readonly mostClients?: number;
}

/** More than any monitoring has. */
const MOST_CLIENTS = 1200;
/** Bytes of commands that are not carried out yet, of all clients together. */
const MOST_BYTES = 16 << 20;
/** Bytes of answers that were not read yet, of all clients together; a single one may be longer. */
const MOST_UNREAD = 32 << 20;
/** Commands that are taken apart and carried out at once: the largest ones take 25 MB each. */
const AT_ONCE = 4;
const FRAME_MS = 10_000;
const IDLE_MS = 60_000;

/** What all connections have together. */
interface Shared {
  readonly commands: Allowance;
  readonly answers: Allowance;
  readonly turns: Turns;
}

/** Starts to answer; resolves once connections are accepted. */
export async function serveFail2ban(
  options: Fail2banServerOptions,
): Promise<ControlServer> {
  const shared: Shared = {
    commands: { left: MOST_BYTES },
    answers: { left: MOST_UNREAD },
    turns: new Turns(AT_ONCE),
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // Who went away hears no answer; the loop below ends by itself.
    socket.on("error", () => {});
    void serve(socket, shared, options);
  });
  server.maxConnections = options.mostClients ?? MOST_CLIENTS;
  await listenOn(server, options.descriptor);
  return {
    close() {
      const closed = new Promise<void>((resolve) =>
        server.close(() => resolve())
      );
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}

/** Answers one client, one command after the other, until it goes or takes too long. */
async function serve(
  socket: Socket,
  { commands, answers, turns }: Shared,
  options: Fail2banServerOptions,
): Promise<void> {
  const { frameMs = FRAME_MS, idleMs = IDLE_MS } = options;
  const frames = new FrameSplitter(commands);
  const deadline = new Deadline(() => socket.destroy());
  deadline.begin(frameMs);
  try {
    for await (const bytes of socket as AsyncIterable<Uint8Array>) {
      // Further bytes of a command do not give it more time.
      let isNew = !frames.isWaiting;
      if (!frames.push(bytes)) return;
      while (frames.isWhole) {
        deadline.clear();
        const answer = await turns.run(() => answerNext(frames, options));
        if (answer === undefined || !hasRoom(answers, answer)) return;
        deadline.begin(frameMs);
        answers.left -= answer.length;
        await write(socket, answer).finally(() => {
          answers.left += answer.length;
        });
        isNew = true;
      }
      if (isNew) deadline.begin(frames.isWaiting ? frameMs : idleMs);
    }
  } catch {
    // The connection broke, or was cut: there is nobody to tell.
  } finally {
    deadline.clear();
    frames.release();
    socket.destroy();
  }
}

function hasRoom({ left }: Allowance, { length }: Uint8Array): boolean {
  return length <= left || left === MOST_UNREAD;
}

/** @returns undefined for a farewell */
async function answerNext(
  frames: FrameSplitter,
  options: AnswerOptions,
): Promise<Uint8Array | undefined> {
  const frame = frames.next();
  if (frame === undefined || isFarewell(frame)) return undefined;
  return await answerFrame(frame, options);
}

function isFarewell(frame: Uint8Array): boolean {
  return frame.length === CLOSE.length &&
    new TextDecoder().decode(frame) === CLOSE;
}

/** Resolves when the system has taken all of it; answer and end in one piece, since clients look for it there. */
function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => error ? reject(error) : resolve());
  });
}

/** One timer, set anew. */
class Deadline {
  readonly #onOver: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onOver: () => void) {
    this.#onOver = onOver;
  }

  begin(ms: number): void {
    this.clear();
    this.#timer = setTimeout(this.#onOver, ms);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
