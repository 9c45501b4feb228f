/**
 * The kinds of values that schemas are made of. Their error text is what was *expected*; issues.ts says what was found.
 *
 * @module
 */

import * as z from "zod/mini";
import { parseDuration } from "../util/duration.ts";

/** Longest time that is no `-1`: a hundred years, so that every deadline fits a double and the kernel's clock. */
const MAX_SECONDS = 3_155_760_000;

/**
 * A schema of one value or table.
 *
 * @ignore
 */
export type Field<T = unknown> = z.ZodMiniType<T>;

/** What the reference says about a key. */
export interface KeyNote {
  /** Values it takes, in a few words. */
  readonly takes: string;
  /** Value when it is absent. */
  readonly otherwise?: string;
  readonly says: string;
}

/** Notes on every key of every schema, from which docs/configuration.md is made. */
export const KEY_NOTES: WeakMap<Field, KeyNote> = new WeakMap();

/**
 * Says that a value cannot be used, and why: `it is out of range`.
 *
 * @param more `wanted`: in place of the field's own, or a whole message that begins with `Cannot`; `path`: steps down to
 * the offending value; `part`: the offending piece of a text
 */
export type Refuse = (
  state: string,
  more?: {
    readonly wanted?: string;
    readonly path?: readonly (string | number)[];
    readonly part?: string;
  },
) => void;

/** Adds the note to a field. */
export function noted<T extends Field>(field: T, note: KeyNote): T {
  KEY_NOTES.set(field, note);
  return field;
}

/**
 * A table without other keys.
 *
 * @ignore
 */
export function closed<T extends z.core.$ZodLooseShape>(
  shape: T,
): z.ZodMiniObject<T, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? Object.keys(shape).join(",")
        : "a table",
  });
}

/** A value that `read` makes something of, or refuses; whatever it returns after that is not used. */
export function parsed<T>(
  wanted: string,
  read: (value: unknown, refuse: Refuse) => T | undefined,
): Field<T> {
  return z.pipe(
    z.unknown(),
    z.transform((value, context) => {
      let isRefused = false;
      const result = read(value, (state, more = {}) => {
        isRefused = true;
        context.issues.push({
          code: "custom",
          input: value,
          message: more.wanted ?? wanted,
          path: [...more.path ?? []],
          params: { state, part: more.part },
        });
      });
      if (result !== undefined && !isRefused) return result;
      if (!isRefused) {
        context.issues.push({ code: "custom", input: value, message: wanted });
      }
      return z.NEVER;
    }),
  );
}

/** Passes on what is wrong with a table within a value. @param told its keys, and what is said of a value that is none */
export function refuseTable(
  { issues }: z.core.$ZodError,
  refuse: Refuse,
  told: { readonly keys: string; readonly state: string },
): void {
  for (const issue of issues) {
    const key = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
    const path = issue.path.filter((step) => typeof step !== "symbol");
    if (key === undefined) {
      refuse(told.state, { wanted: issue.message, path });
    } else {
      refuse(`"${key}" is not known`, { wanted: told.keys, path: [key] });
    }
  }
}

/** `true` or `false`. */
export function flag(): z.ZodMiniBoolean {
  return z.boolean("true or false");
}

/** A whole number in these bounds. */
export function whole(least: number, most: number): Field<number> {
  const wanted = `a whole number from ${least} to ${most}`;
  return z.int(wanted).check(z.minimum(least, wanted), z.maximum(most, wanted));
}

/** One of these words. */
export function choice<const T extends readonly string[]>(
  words: T,
): Field<T[number]> {
  return z.enum(words, listWords(words)) as Field<T[number]>;
}

/** A text of at least one character, without NUL. */
export function text(wanted: string): Field<string> {
  return parsed(wanted, (value, refuse) => {
    if (typeof value !== "string") return undefined;
    if (value === "") refuse("it is empty");
    if (value.includes("\0")) refuse("it holds a NUL character");
    return value;
  });
}

/** A path from `/` on; what is no text is refused. */
export function readPath(value: unknown, refuse: Refuse): string | undefined {
  if (typeof value !== "string") return undefined;
  if (value === "") refuse("it is empty");
  else if (!value.startsWith("/")) refuse("it is relative");
  // deno-lint-ignore no-control-regex -- a path with controls is a mistake or a trick
  if (/[\x00-\x1f\x7f]/.test(value)) refuse("it holds control characters");
  return value;
}

/** A time span in seconds. */
export function duration(
  options: { readonly forEver: boolean; readonly least: number },
): Field<number> {
  const wanted = options.forEver
    ? 'a duration such as 600, "10m", "1d 12h", or -1 for ever'
    : 'a duration such as 600, "10m" or "1d 12h"';
  return parsed(wanted, (value, refuse) => {
    if (typeof value !== "string" && typeof value !== "number") {
      return undefined;
    }
    const seconds = parseDuration(value);
    if (seconds === undefined) refuse("it is no duration");
    else if (seconds === Infinity) {
      if (!options.forEver) refuse("it has to end");
    } else if (seconds < options.least) refuse("it is too short");
    else if (seconds > MAX_SECONDS) refuse("it is longer than 100 years");
    return seconds;
  });
}

/** @returns `"a", "b" or "c"` */
export function listWords(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}
