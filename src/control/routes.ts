/**
 * The control API's routes, as a table; no HTTP here. docs/control_api.md tells how to use them.
 *
 * A refusal is `{"error": "Cannot …"}` with a status of 400 or above.
 *
 * @module
 */

import type * as z from "zod/mini";
import type { Logger } from "../util/log.ts";
import { settle } from "./fail2ban/answer_frame.ts";
import { toOutcome } from "./fail2ban/value_json.ts";
import {
  BAN_BODY,
  COMMAND_BODY,
  JAIL_QUERY,
  NO_BODY,
  NO_QUERY,
  parseRequest,
  UNBAN_BODY,
} from "./requests.ts";
import { requireJail } from "./require_jail.ts";
import type { DaemonControl, JailStatus } from "./types.ts";

/** What a route gets to work with, checked. */
export interface RouteInput {
  /** What stands in the path's place of `{…}`. */
  readonly parameter: string;
  readonly query: unknown;
  readonly body: unknown;
  /** Told of faults of ours. */
  readonly logger: Logger;
}

/** One resource and what may be done with it. */
export interface Route {
  readonly method: "GET" | "POST";
  /** With `{name}` for a part that the client chooses. */
  readonly path: string;
  /** One line. */
  readonly summary: string;
  /** Name of the answer's shape in `answers.ts`. */
  readonly answer: string;
  readonly query: z.ZodMiniType;
  readonly body: z.ZodMiniType;
  readonly run: (control: DaemonControl, input: RouteInput) => unknown;
}

/** What reads, and changes nothing. */
interface Reading extends Pick<Route, "path" | "summary" | "answer" | "run"> {
  readonly query?: z.ZodMiniType;
}

/** What changes something, by what its body says. */
interface Change<Request> extends Pick<Route, "path" | "summary" | "answer"> {
  readonly body: z.ZodMiniType<Request>;
  readonly run: (
    control: DaemonControl,
    request: Request,
    input: RouteInput,
  ) => unknown;
}

/** Every route but the stream of events, which answers for as long as the client listens. */
export const ROUTES: readonly Route[] = [
  read({
    path: "/v1/status",
    summary: "All jails and how they stand",
    answer: "DaemonStatus",
    run: (control) => control.status(),
  }),
  read({
    path: "/v1/jails/{name}",
    summary: "One jail",
    answer: "JailStatus",
    run: (control, { parameter }) => findJail(control, parameter),
  }),
  read({
    path: "/v1/hosts/{address}",
    summary: "All that is known of a host: bans, lines that counted, history",
    answer: "HostReport",
    run: (control, { parameter }) => control.host(parameter),
  }),
  read({
    path: "/v1/bans",
    summary: "Bans in force, the newest first",
    answer: "BanRecords",
    query: JAIL_QUERY,
    run: (control, { query }) => control.bans(askedJail(control, query)),
  }),
  read({
    path: "/v1/stats",
    summary: "Totals since the start",
    answer: "DaemonStats",
    run: (control) => control.stats(),
  }),
  read({
    path: "/v1/patterns",
    summary: "What each pattern took",
    answer: "PatternRecords",
    query: JAIL_QUERY,
    run: (control, { query }) => control.patterns(askedJail(control, query)),
  }),
  read({
    path: "/v1/actions",
    summary: "Who carries bans out, and who is told of them",
    answer: "ActionRecords",
    query: JAIL_QUERY,
    run: (control, { query }) => control.actions(askedJail(control, query)),
  }),
  read({
    path: "/v1/permissions",
    summary: "What the daemon may do, and why",
    answer: "PermissionRecords",
    run: (control) => control.permissions(),
  }),
  change({
    path: "/v1/ban",
    summary: "Ban hosts",
    answer: "BanOutcomes",
    body: BAN_BODY,
    run: (control, request) => control.ban(request),
  }),
  change({
    path: "/v1/unban",
    summary: "Free hosts, or all",
    answer: "UnbanOutcome",
    body: UNBAN_BODY,
    run: (control, request) => control.unban(request),
  }),
  change({
    path: "/v1/reload",
    summary: "Read the configuration again",
    answer: "ReloadOutcome",
    body: NO_BODY,
    run: (control) => control.reload(),
  }),
  change({
    path: "/v1/fail2ban",
    summary: "Carry out one of fail2ban's commands",
    answer: "CommandOutcome",
    body: COMMAND_BODY,
    run: async (control, { words }, { logger }) =>
      toOutcome(await settle(words, { control, logger })),
  }),
];

/** The route of events; the server itself answers it. */
export const EVENTS_PATH = "/v1/events";

function read(reading: Reading): Route {
  return { method: "GET", query: NO_QUERY, body: NO_BODY, ...reading };
}

function change<Request>({ run, ...change }: Change<Request>): Route {
  return {
    method: "POST",
    query: NO_QUERY,
    ...change,
    run: (control, input) =>
      run(control, parseRequest(change.body, input.body, "body"), input),
  };
}

/** @returns undefined where all are meant */
function askedJail(control: DaemonControl, query: unknown): string | undefined {
  const { jail } = parseRequest(JAIL_QUERY, query, "query");
  return jail === undefined ? undefined : findJail(control, jail).name;
}

function findJail(control: DaemonControl, name: string): JailStatus {
  return control.jail(name) ?? requireJail(name, control.status().jails);
}
