/**
 * Which way of matching a jail goes.
 *
 * @module
 */

import type { FilterSyntax, UseDns } from "./types.ts";

/** The part of a jail that decides it. */
export interface FilterKeys {
  readonly failPatterns: readonly string[];
  readonly syntax?: FilterSyntax | undefined;
  readonly prefixPattern?: string | undefined;
  readonly maxLines?: number | undefined;
  readonly useDns?: UseDns | undefined;
  readonly datePattern?: string | undefined;
}

/** How the patterns of such a jail are written. */
export type ExactSyntax = Pick<FilterKeys, "maxLines" | "useDns">;

/** @returns whether the jail needs what only fail2ban's way of matching has */
export function needsExactJail(jail: FilterKeys): boolean {
  return jail.syntax === "fail2ban" || jail.prefixPattern !== undefined ||
    (jail.maxLines ?? 1) > 1 || jail.useDns !== undefined ||
    jail.datePattern !== undefined ||
    jail.failPatterns.some((pattern) =>
      /<F-MLF|<DNS>|<SKIPLINES>/.test(pattern)
    );
}

/** @returns whether dates are found as fail2ban finds them, and not by `date_format`: where patterns are its own, or a date pattern is */
export function needsExactDates(
  { syntax, datePattern }: Pick<FilterKeys, "syntax" | "datePattern">,
): boolean {
  return syntax === "fail2ban" || datePattern !== undefined;
}

/** @returns whether lines of the jail may hold host names that have to be resolved */
export function mayResolveNames(jail: FilterKeys): boolean {
  const { useDns = "warn", prefixPattern = "", failPatterns } = jail;
  return needsExactJail(jail) && (useDns === "warn" || useDns === "yes") &&
    [prefixPattern, ...failPatterns].some((pattern) =>
      /<HOST>|<DNS>|\(\?P?<dns>/.test(pattern)
    );
}
