/**
 * A parenthesis that is open while a pattern is read.
 *
 * @module
 */

import type { PatternFlags } from "./pattern_flags.ts";

/** What opens a group. */
export interface Opening {
  readonly kind: "plain" | "capture" | "look";
  /** Of its text. */
  readonly length: number;
  /** In JavaScript. */
  readonly source: string;
  readonly name?: string;
  /** Whether it is a tag, which only its own closing tag closes. */
  readonly isTag?: boolean;
}

/** An open group; the whole pattern is the outermost. */
export interface Frame {
  readonly kind: Opening["kind"] | "root";
  readonly offset: number;
  readonly name: string | undefined;
  readonly isTag: boolean;
  /** Flags to go back to. */
  readonly outer: PatternFlags;
  /** Pieces that are a `$` with nothing behind it in this branch. */
  dollars: number[];
  /** The same in branches that ended. */
  readonly closedDollars: number[];
}

/** @returns the frame around a whole pattern */
export function createRoot(outer: PatternFlags): Frame {
  return createFrame({ kind: "root" }, { offset: 0, outer });
}

/** @returns a frame in which nothing was read yet */
export function createFrame(
  opening: Pick<Opening, "name" | "isTag"> & { readonly kind: Frame["kind"] },
  place: Pick<Frame, "offset" | "outer">,
): Frame {
  const { kind, name, isTag = false } = opening;
  return { kind, name, isTag, ...place, dollars: [], closedDollars: [] };
}
