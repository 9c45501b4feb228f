/**
 * Keeps a stream going where its lines cannot be handled.
 *
 * @module
 */

import type { Logger } from "../util/log.ts";
import type { ChunkSink } from "./types.ts";

/** Whose lines, and for whom. */
export interface GuardedSink {
  /** Stands for the path of a log. */
  readonly path: string;
  readonly log: Logger;
  readonly sink: ChunkSink;
}

/** @returns the sink, but that what it throws is logged, once */
export function guardSink({ path, log, sink }: GuardedSink): ChunkSink {
  let isSaid = false;
  return (chunk) => {
    try {
      sink(chunk);
    } catch (error) {
      if (isSaid) return;
      isSaid = true;
      log.error("Cannot handle lines of stream", {
        path,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  };
}
