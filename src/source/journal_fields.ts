/**
 * The fields of journal entries that are asked for: those that make a line, and those that matches name.
 *
 * @module
 */

import type { JournalMatch } from "../config/journal_match.ts";
import type { EntryView } from "./export_parser.ts";

/** Fields that every entry is asked for, each at its own place in the list. */
export const LINE_FIELDS = [
  "__CURSOR",
  "__REALTIME_TIMESTAMP",
  "__MONOTONIC_TIMESTAMP",
  "_SOURCE_REALTIME_TIMESTAMP",
  "_SOURCE_MONOTONIC_TIMESTAMP",
  "_HOSTNAME",
  "SYSLOG_IDENTIFIER",
  "_COMM",
  "SYSLOG_PID",
  "_PID",
  "MESSAGE",
] as const;

/** The name of one of `LINE_FIELDS`. */
export type LineField = typeof LINE_FIELDS[number];

/** @returns names of all fields that are needed, those of lines first */
export function listFields(matches: readonly JournalMatch[]): string[] {
  const named = matches.flatMap((match) =>
    match.flatMap((terms) => [...terms.keys()])
  );
  return [...new Set<string>([...LINE_FIELDS, ...named])];
}

/** @returns where the value of a field stands among those of the entry, or -1 */
export function findValue(entry: EntryView, field: LineField): number {
  return entry.fields.subarray(0, entry.count).indexOf(PLACES[field]);
}

/** @returns a value as a text; where the entry has none, an empty one */
export function readText(entry: EntryView, field: LineField): string {
  const index = findValue(entry, field);
  if (index < 0) return "";
  const from = entry.starts[index] ?? 0;
  const to = entry.ends[index] ?? from;
  return DECODER.decode(entry.bytes.subarray(from, to));
}

/**
 * Makes a test of entries.
 *
 * @param fields the list that the parser was given
 */
export function compileMatch(
  match: JournalMatch,
  fields: readonly string[],
): (entry: EntryView) => boolean {
  const encoder = new TextEncoder();
  const alternatives = match.map((terms) =>
    [...terms].map(([field, values]) => ({
      place: fields.indexOf(field),
      values: [...values].map((value) => encoder.encode(value)),
    }))
  );
  if (alternatives.length === 0) return () => true;
  return (entry) =>
    alternatives.some((terms) =>
      terms.every(({ place, values }) => hasOneOf(entry, place, values))
    );
}

const DECODER = new TextDecoder();

const PLACES = Object.fromEntries(
  LINE_FIELDS.map((name, index) => [name, index]),
) as Readonly<Record<LineField, number>>;

function hasOneOf(
  { bytes, count, fields, starts, ends }: EntryView,
  place: number,
  values: readonly Uint8Array[],
): boolean {
  for (let index = 0; index < count; index++) {
    if (fields[index] !== place) continue;
    const from = starts[index] ?? 0;
    const length = (ends[index] ?? 0) - from;
    for (const value of values) {
      if (value.length !== length) continue;
      let i = 0;
      while (i < length && value[i] === bytes[from + i]) i++;
      if (i === length) return true;
    }
  }
  return false;
}
