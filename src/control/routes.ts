/**
 * The control API's routes: request in, answer out; no HTTP here.
 *
 *     GET  /v1/status                DaemonStatus
 *     GET  /v1/jails/NAME            JailStatus
 *     GET  /v1/bans[?jail=NAME]      BanRecord[]
 *     GET  /v1/stats                 DaemonStats
 *     GET  /v1/patterns[?jail=NAME]  PatternRecord[]
 *     GET  /v1/actions[?jail=NAME]   ActionRecords
 *     GET  /v1/permissions           PermissionRecord[]
 *     POST /v1/ban                   BanRequest → BanOutcome[]
 *     POST /v1/unban                 UnbanRequest → UnbanOutcome
 *     POST /v1/reload                → ReloadOutcome
 *     POST /v1/fail2ban              CommandRequest → CommandOutcome
 *
 * A refusal is `{"error": "Cannot …"}` with a status of 400 or above.
 *
 * @module
 */

import * as z from "zod/mini";
import { escapeText } from "../util/escape.ts";
import type { Logger } from "../util/log.ts";
import { settle } from "./fail2ban/answer_frame.ts";
import { toOutcome } from "./fail2ban/value_json.ts";
import { ControlError, type DaemonControl } from "./types.ts";

/** A request as routes see it. */
export interface ControlRequest {
  readonly method: string;
  /** Path with query. */
  readonly target: string;
  readonly body: string;
}

/** Who answers. */
export interface RouteOptions {
  readonly control: DaemonControl;
  readonly logger: Logger;
}

type Route = (
  control: DaemonControl,
  request: {
    readonly url: URL;
    readonly body: unknown;
    readonly logger: Logger;
  },
) => unknown;

/** Hosts in one request at most. */
const HOST_LIMIT = 10_000;
/** 3,000 years; longer is `null`, for ever. */
const LONGEST_BAN_SECONDS = 1e11;

const NAME = z.string().check(z.minLength(1), z.maxLength(64));
const HOSTS = z.array(NAME).check(z.minLength(1), z.maxLength(HOST_LIMIT));
const BAN = z.strictObject({
  hosts: HOSTS,
  jail: NAME,
  seconds: z.optional(
    z.nullable(z.number().check(z.positive(), z.lte(LONGEST_BAN_SECONDS))),
  ),
});
const UNBAN = z.strictObject({
  hosts: z.optional(HOSTS),
  jail: z.optional(NAME),
  all: z.optional(z.boolean()),
}).check(z.refine(
  (value) => (value.hosts !== undefined) !== (value.all === true),
  { error: "expected either hosts or all" },
));

const WORD = z.string().check(z.maxLength(4096));
const COMMAND = z.strictObject({
  words: z.array(z.union([WORD, z.array(WORD)]))
    .check(z.minLength(1), z.maxLength(HOST_LIMIT)),
});

const ROUTES: Readonly<Record<string, Route>> = {
  "GET /v1/status": (control) => control.status(),
  "GET /v1/stats": (control) => control.stats(),
  "GET /v1/permissions": (control) => control.permissions(),
  "GET /v1/bans": (control, { url }) => control.bans(askedJail(control, url)),
  "GET /v1/patterns": (control, { url }) =>
    control.patterns(askedJail(control, url)),
  "GET /v1/actions": (control, { url }) =>
    control.actions(askedJail(control, url)),
  "POST /v1/ban": (control, { body }) => control.ban(parse(BAN, body)),
  "POST /v1/unban": (control, { body }) => control.unban(parse(UNBAN, body)),
  "POST /v1/reload": (control) => control.reload(),
  "POST /v1/fail2ban": async (control, { body, logger }) =>
    toOutcome(await settle(parse(COMMAND, body).words, { control, logger })),
};

/**
 * Answers one request.
 *
 * @returns the value that is sent as JSON
 * @throws {ControlError} when the request is refused
 */
export async function answer(
  request: ControlRequest,
  { control, logger }: RouteOptions,
): Promise<unknown> {
  const url = parseTarget(request.target);
  const route = ROUTES[`${request.method} ${url.pathname}`];
  if (route !== undefined) {
    const body = parseBody(request.body);
    return await route(control, { url, body, logger });
  }
  const jail = /^\/v1\/jails\/([^/]+)$/.exec(url.pathname)?.[1];
  if (jail !== undefined && request.method === "GET") {
    return requireJail(control, decodeName(jail));
  }
  throw refuse(request, url);
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ControlError(400, "Cannot read request: malformed name");
  }
}

function parseTarget(target: string): URL {
  const url = URL.parse(target, "http://localhost");
  if (url === null) {
    throw new ControlError(400, "Cannot read request: malformed path");
  }
  return url;
}

function parseBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError(400, "Cannot read request: body is not JSON");
  }
}

function parse<T>(schema: z.ZodMiniType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue?.path.join(".") ?? "";
  throw new ControlError(
    400,
    `Cannot read request: ${place === "" ? "body" : place}: ${
      issue?.message ?? "malformed"
    }`,
  );
}

/** @returns undefined where all are meant */
function askedJail(control: DaemonControl, url: URL): string | undefined {
  const jail = url.searchParams.get("jail");
  return jail === null ? undefined : requireJail(control, jail).name;
}

function requireJail(control: DaemonControl, name: string) {
  const jail = control.jail(name);
  if (jail !== undefined) return jail;
  throw new ControlError(
    404,
    `Cannot find jail "${escapeText(name, 64)}": not configured`,
  );
}

function refuse(request: ControlRequest, url: URL): ControlError {
  const isKnown = Object.keys(ROUTES).some((key) =>
    key.endsWith(` ${url.pathname}`)
  );
  return isKnown
    ? new ControlError(405, `Cannot ${request.method} ${url.pathname}`)
    : new ControlError(
      404,
      `Cannot find "${escapeText(url.pathname, 64)}": no such resource`,
    );
}
