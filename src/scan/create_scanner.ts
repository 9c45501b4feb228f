/**
 * One thread or several.
 *
 * @module
 */

import { LocalScanner } from "./local_scanner.ts";
import type { ScanThreadsOptions } from "./scan_threads.ts";
import type { FileScanner } from "./types.ts";

/**
 * Makes a scanner. What threads need is loaded where there are some.
 *
 * @returns a scanner in this thread where `count` is 1, else one with so many threads besides
 */
export async function createScanner(
  options: ScanThreadsOptions,
): Promise<FileScanner> {
  if (options.count === 1) return new LocalScanner(options);
  const { ScanThreads } = await import("./scan_threads.ts");
  return new ScanThreads(options);
}
