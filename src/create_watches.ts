/**
 * Has all sources read, and what they hold go to the failures and into the state.
 *
 * @module
 */

import { dirname } from "node:path/posix";
import { heldReadRoots, type ProgramPaths } from "./config/permissions.ts";
import type { GlobalConfig } from "./config/types.ts";
import type { Evidence } from "./evidence.ts";
import type { FailurePath } from "./failure_path.ts";
import { createScanner } from "./scan/create_scanner.ts";
import type { Passage, ScanSink } from "./scan/types.ts";
import { JournalWake } from "./source/journal_wake.ts";
import type { StateKeeper } from "./state_keeper.ts";
import { type Libc, makeLink } from "./util/libc.ts";
import type { Logger } from "./util/log.ts";
import { WatchSet } from "./watch_set.ts";

/** Between what reading works, and whom it tells. */
export interface WatchesOptions {
  readonly libc: Libc;
  readonly log: Logger;
  readonly config: GlobalConfig;
  readonly paths: ProgramPaths;
  readonly keeper: StateKeeper;
  readonly failures: FailurePath;
  /** Told of the passage before its failures are counted. */
  readonly evidence: Evidence;
  /** All failures of the passage were counted. */
  readonly onPassed: (passage: Passage) => void;
  /** Lines were counted that stand in no file, or whose place is noted. */
  readonly onCounted: () => void;
}

/** Reads nothing yet. */
export function createWatches(options: WatchesOptions): WatchSet {
  const { libc, log, config, paths, keeper, failures, onCounted } = options;
  const sink = createSink(options);
  return new WatchSet({
    ...{ libc, log, sink, now },
    scanner: createScanner({
      ...{ log, sink, now },
      count: config.scanThreads,
      positionsOf: (path) => keeper.positionsOf(path),
      rootsOf: (path) => heldReadRoots(path, paths),
      takesText: (name) => failures.takesText(name),
    }),
    positionsOf: (path) => keeper.positionsOf(path),
    onEnd: (path) => keeper.forgetPath(path),
    cursorOf: (jail) => keeper.cursorOf(jail),
    onSettled(jails, cursor) {
      keeper.noteCursor(jails, cursor);
      onCounted();
    },
    onStreamed() {
      keeper.noteCounted();
      onCounted();
    },
    onJournalEnd: (jail) => keeper.forgetCursor(jail),
    wake: new JournalWake({
      log,
      folder: `${dirname(config.socketPath)}/journal`,
      link: (target, path) => makeLink(libc, target, path),
    }),
  });
}

function createSink(
  { keeper, failures, evidence, onPassed }: WatchesOptions,
): ScanSink {
  return {
    ...failures.nameSink,
    onBegin: (path, position) => keeper.noteBegin(path, position),
    // What nobody read while we were away is replayed by its own clock, so that it ends as if somebody had.
    onFailure(failure, passage) {
      const { isResumed, nowSeconds } = passage;
      evidence.enter(passage);
      failures.take(
        failure,
        isResumed ? Math.min(failure.timeSeconds, nowSeconds) : nowSeconds,
      );
    },
    onPassed,
  };
}

function now(): number {
  return Date.now() / 1000;
}
