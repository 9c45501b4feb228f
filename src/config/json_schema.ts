/**
 * The keys of a jail, or of a filter, whose lines are JSON.
 *
 * @module
 */

import * as z from "zod/mini";
import { choice, type Field, noted, parsed, type Refuse } from "./fields.ts";
import { type JsonPath, parseJsonPath } from "./json_path.ts";
import type { JsonCondition, JsonScalar } from "./types.ts";

/** How lines are written. */
export type LineFormat = "text" | "json";

/** What the keys come to; a jail's go before its filter's, one by one. */
export interface JsonKeys {
  /** Absent: the filter's, else `text`. */
  readonly format?: LineFormat | undefined;
  /** Where the time is. */
  readonly time?: JsonPath | undefined;
  /** Where the text is that patterns are run on. */
  readonly message?: JsonPath | undefined;
  /** Where the host is. */
  readonly host?: JsonPath | undefined;
  /** Where the list is of those whom proxies got the request from. */
  readonly forwarded?: JsonPath | undefined;
  /** Where the user is. */
  readonly user?: JsonPath | undefined;
  /** All of them hold for a failure. */
  readonly match?: readonly JsonCondition[] | undefined;
}

/** More values of one condition are no list that somebody wrote. */
const MOST_VALUES = 256;

const PATH: Field<JsonPath> = parsed<JsonPath>(
  'the path of a value in JSON, such as "request.remote_ip"',
  (value, refuse) => {
    if (typeof value !== "string") return undefined;
    const path = parseJsonPath(value);
    if (path === undefined) refuse("it is no path");
    return path;
  },
);

const VALUE_WANTED =
  'a text, a number, true, false, a list of them, or { regex = "…" }';

const MATCH: Field<readonly JsonCondition[]> = parsed<readonly JsonCondition[]>(
  "a table of conditions, such as { status = [401, 403] }",
  (value, refuse) => {
    if (!isTable(value)) return undefined;
    return Object.entries(value).flatMap(([name, wanted]) =>
      readCondition(name, wanted, refuse)
    );
  },
);

function readCondition(
  name: string,
  wanted: unknown,
  refuse: Refuse,
): JsonCondition[] {
  const path = parseJsonPath(name);
  if (path === undefined) {
    refuse("its key is no path", { wanted: VALUE_WANTED, path: [name] });
    return [];
  }
  if (isTable(wanted)) {
    const { regex, ...others } = wanted;
    const isRegex = typeof regex === "string" &&
      Object.keys(others).length === 0;
    if (isRegex) return [{ name, path, pattern: regex }];
    refuse("it is a table", {
      wanted: `${VALUE_WANTED}; a path of several keys stands in quotes`,
      path: [name],
    });
    return [];
  }
  const values: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  const oneOf = values.filter(isScalar);
  const isRead = oneOf.length === values.length && oneOf.length > 0 &&
    oneOf.length <= MOST_VALUES;
  if (isRead) return [{ name, path, oneOf }];
  refuse("it cannot be compared", { wanted: VALUE_WANTED, path: [name] });
  return [];
}

function isScalar(value: unknown): value is JsonScalar {
  return typeof value === "string" || typeof value === "boolean" ||
    typeof value === "number" && Number.isFinite(value);
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null &&
    !Array.isArray(value) && !(value instanceof Date);
}

/** Fields by key. */
export const JSON_FIELDS = {
  format: noted(z.optional(choice(["text", "json"])), {
    takes: '"text", "json"',
    otherwise: "the filter's, else text",
    says: '"json": each line holds a JSON object; see json.md.',
  }),
  time: noted(z.optional(PATH), {
    takes: "path in JSON",
    says: "Where the time is: ISO 8601, or seconds, ms, µs, ns since 1970.",
  }),
  host: noted(z.optional(PATH), {
    takes: "path in JSON",
    says: "Where the host is: an address, also with a port.",
  }),
  forwarded: noted(z.optional(PATH), {
    takes: "path in JSON",
    says: "Where X-Forwarded-For is, for trusted_proxies.",
  }),
  user: noted(z.optional(PATH), {
    takes: "path in JSON",
    says: "Where the user is.",
  }),
  message: noted(z.optional(PATH), {
    takes: "path in JSON",
    says: "Where the text is that patterns are run on.",
  }),
  match: noted(z.optional(MATCH), {
    takes: "{ path = value, list of values, or { regex } }",
    says: "Conditions that a failure fulfils, all of them.",
  }),
};

/** @returns the keys alone */
export function pickJsonKeys(input: JsonKeys): JsonKeys {
  const { format, time, message, host, forwarded, user, match } = input;
  return { format, time, message, host, forwarded, user, match };
}
