/**
 * One thread or several.
 *
 * @module
 */

import { LocalScanner } from "./local_scanner.ts";
import { ScanThreads, type ScanThreadsOptions } from "./scan_threads.ts";
import type { FileScanner } from "./types.ts";

/** @returns a scanner in this thread where `count` is 1, else one with so many threads besides */
export function createScanner(options: ScanThreadsOptions): FileScanner {
  return options.count === 1
    ? new LocalScanner(options)
    : new ScanThreads(options);
}
