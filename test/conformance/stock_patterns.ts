/**
 * The patterns of fail2ban's own filters, resolved, each once.
 *
 * @module
 */

import type { SyntaxOptions } from "../../src/match/parsed_pattern.ts";
import { readShared } from "./shared.ts";

interface Filter {
  readonly prefregex: string | null;
  readonly failregex: readonly string[];
  readonly ignoreregex: readonly string[];
  readonly maxlines: number | null;
}

/** One pattern, and how it is read. */
export interface StockPattern {
  readonly pattern: string;
  readonly options: SyntaxOptions;
}

/** @returns all of them; undefined where they are not at hand */
export function readStockPatterns(): readonly StockPattern[] | undefined {
  const text = readShared("filters-resolved.json");
  if (text === undefined) return undefined;
  const filters: readonly Filter[] = JSON.parse(text).filters;
  const known = new Map<string, StockPattern>();
  for (const { prefregex, failregex, ignoreregex, maxlines } of filters) {
    const multiLine = (maxlines ?? 1) > 1;
    const prefix = prefregex === null ? [] : [prefregex];
    for (const pattern of [...prefix, ...failregex, ...ignoreregex]) {
      known.set(`${multiLine} ${pattern}`, {
        pattern,
        options: { multiLine, hosts: "name" },
      });
    }
  }
  return [...known.values()];
}
