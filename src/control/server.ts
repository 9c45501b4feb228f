/**
 * The control API's server: bounded HTTP on a listening descriptor.
 *
 * @module
 */

import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { Logger } from "../util/log.ts";
import { RateLimit } from "../util/rate_limit.ts";
import { answer } from "./answer.ts";
import { ConnectionGuard, type GuardLimits } from "./connection_guard.ts";
import type { EventHub } from "./event_hub.ts";
import { listenOn } from "./listen_on.ts";
import { EVENTS_PATH } from "./routes.ts";
import { streamEvents } from "./stream_events.ts";
import { ControlError, type DaemonControl } from "./types.ts";

/** What the server needs. */
export interface ControlServerOptions {
  /** A listening descriptor, see listenUnix. */
  readonly descriptor: number;
  readonly control: DaemonControl;
  /** Whose events clients may listen to. */
  readonly hub: EventHub;
  readonly logger: Logger;
  /** Whether what changes something is refused; default false. */
  readonly isReadOnly?: boolean;
  /** Default: those of ConnectionGuard, and of this module. */
  readonly limits?: ServerLimits;
}

/** What clients may cost; tests make it less. */
export interface ServerLimits extends GuardLimits {
  /** Requests at once. */
  readonly burst?: number | undefined;
  /** Requests in the long run. */
  readonly requestsASecond?: number | undefined;
}

/** A running server. */
export interface ControlServer {
  /** Ends all connections and closes the descriptor. */
  close(): Promise<void>;
}

/** A ban list of tens of thousands of hosts fits; nobody can make us hold more. */
const BODY_LIMIT = 1 << 20;
const HEADER_LIMIT = 8192;
const IDLE_TIMEOUT_MS = 5_000;

/** Requests at once, and then a second: an answer costs up to a few milliseconds, and logs have to be read too. */
const BURST = 2048;
const REQUESTS_A_SECOND = 500;

/** Starts to answer; resolves once connections are accepted. */
export async function serveControl(
  options: ControlServerOptions,
): Promise<ControlServer> {
  const guard = new ConnectionGuard(options.limits);
  const { burst = BURST, requestsASecond = REQUESTS_A_SECOND } =
    options.limits ?? {};
  const rate = new RateLimit({ burst, intervalSeconds: 1 / requestsASecond });
  const server = createServer({
    maxHeaderSize: HEADER_LIMIT,
    keepAliveTimeout: IDLE_TIMEOUT_MS,
  }, (request, response) => {
    response.on("finish", () => guard.noteAnswer(request.socket));
    respond(request, response, { ...options, guard, rate }).catch((error) => {
      options.logger.warn("Cannot answer control request", {
        reason: String(error),
      });
      response.destroy();
    });
  });
  server.on("connection", (socket) => guard.admit(socket));
  server.on("clientError", (_error, socket) => {
    if (socket.writable) {
      socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
    } else socket.destroy();
  });
  await listenOn(server, options.descriptor);
  return {
    close() {
      const closed = new Promise<void>((resolve) =>
        server.close(() => resolve())
      );
      server.closeAllConnections();
      return closed;
    },
  };
}

interface RespondOptions extends ControlServerOptions {
  readonly guard: ConnectionGuard;
  readonly rate: RateLimit;
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: RespondOptions,
): Promise<void> {
  const { control, hub, logger, isReadOnly = false } = options;
  let status = 200;
  let body: unknown;
  try {
    if (options.rate.pass(Date.now() / 1000) === undefined) {
      throw new ControlError(
        429,
        "Cannot answer: too many requests a second, expected fewer",
      );
    }
    const text = await readBody(request);
    options.guard.noteRequest(request.socket);
    if (isEvents(request)) {
      options.guard.noteStream(request.socket);
      return streamEvents(request, response, { hub, isReadOnly });
    }
    body = await answer({
      method: request.method ?? "GET",
      target: request.url ?? "/",
      body: text,
    }, { control, isReadOnly, logger });
  } catch (error) {
    status = error instanceof ControlError ? error.status : 500;
    body = { error: describe(error) };
    if (status === 500) {
      logger.error("Control request failed", { reason: describe(error) });
    }
  }
  send(response, status, body);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": bytes.length,
    // What is left of a body that is too long would be taken for the next request.
    ...status === 413 ? { connection: "close" } : {},
    ...status === 429 ? { "retry-after": "1" } : {},
  });
  response.end(bytes);
}

function isEvents({ method, url = "/" }: IncomingMessage): boolean {
  return method === "GET" && url.split("?", 1)[0] === EVENTS_PATH;
}

async function readBody(request: IncomingMessage): Promise<string> {
  if (Number(request.headers["content-length"] ?? 0) > BODY_LIMIT) {
    throw tooLong();
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > BODY_LIMIT) throw tooLong();
    parts.push(part);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return new TextDecoder().decode(bytes);
}

function tooLong(): ControlError {
  return new ControlError(
    413,
    `Cannot read request: body is longer than ${BODY_LIMIT} bytes`,
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
