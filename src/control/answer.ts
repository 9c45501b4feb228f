/**
 * From a request to an answer, by the table of routes; no HTTP here.
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import type { Logger } from "../util/log.ts";
import { parseRequest } from "./requests.ts";
import { EVENTS_PATH, type Route, ROUTES } from "./routes.ts";
import { ControlError, type DaemonControl } from "./types.ts";

/** A request as routes see it. */
export interface ControlRequest {
  readonly method: string;
  /** Path with query. */
  readonly target: string;
  readonly body: string;
}

/** Who answers, and how much may be asked of them. */
export interface AnswerOptions {
  readonly control: DaemonControl;
  /** Whether what changes something is refused. */
  readonly isReadOnly: boolean;
  /** Told of faults of ours. */
  readonly logger: Logger;
}

/**
 * Answers one request.
 *
 * @returns the value that is sent as JSON
 * @throws {ControlError} when the request is refused
 */
export async function answer(
  request: ControlRequest,
  { control, isReadOnly, logger }: AnswerOptions,
): Promise<unknown> {
  const url = parseTarget(request.target);
  const { route, parameter } = findRoute(request.method, url.pathname);
  if (isReadOnly && route.method !== "GET") {
    throw new ControlError(
      403,
      `Cannot ${route.method} ${route.path}: this socket only reads`,
    );
  }
  const query = parseRequest(route.query, queryOf(url), "query");
  const body = parseRequest(route.body, parseBody(request.body), "body");
  return await route.run(control, { parameter, query, body, logger });
}

/**
 * Reads the target of a request.
 *
 * @throws {ControlError} for what is no path
 */
export function parseTarget(target: string): URL {
  const url = target.startsWith("/")
    ? URL.parse(`http://localhost${target}`)
    : null;
  if (url !== null) return url;
  throw new ControlError(400, "Cannot read request: malformed path");
}

/** @returns the query as an object; of a key that comes twice the last one counts */
export function queryOf(url: URL): Readonly<Record<string, string>> {
  return Object.fromEntries(url.searchParams);
}

function findRoute(
  method: string,
  path: string,
): { readonly route: Route; readonly parameter: string } {
  let isKnown = path === EVENTS_PATH;
  for (const route of ROUTES) {
    const parameter = matchPath(route.path, path);
    if (parameter === undefined) continue;
    isKnown = true;
    if (route.method === method) return { route, parameter: decode(parameter) };
  }
  throw isKnown
    ? new ControlError(405, `Cannot ${escapeText(method, 16)} ${path}`)
    : new ControlError(
      404,
      `Cannot find "${escapeText(path, 64)}": no such resource`,
    );
}

/** @returns what stands in the place of `{…}`, or nothing of a path without; undefined where the paths differ */
function matchPath(pattern: string, path: string): string | undefined {
  const brace = pattern.indexOf("{");
  if (brace < 0) return pattern === path ? "" : undefined;
  if (!path.startsWith(pattern.slice(0, brace))) return undefined;
  const parameter = path.slice(brace);
  return parameter === "" || parameter.includes("/") ? undefined : parameter;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ControlError(400, "Cannot read request: malformed name");
  }
}

function parseBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError(400, "Cannot read request: body is not JSON");
  }
}
