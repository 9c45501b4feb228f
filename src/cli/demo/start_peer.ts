/**
 * Starts an attacker or bystander and talks to it.
 *
 * @module
 */

import type { Role } from "./cast.ts";
import {
  PEER_ANSWER,
  type PeerAnswer,
  type PeerRequest,
  readLines,
} from "./peer_protocol.ts";

/** A running attacker or bystander. */
export interface Peer extends AsyncDisposable {
  readonly role: Role;
  readonly pid: number;
  /** One at a time. @throws {Error} when the peer is gone or says that it failed */
  ask(request: PeerRequest): Promise<PeerAnswer>;
}

/**
 * @param role what it plays; seen in the list of processes
 * @param self the program that is this one
 * @returns the peer, in its namespace
 * @throws {Error} when it cannot have one
 */
export async function startPeer(role: Role, self: string): Promise<Peer> {
  const child = new Deno.Command(self, {
    args: ["demo", "--role", role],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const requests = child.stdin.getWriter();
  const answers = readLines(child.stdout);

  async function read(): Promise<PeerAnswer> {
    const { value } = await answers.next();
    if (value === undefined) {
      throw new Error(`Cannot ask the ${role}: its process has ended`);
    }
    const answer = PEER_ANSWER.parse(JSON.parse(value));
    if (answer.outcome !== "failed") return answer;
    throw new Error(`Cannot use the ${role}: ${answer.reason}`);
  }

  async function close(): Promise<void> {
    await requests.close().catch(ignoreBrokenPipe);
    await child.status;
    await answers.return();
  }

  try {
    const hello = await read();
    if (hello.outcome !== "ready") {
      throw new Error(`Cannot use the ${role}: it said "${hello.outcome}"`);
    }
    return {
      role,
      pid: hello.pid,
      async ask(request) {
        const line = new TextEncoder().encode(`${JSON.stringify(request)}\n`);
        await requests.write(line);
        return await read();
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function ignoreBrokenPipe(): void {
  // The process has ended already, which is all that closing its input is for.
}
