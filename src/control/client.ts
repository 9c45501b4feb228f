/**
 * Asks a running daemon over its control socket: the control API as functions. The command line uses nothing else.
 *
 *     const daemon = createControlClient(openLibc(), "/run/fail2deno/control.sock");
 *     for (const { host, jail } of await daemon.bans()) console.log(host, jail);
 *     for await (const event of daemon.events({ kinds: ["ban"] })) console.log(event);
 *
 * @module
 */

import { type IncomingMessage, request as httpRequest } from "node:http";
import { Socket } from "node:net";
import type { Libc } from "../util/libc.ts";
import {
  type ActionRecords,
  type BanOutcome,
  type BanRecord,
  type BanRequest,
  type CommandOutcome,
  type CommandRequest,
  ControlError,
  type DaemonStats,
  type DaemonStatus,
  DaemonUnreachableError,
  type HostReport,
  type JailStatus,
  type PatternRecord,
  type PermissionRecord,
  type ReloadOutcome,
  type UnbanOutcome,
  type UnbanRequest,
} from "./types.ts";
import type { ControlEvent, EventKind } from "./events.ts";
import { readEvents } from "./read_events.ts";
import { connectUnix } from "./unix_socket.ts";

/** The control API as functions. Where a jail may be named, all are meant without one. */
export interface ControlClient {
  /** All jails and how they stand. */
  status(): Promise<DaemonStatus>;
  /** One jail. */
  jail(name: string): Promise<JailStatus>;
  /** Bans in force, the newest first. */
  bans(jail?: string): Promise<readonly BanRecord[]>;
  /** Totals since the start. */
  stats(): Promise<DaemonStats>;
  /** All that is known of an address or a network. */
  host(address: string): Promise<HostReport>;
  /** What each pattern took. */
  patterns(jail?: string): Promise<readonly PatternRecord[]>;
  /** Who carries bans out, and who is told of them. */
  actions(jail?: string): Promise<ActionRecords>;
  /** What the daemon may do, and why. */
  permissions(): Promise<readonly PermissionRecord[]>;
  /** Bans hosts. */
  ban(request: BanRequest): Promise<readonly BanOutcome[]>;
  /** Frees hosts. */
  unban(request: UnbanRequest): Promise<UnbanOutcome>;
  /** Has the daemon read its configuration again. */
  reload(): Promise<ReloadOutcome>;
  /** Carries one of fail2ban's commands out. */
  fail2ban(request: CommandRequest): Promise<CommandOutcome>;
  /** Listens until the signal comes, the loop is left, or the daemon ends the stream. */
  events(options?: EventsOptions): AsyncGenerator<ControlEvent, void, void>;
}

/** What is listened to. */
export interface EventsOptions {
  /** Default: all. */
  readonly kinds?: readonly EventKind[];
  /** Default: all. */
  readonly jail?: string | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** A daemon that is busy with a large restore still answers well within this. */
const TIMEOUT_MS = 30_000;

/**
 * @param socketPath the daemon's control socket
 * @returns a client; each call opens a connection of its own
 *
 * Calls throw {DaemonUnreachableError} when nobody answers, {ControlError} when the daemon refuses.
 */
export function createControlClient(
  libc: Libc,
  socketPath: string,
): ControlClient {
  const ask = async <T>(method: string, target: string, body?: unknown) =>
    await send(connect(libc, socketPath), {
      method,
      target,
      body: body === undefined ? "" : JSON.stringify(body),
    }) as T;
  const query = (jail?: string) =>
    jail === undefined ? "" : `?jail=${encodeURIComponent(jail)}`;
  return {
    status: () => ask("GET", "/v1/status"),
    jail: (name) => ask("GET", `/v1/jails/${encodeURIComponent(name)}`),
    bans: (jail) => ask("GET", `/v1/bans${query(jail)}`),
    stats: () => ask("GET", "/v1/stats"),
    host: (address) => ask("GET", `/v1/hosts/${encodeURIComponent(address)}`),
    patterns: (jail) => ask("GET", `/v1/patterns${query(jail)}`),
    actions: (jail) => ask("GET", `/v1/actions${query(jail)}`),
    permissions: () => ask("GET", "/v1/permissions"),
    ban: (request) => ask("POST", "/v1/ban", request),
    unban: (request) => ask("POST", "/v1/unban", request),
    reload: () => ask("POST", "/v1/reload"),
    fail2ban: (request) => ask("POST", "/v1/fail2ban", request),
    events: (options = {}) => listen(connect(libc, socketPath), options),
  };
}

async function* listen(
  socket: Socket,
  { kinds, jail, signal }: EventsOptions,
): AsyncGenerator<ControlEvent, void, void> {
  const query = new URLSearchParams({
    ...kinds === undefined ? {} : { kinds: kinds.join(",") },
    ...jail === undefined ? {} : { jail },
  });
  const end = () => socket.destroy();
  signal?.addEventListener("abort", end);
  try {
    const response = await open(socket, {
      method: "GET",
      target: `/v1/events?${query}`,
      body: "",
    });
    response.setEncoding("utf8");
    if (response.statusCode !== 200) {
      const text = (await Array.fromAsync(response)).join("");
      readAnswer(response.statusCode ?? 500, text);
      return;
    }
    yield* readEvents(response);
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  } finally {
    signal?.removeEventListener("abort", end);
    socket.destroy();
  }
}

/** Sends a request. @returns the answer's beginning */
function open(
  socket: Socket,
  outgoing: OutgoingRequest,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      method: outgoing.method,
      path: outgoing.target,
      headers: { connection: "close" },
      createConnection: () => socket,
    }, resolve);
    request.on("error", reject);
    socket.on("close", () => reject(new Error("the connection is closed")));
    request.end();
  });
}

function connect(libc: Libc, path: string): Socket {
  const descriptor = connectUnix(libc, path);
  if (typeof descriptor === "number") {
    return new Socket({ fd: descriptor, readable: true, writable: true });
  }
  const isDenied = descriptor === "Permission denied";
  const expected = isDenied
    ? "expected to be run as the daemon's user or root"
    : "expected a running daemon (fail2deno run)";
  throw new DaemonUnreachableError(
    `Cannot reach the daemon at "${path}": ${descriptor}, ${expected}`,
    isDenied,
  );
}

interface OutgoingRequest {
  readonly method: string;
  readonly target: string;
  readonly body: string;
}

function send(socket: Socket, outgoing: OutgoingRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      method: outgoing.method,
      path: outgoing.target,
      headers: {
        connection: "close",
        "content-type": "application/json",
        "content-length": String(
          new TextEncoder().encode(outgoing.body).length,
        ),
      },
      createConnection: () => socket,
      timeout: TIMEOUT_MS,
    }, (response) => {
      response.setEncoding("utf8");
      let text = "";
      response.on("data", (part: string) => text += part);
      response.on("error", reject);
      response.on("end", () => {
        try {
          resolve(readAnswer(response.statusCode ?? 500, text));
        } catch (error) {
          reject(error);
        }
      });
    });
    request.on("timeout", () => {
      request.destroy(
        new DaemonUnreachableError(
          `Cannot reach the daemon: no answer within ${TIMEOUT_MS / 1000} s`,
          false,
        ),
      );
    });
    request.on("error", reject);
    request.end(outgoing.body);
  });
}

function readAnswer(status: number, text: string): unknown {
  const answer: unknown = JSON.parse(text);
  if (status < 400) return answer;
  const message = typeof answer === "object" && answer !== null &&
      "error" in answer && typeof answer.error === "string"
    ? answer.error
    : `Cannot carry the request out: status ${status}`;
  throw new ControlError(status, message);
}
