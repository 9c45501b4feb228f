/**
 * Reads a line of an exported state; `state_lines.ts` shows them.
 *
 * @module
 */

import * as z from "zod/mini";
import type { Json } from "../act/contract.ts";
import { RECORD_KINDS, type StateRecord } from "../store/state_record.ts";
import type { StoredBan } from "../track/types.ts";
import { type Network, parseNetwork } from "../util/address.ts";
import { escapeText } from "../util/escape.ts";
import { isActionName } from "../util/action_name.ts";
import { isJailName } from "../util/jail_name.ts";
import { LINES_VERSION } from "./state_lines.ts";

/** Nobody's clock goes further: the end of the year 9999. */
const MOST_SECONDS = 253_402_300_799;
const MOST_TIMES = 10_000;
/** Bytes of a file's beginning by which it is known again. */
const MOST_HEAD = 256;

/** What a line says, or what is wrong with it. */
export type ParsedLine =
  | { readonly record: StateRecord; readonly problem?: undefined }
  /** Nothing to be taken over: the first line. */
  | { readonly record?: undefined; readonly problem?: undefined }
  /** `host "x" is no address: …` */
  | { readonly record?: undefined; readonly problem: string };

const JAIL = z.string("the name of a jail")
  .check(z.refine(isJailName, "the name of a jail"));
const ACTION = z.string("the name of an action")
  .check(z.refine(isActionName, "the name of an action"));
const HOST = read<Network>("an address or network", parseNetwork);
const SECONDS_WANTED = "seconds since 1970";
const SECONDS = z.number(SECONDS_WANTED)
  .check(z.minimum(0, SECONDS_WANTED), z.maximum(MOST_SECONDS, SECONDS_WANTED));
const END = z.pipe(
  z.nullable(SECONDS),
  z.transform((end) => end ?? Infinity),
);
const COUNT = whole(1, 2 ** 32 - 1);
const SIZE = whole(0, Number.MAX_SAFE_INTEGER);

const BAN = {
  jail: JAIL,
  host: HOST,
  start: SECONDS,
  end: END,
  count: COUNT,
  failures: whole(0, 2 ** 32 - 1),
};

const TIMES_WANTED =
  `1 to ${MOST_TIMES} seconds since 1970, in ascending order`;
const TIMES = z.pipe(
  z.array(whole(0, 2 ** 32 - 1), TIMES_WANTED).check(
    z.refine(
      (times) =>
        times.length > 0 && times.length <= MOST_TIMES &&
        times.every((time, index) => time >= (times[index - 1] ?? 0)),
      TIMES_WANTED,
    ),
  ),
  z.transform((times) => Uint32Array.from(times)),
);

const HEAD = read(`base64 of at most ${MOST_HEAD} bytes`, (text) => {
  try {
    const bytes = Uint8Array.fromBase64(text);
    return bytes.length <= MOST_HEAD ? bytes : undefined;
  } catch {
    return undefined;
  }
});

const FILE = z.strictObject({
  device: SIZE,
  inode: SIZE,
  offset: SIZE,
  head: HEAD,
});

/** As journalctl writes it, and takes it back as one word. */
const CURSOR = z.string("a cursor").check(
  z.regex(/^[a-z0-9=;]{1,256}$/, "a cursor"),
);
const PATH = z.string("a path").check(z.minLength(1, "a path"));

/** What the first line comes to. */
const HEADER_READ = Symbol();

const LINE = z.discriminatedUnion("kind", [
  z.pipe(
    z.strictObject({
      kind: z.literal("state"),
      version: z.literal(LINES_VERSION, `${LINES_VERSION}`),
      time: z.string("a time"),
    }),
    z.transform((): typeof HEADER_READ => HEADER_READ),
  ),
  z.pipe(
    z.strictObject({ kind: z.literal("ban"), ...BAN }).check(
      z.refine(({ start, end }) => end > start, {
        message: "a time after start",
        path: ["end"],
      }),
    ),
    z.transform(({ kind, ...ban }): StateRecord => ({ kind, ban: toBan(ban) })),
  ),
  z.pipe(
    z.strictObject({ kind: z.literal("history"), ...BAN }),
    z.transform(({ kind, ...ban }): StateRecord => ({ kind, ban: toBan(ban) })),
  ),
  z.pipe(
    z.strictObject({
      kind: z.literal("count"),
      jail: JAIL,
      host: HOST,
      count: COUNT,
      until: END,
    }),
    z.transform(({ kind, until, ...count }): StateRecord => ({
      kind,
      count: { ...count, untilSeconds: until },
    })),
  ),
  z.pipe(
    z.strictObject({
      kind: z.literal("failures"),
      jail: JAIL,
      host: HOST,
      times: TIMES,
    }),
    z.transform(({ kind, ...failures }): StateRecord => ({ kind, failures })),
  ),
  z.pipe(
    z.strictObject({
      kind: z.literal("position"),
      path: PATH,
      files: z.array(FILE, "a list of files"),
    }),
    z.transform(({ kind, ...position }): StateRecord => ({ kind, position })),
  ),
  z.pipe(
    z.strictObject({
      kind: z.literal("cursor"),
      jail: JAIL,
      cursor: CURSOR,
      time: SECONDS,
    }),
    z.transform(({ kind, time, ...cursor }): StateRecord => ({
      kind,
      cursor: { ...cursor, timeSeconds: time },
    })),
  ),
  z.pipe(
    z.strictObject({
      kind: z.literal("message"),
      action: ACTION,
      id: whole(1, Number.MAX_SAFE_INTEGER),
      method: z.enum(["ban", "unban"], "ban or unban"),
      ...BAN,
    }),
    z.transform(({ kind, action, id, method, ...ban }): StateRecord => ({
      kind,
      message: { action, id, method, ban: toBan(ban) },
    })),
  ),
  z.pipe(
    z.strictObject({
      kind: z.literal("memory"),
      action: ACTION,
      memory: z.custom<Json>((value) => value !== undefined, "JSON"),
    }),
    z.transform(({ kind, ...memory }): StateRecord => ({ kind, memory })),
  ),
], `one of state, ${RECORD_KINDS.join(", ")}`);

/** Reads one line; every key has to be there, and no other. */
export function parseStateLine(text: string): ParsedLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: `it is no JSON, expected one object` };
  }
  const parsed = LINE.safeParse(value);
  if (!parsed.success) return { problem: describeIssue(parsed.error, value) };
  return parsed.data === HEADER_READ ? {} : { record: parsed.data };
}

function whole(least: number, most: number) {
  const wanted = `a whole number from ${least} to ${most}`;
  return z.int(wanted).check(z.minimum(least, wanted), z.maximum(most, wanted));
}

function read<T>(wanted: string, parse: (text: string) => T | undefined) {
  return z.pipe(
    z.string(wanted),
    z.transform((text, context) => {
      const value = parse(text);
      if (value !== undefined) return value;
      context.issues.push({ code: "custom", input: text, message: wanted });
      return z.NEVER;
    }),
  );
}

function toBan(
  { start, end, ...rest }: Omit<StoredBan, "startSeconds" | "endSeconds"> & {
    readonly start: number;
    readonly end: number;
  },
): StoredBan {
  return { ...rest, startSeconds: start, endSeconds: end };
}

/** @returns the first thing that is wrong */
function describeIssue(error: z.core.$ZodError, value: unknown): string {
  const [issue] = error.issues;
  if (issue === undefined) return "it cannot be read";
  if (issue.code === "unrecognized_keys") {
    return `key "${escapeText(issue.keys[0] ?? "", 40)}" is not known`;
  }
  const name = issue.path.map(String).join(".");
  const found = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | null)?.[key],
    value,
  );
  if (name === "") return "it is no object, expected one with a kind";
  const state = found === undefined
    ? `${name} is missing`
    : `${name} is ${escapeText(JSON.stringify(found), 60)}`;
  return `${state}, expected ${issue.message}`;
}
