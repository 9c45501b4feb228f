/**
 * Whether patterns can be used for what they are for.
 *
 * @module
 */

import { showText } from "./issues.ts";
import type { ExactSyntax } from "./needs_exact_jail.ts";
import { findPlace, type Path, problemAt, type TableNode } from "./tree.ts";
import type { ConfigProblem } from "./types.ts";

/** Whether a pattern finds failures or takes them back. */
export type PatternKind = "fail" | "ignore";

/** Says why a pattern cannot be used, or undefined where it can. @param exact where it is written fail2ban's way: how */
export type PatternCheck = (
  pattern: string,
  kind: PatternKind,
  exact?: ExactSyntax,
) => string | undefined;

/**
 * Checks patterns in the light of what they are for.
 *
 * @param root where they stand, for places
 * @param path of the list of patterns, or of the single text that holds them
 */
export function checkPatterns(
  patterns: readonly string[],
  where: { readonly root: TableNode; readonly path: Path },
  options: {
    readonly kind: PatternKind;
    readonly checkPattern?: PatternCheck | undefined;
    /** Whether the host is caught elsewhere; default false. */
    readonly isHostElsewhere?: boolean;
    /** Present where it is written fail2ban's way. */
    readonly exact?: ExactSyntax | undefined;
  },
): ConfigProblem[] {
  const { isHostElsewhere = false, kind } = options;
  const role = isHostElsewhere ? "ignore" : kind;
  return patterns.flatMap((pattern, index) => {
    const place = findPlace(where.root, [...where.path, index]);
    const what = kind === "fail" ? "pattern" : "ignore pattern";
    if (role === "fail" && !hasHost(pattern)) {
      return problemAt(
        place,
        `Cannot use ${what} ${
          showText(pattern)
        }: it names no host, expected <HOST>, <ADDR>, <IP4>, <IP6> or <SUBNET> in it`,
      );
    }
    const trouble = options.checkPattern?.(pattern, role, options.exact);
    return trouble === undefined ? [] : problemAt(place, trouble);
  });
}

/** `<HOST>` and its like, or a named group that holds an address or what stands for one. */
export function hasHost(pattern: string): boolean {
  return /<(?:HOST|ADDR|IP4|IP6|SUBNET|DNS|F-ID\/?|F-MLFID)>|\(\?P?<(?:host|ip4|ip6|dns|fid|mlfid)>/
    .test(
      pattern,
    );
}
