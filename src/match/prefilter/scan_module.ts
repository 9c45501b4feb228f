/**
 * The compiled prefilter, made ready once for all matchers.
 *
 * @module
 */

import { MODULE_BASE64 } from "./module_bytes.ts";

/** What scan.as exports. */
export interface ScanExports {
  readonly isDone: WebAssembly.Global;
  readonly lineCount: WebAssembly.Global;
  readonly isAscii: WebAssembly.Global;
  readonly wrongCount: WebAssembly.Global;
  place(results: number, resultsEnd: number, seen: number, count: number): void;
  placeMarks(lists: number): void;
  placeFingerprints(masks: number, buckets: number): void;
  placeTree(
    root: number,
    firstOutput: number,
    rowBytes: number,
    classes: number,
  ): void;
  begin(start: number, end: number): void;
  scanFingerprints(): number;
  scanTree(): number;
  offer(count: number): void;
  nextLine(): number;
}

/** Place of the line that was handed over. */
export const LINE_PLACE = 48;

/** Its words; with `again` set, it is handed over again. */
export const LineWord = { start: 0, end: 1, number: 2, again: 3 } as const;

let compiled: WebAssembly.Module | undefined;

/** @returns the functions of an instance that works in this memory */
export function instantiateScan(memory: WebAssembly.Memory): ScanExports {
  compiled ??= new WebAssembly.Module(Uint8Array.fromBase64(MODULE_BASE64));
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return exports as unknown as ScanExports;
}
