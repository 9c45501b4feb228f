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
import { listenOn } from "./listen_on.ts";
import { answer } from "./routes.ts";
import { ControlError, type DaemonControl } from "./types.ts";

/** What the server needs. */
export interface ControlServerOptions {
  /** A listening descriptor, see listenUnix. */
  readonly descriptor: number;
  readonly control: DaemonControl;
  readonly logger: Logger;
}

/** A running server. */
export interface ControlServer {
  /** Ends all connections and closes the descriptor. */
  close(): Promise<void>;
}

/** A ban list of tens of thousands of hosts fits; nobody can make us hold more. */
const BODY_LIMIT = 1 << 20;
const HEADER_LIMIT = 8192;
const REQUEST_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 5_000;

/** Starts to answer; resolves once connections are accepted. */
export async function serveControl(
  options: ControlServerOptions,
): Promise<ControlServer> {
  const server = createServer({
    maxHeaderSize: HEADER_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: IDLE_TIMEOUT_MS,
  }, (request, response) => {
    respond(request, response, options).catch((error) => {
      options.logger.warn("Cannot answer control request", {
        reason: String(error),
      });
      response.destroy();
    });
  });
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

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: ControlServerOptions,
): Promise<void> {
  let status = 200;
  let body: unknown;
  try {
    body = await answer({
      method: request.method ?? "GET",
      target: request.url ?? "/",
      body: await readBody(request),
    }, options);
  } catch (error) {
    status = error instanceof ControlError ? error.status : 500;
    body = { error: describe(error) };
    if (status === 500) {
      options.logger.error("Control request failed", {
        reason: describe(error),
      });
    }
  }
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json" });
  response.end(text);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > BODY_LIMIT) {
      throw new ControlError(
        413,
        `Cannot read request: body is longer than ${BODY_LIMIT} bytes`,
      );
    }
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

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
