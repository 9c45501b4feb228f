/**
 * The keys `ignore_command` and `ignore_cache`.
 *
 * @module
 */

import * as z from "zod/mini";
import {
  closed,
  duration,
  type Field,
  noted,
  parsed,
  whole,
} from "./fields.ts";
import { findUnknownTag, IGNORE_TAGS } from "./ignore_tags.ts";
import type { IgnoreCache } from "./types.ts";

const TAGS_WANTED = `${
  IGNORE_TAGS.map((tag) => `<${tag}>`).join(", ")
} or <F-NAME>`;

/** `ignore_command`; an empty text is none. */
export const IGNORE_COMMAND: Field<string> = withTags("a command line");

const CACHE_FIELDS = {
  key: noted(z._default(withTags("a text with tags"), "<ip>"), {
    takes: "text with tags",
    otherwise: '"<ip>"',
    says: "Failures with the same text get the same answer.",
  }),
  max_count: noted(z._default(whole(1, 100_000), 100), {
    takes: "1-100000",
    otherwise: "100",
    says: "Answers that are remembered at most.",
  }),
  max_time: noted(
    z._default(duration({ forEver: false, least: 0 }), 300),
    {
      takes: "duration, 0 for not at all",
      otherwise: '"5m"',
      says: "How long an answer is remembered.",
    },
  ),
};

/** Fields of `ignore_cache`, for the reference. */
export const IGNORE_CACHE_FIELDS: Readonly<Record<string, Field>> =
  CACHE_FIELDS;

/** `ignore_cache`. */
export const IGNORE_CACHE: Field<IgnoreCache> = z.pipe(
  closed(CACHE_FIELDS),
  z.transform(({ key, max_count, max_time }): IgnoreCache => ({
    key,
    maxCount: max_count,
    maxTimeSeconds: max_time,
  })),
);

function withTags(wanted: string): Field<string> {
  return parsed<string>(wanted, (value, refuse) => {
    if (typeof value !== "string") return undefined;
    if (value.includes("\0")) refuse("it holds a NUL character");
    const unknown = findUnknownTag(value);
    if (unknown !== undefined) {
      refuse("there is no such tag", {
        wanted: TAGS_WANTED,
        part: `<${unknown}>`,
      });
    }
    return value;
  });
}
