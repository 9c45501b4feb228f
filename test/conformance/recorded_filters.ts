/**
 * The filters that lines were recorded with, as jails.
 *
 * @module
 */

import type { MatchJail } from "../../src/match/types.ts";
import { exactJail } from "../match/fixtures.ts";

/** A filter as fail2ban resolved it. */
interface Filter {
  readonly filter: string;
  readonly prefregex: string | null;
  readonly failregex: readonly string[];
  readonly ignoreregex: readonly string[];
  readonly maxlines: number | null;
  readonly datepattern: string | null;
}

/** @param text of filters-resolved.json @returns each once: many records share a filter */
export function distinctJails(text: string): readonly MatchJail[] {
  const all: readonly Filter[] = JSON.parse(text).filters;
  const jails = all.map(jailOf);
  return [
    ...new Map(jails.map((jail) => [JSON.stringify(jail), jail])).values(),
  ];
}

function jailOf(filter: Filter): MatchJail {
  return exactJail({
    name: filter.filter,
    useDns: "raw",
    failPatterns: filter.failregex,
    ignorePatterns: filter.ignoreregex,
    prefixPattern: filter.prefregex ?? undefined,
    maxLines: filter.maxlines ?? undefined,
    datePattern: filter.datepattern ?? undefined,
  });
}
