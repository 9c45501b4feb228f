/**
 * The attacker or the bystander: a process with a network namespace of its own, which does what it is told on standard input
 * and ends with it, so that neither outlives the demo.
 *
 * @module
 */

import { openLinks } from "../../act/netlink/rtnetlink.ts";
import { EXIT, type ExitCode } from "../../util/exit_codes.ts";
import { describeErrno, type Libc, openLibc } from "../../util/libc.ts";
import { PORT } from "./cast.ts";
import {
  PEER_LINK,
  PEER_REQUEST,
  type PeerAnswer,
  type PeerRequest,
  readLines,
} from "./peer_protocol.ts";

const CLONE_NEWNET = 0x40000000;

/** Plays a peer until standard input ends. */
export async function runPeer(): Promise<ExitCode> {
  // Ctrl-C reaches the whole group; the demo cleans up and ends us by closing the pipe.
  Deno.addSignalListener("SIGINT", () => {});
  const libc = openLibc();
  const reason = enterNamespace(libc);
  if (reason !== undefined) {
    await say({ outcome: "failed", reason });
    return EXIT.permission;
  }
  await say({ outcome: "ready", pid: Deno.pid });
  for await (const line of readLines(Deno.stdin.readable)) {
    await say(await answer(libc, line));
  }
  return EXIT.ok;
}

/**
 * Moves the calling thread, which opens all sockets and starts all processes, into a new network namespace.
 *
 * @returns why it could not, or undefined
 */
export function enterNamespace(libc: Libc): string | undefined {
  return libc.unshare(CLONE_NEWNET) === 0 ? undefined : describeErrno(libc);
}

async function answer(libc: Libc, line: string): Promise<PeerAnswer> {
  try {
    const request = PEER_REQUEST.parse(JSON.parse(line));
    if (request.do === "connect") return await connect(request);
    return link(libc, request.addresses);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { outcome: "failed", reason };
  }
}

function link(
  libc: Libc,
  addresses: readonly { readonly local: string; readonly remote: string }[],
): PeerAnswer {
  const links = openLinks(libc);
  try {
    links.setUp(PEER_LINK.index);
    for (const address of addresses) {
      links.addAddress({ index: PEER_LINK.index, ...address });
    }
  } finally {
    links.close();
  }
  return { outcome: "done" };
}

async function connect(
  { host, timeoutMs }: Extract<PeerRequest, { do: "connect" }>,
): Promise<PeerAnswer> {
  const startMs = performance.now();
  const elapsed = () => performance.now() - startMs;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const connection = await Deno.connect({
      hostname: host,
      port: PORT,
      signal,
    });
    const ms = elapsed();
    connection.close();
    return { outcome: "open", ms };
  } catch (error) {
    if (signal.aborted) return { outcome: "no answer", ms: elapsed() };
    if (error instanceof Deno.errors.ConnectionRefused) {
      return { outcome: "refused", ms: elapsed() };
    }
    throw error;
  }
}

async function say(answer: PeerAnswer): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(answer)}\n`);
  for (let sent = 0; sent < bytes.length;) {
    sent += await Deno.stdout.write(bytes.subarray(sent));
  }
}
