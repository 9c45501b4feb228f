/**
 * What the supervisor is told: systemd's protocol of one datagram a message, see sd_notify(3).
 *
 *     READY=1          the daemon watches
 *     WATCHDOG=1       its event loop turns
 *     STOPPING=1       it ends
 *
 * The socket is made by the C library and connected before `ffi` is given up: Deno has no datagrams that need no permission
 * for the exact path.
 *
 * @module
 */

import { connectSocket, namedAddress } from "../util/bind_socket.ts";
import type { Libc } from "../util/libc.ts";
import { MSG } from "../util/socket_numbers.ts";
import type { Logger } from "../util/log.ts";

/** Of three messages two may be late before the supervisor loses patience. */
const MESSAGES_A_DEADLINE = 3;

/** What the supervisor has said, by the names of its variables. */
export interface SupervisorWishes {
  /** `NOTIFY_SOCKET`: a path, or `@` and a name in the abstract namespace; absent: nobody listens. */
  readonly socket: string | undefined;
  /** `WATCHDOG_USEC`: microseconds within which it wants to hear something; absent: it does not. */
  readonly watchdogUsec: string | undefined;
}

/** The line to the supervisor. */
export interface Supervisor {
  /** The daemon watches; from now on the supervisor hears that the event loop turns. */
  ready(): void;
  /** The daemon ends; whatever that takes, it is not started anew for it. */
  stopping(): void;
  /** Closes the line. */
  close(): void;
}

/** Reads the wishes from the environment; has to come before `env` is revoked. */
export function readSupervisorWishes(): SupervisorWishes {
  return {
    socket: Deno.env.get("NOTIFY_SOCKET"),
    watchdogUsec: Deno.env.get("WATCHDOG_USEC"),
  };
}

/** Connects to the supervisor. Where that fails, a warning says so, and nobody is told anything. */
export function openSupervisor(
  libc: Libc,
  { socket, watchdogUsec, log }: SupervisorWishes & { readonly log: Logger },
): Supervisor {
  const descriptor = socket ? connect(libc, { path: socket, log }) : undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  const tell = (text: string) => {
    if (descriptor === undefined) return;
    const bytes = new TextEncoder().encode(text);
    const flags = MSG.DONTWAIT | MSG.NOSIGNAL;
    libc.send(descriptor, bytes, BigInt(bytes.length), flags);
  };
  return {
    ready() {
      tell("READY=1");
      const periodMs = Number(watchdogUsec ?? 0) / 1000 / MESSAGES_A_DEADLINE;
      if (descriptor === undefined || !(periodMs >= 1)) return;
      timer = setInterval(() => tell("WATCHDOG=1"), periodMs);
    },
    stopping() {
      tell("STOPPING=1");
    },
    close() {
      clearInterval(timer);
      if (descriptor !== undefined) libc.close(descriptor);
    },
  };
}

function connect(
  libc: Libc,
  { path, log }: { readonly path: string; readonly log: Logger },
): number | undefined {
  const address = namedAddress(path);
  const outcome = address === undefined
    ? "neither an absolute path nor an abstract name"
    : connectSocket(libc, { address, type: "datagram" });
  if (typeof outcome === "number") return outcome;
  log.warn("Cannot reach the supervisor", { socket: path, reason: outcome });
  return undefined;
}
