/**
 * What requests may hold, for the server that checks them and the description of the API.
 *
 * @module
 */

import * as z from "zod/mini";
import { escapeText } from "../util/escape.ts";
import { ControlError } from "./types.ts";

/** Hosts in one request at most. */
const HOST_LIMIT = 10_000;
/** 3,000 years; longer is `null`, for ever. */
const LONGEST_BAN_SECONDS = 1e11;

const NAME = z.string().check(z.minLength(1), z.maxLength(64));
const HOSTS = z.array(NAME).check(z.minLength(1), z.maxLength(HOST_LIMIT));

/** Body of `POST /v1/ban`. */
export const BAN_BODY = z.strictObject({
  hosts: HOSTS,
  jail: NAME,
  seconds: z.optional(
    z.nullable(z.number().check(z.positive(), z.lte(LONGEST_BAN_SECONDS))),
  ),
});

/** Body of `POST /v1/unban`. */
export const UNBAN_BODY = z.strictObject({
  hosts: z.optional(HOSTS),
  jail: z.optional(NAME),
  all: z.optional(z.boolean()),
}).check(z.refine(
  (value) => (value.hosts !== undefined) !== (value.all === true),
  { error: "expected either hosts or all" },
));

const WORD = z.string().check(z.maxLength(4096));

/** Body of `POST /v1/fail2ban`. */
export const COMMAND_BODY = z.strictObject({
  words: z.array(z.union([WORD, z.array(WORD)]))
    .check(z.minLength(1), z.maxLength(HOST_LIMIT)),
});

/** A request without a body, or with an empty object. */
export const NO_BODY = z.optional(z.strictObject({}));

/** A query that asks for nothing. */
export const NO_QUERY = z.strictObject({});

/** A query that may name a jail. */
export const JAIL_QUERY = z.strictObject({ jail: z.optional(NAME) });

/** Kinds of events, in the words of the query. */
export const EVENT_KINDS = [
  "failure",
  "ban",
  "extend",
  "unban",
  "warning",
] as const;

/** Query of `GET /v1/events`; `kinds` is a list with commas. */
export const EVENTS_QUERY = z.strictObject({
  jail: z.optional(NAME),
  kinds: z.optional(z.string().check(z.maxLength(64))),
});

/**
 * Checks a part of a request.
 *
 * @param what `body` or `query`, for the refusal
 * @throws {ControlError} that names the first thing that is wrong
 */
export function parseRequest<T>(
  schema: z.ZodMiniType<T>,
  value: unknown,
  what: string,
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue?.path.join(".") ?? "";
  throw new ControlError(
    400,
    `Cannot read request: ${place === "" ? what : escapeText(place, 64)}: ${
      describeIssue(issue)
    }`,
  );
}

/** The library's own sentences would be a language file of theirs, which nobody else here needs. */
function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case "unrecognized_keys":
      return `unknown key "${escapeText(issue.keys[0] ?? "", 64)}"`;
    case "invalid_type":
      return `expected ${issue.expected}`;
    case "too_big":
      return `expected at most ${issue.maximum}`;
    case "too_small":
      return `expected at least ${issue.minimum}`;
    default:
      return escapeText(issue?.message ?? "malformed", 200);
  }
}
