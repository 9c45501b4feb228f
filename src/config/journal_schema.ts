/**
 * The keys of a jail that reads the systemd journal.
 *
 * @module
 */

import * as z from "zod/mini";
import { type Field, noted, parsed, readPath } from "./fields.ts";
import { parseJournalMatch } from "./journal_match.ts";
import { LOG_PATH } from "./jail_values.ts";
import type { JournalPlace } from "./types.ts";

/** What the keys come to. */
export interface JournalInput {
  /** Texts that `parseJournalMatch` reads without a problem. */
  readonly journalmatch: readonly string[];
  /** Absent: the machine's own. */
  readonly journal_path?: string | undefined;
  /** Absent or empty: all that belong together. */
  readonly journal_files?: readonly string[] | undefined;
  /** Absent: the default one. */
  readonly journal_namespace?: string | undefined;
}

const MATCH_WANTED = "FIELD=value words, alternatives parted by +";

/** `journalmatch`: texts that `parseJournalMatch` reads without a problem. */
export const JOURNAL_MATCH: Field<readonly string[]> = parsed<
  readonly string[]
>(
  MATCH_WANTED,
  (value, refuse) => {
    const isText = typeof value === "string";
    if (!isText && !Array.isArray(value)) return undefined;
    const items: readonly unknown[] = isText ? value.split("\n") : value;
    const lines = items.map((item) => typeof item === "string" ? item : "");
    const path = (index: number) => isText ? [] : [index];
    items.forEach((item, index) => {
      if (typeof item !== "string") {
        refuse("it is no text", { path: path(index) });
      }
    });
    parseJournalMatch(lines, ({ state, part }, index) =>
      refuse(state, {
        path: path(index),
        ...(part === undefined ? {} : { part }),
      }));
    return lines.filter((line) => line.trim() !== "");
  },
);

const FOLDER: Field<string> = parsed<string>(
  "an absolute path of a folder",
  readPath,
);

const NAMESPACE: Field<string> = parsed<string>(
  "letters, digits, - and _",
  (value, refuse) => {
    if (typeof value !== "string") return undefined;
    if (!/^\w[\w-]{0,254}$/.test(value)) refuse("it is no namespace");
    return value;
  },
);

/** Fields by key. */
export const JOURNAL_FIELDS = {
  journalmatch: noted(z._default(JOURNAL_MATCH, []), {
    takes: "FIELD=value words, list of them",
    otherwise: "[], every entry",
    says:
      "What to take from the journal: same field or, other field and; + and each text of a list are alternatives.",
  }),
  journal_path: noted(z.optional(FOLDER), {
    takes: "absolute path",
    otherwise: "the machine's own journal",
    says: "A folder with journal files.",
  }),
  journal_files: noted(z.optional(LOG_PATH), {
    takes: "path, pattern of paths, or list of them",
    says: "Single journal files, with no others beside them.",
  }),
  journal_namespace: noted(z.optional(NAMESPACE), {
    takes: "name",
    says: "A namespace of the journal.",
  }),
};

/** Keys that name another journal than the machine's own: a jail has at most one of them. */
export const JOURNAL_PLACES = [
  "journal_path",
  "journal_files",
  "journal_namespace",
] as const;

/** @returns where the journal is, for the stages */
export function toJournalPlace(input: JournalInput): JournalPlace | undefined {
  const { journal_path, journal_files, journal_namespace } = input;
  if (journal_path !== undefined) return { folder: journal_path };
  if (journal_files !== undefined && journal_files.length > 0) {
    return { files: journal_files };
  }
  return journal_namespace === undefined
    ? undefined
    : { namespace: journal_namespace };
}
