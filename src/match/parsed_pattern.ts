/**
 * What is read of a pattern, and how.
 *
 * @module
 */

import type { PatternNode } from "./pattern_tree.ts";
import type { HostTags } from "./tags.ts";

/** How to read a pattern. */
export interface SyntaxOptions {
  /** Default `whole`. */
  readonly hosts?: HostTags | undefined;
  /** Whether `^` and `$` stand at each line of a text of several; default false. */
  readonly multiLine?: boolean | undefined;
  /** Default false; `(?i)` in the pattern does the same. */
  readonly ignoreCase?: boolean | undefined;
}

/** A pattern that was read. */
export interface ParsedPattern {
  readonly pattern: string;
  readonly root: PatternNode;
  /** Names of its groups in order. */
  readonly groups: readonly string[];
  /** Number of each name, as Python counts. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Greatest number of a group, as Python counts. */
  readonly groupCount: number;
  /** Whether the pattern itself goes on with a dot and digits behind the host, as for `192.0.2.7.50550` (a port). */
  readonly hasDottedPort: boolean;
}
