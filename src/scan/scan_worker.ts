/**
 * What a scanning thread begins with: the first message says how it speaks to main, the others what it is to do.
 *
 * @module
 */

import type { ScanCommand, ScanEvent } from "./messages.ts";
import { WorkerScans } from "./worker_scans.ts";

/** The part of a Worker's global scope that is used here, since types are those of the main thread. */
interface WorkerScope {
  onmessage: (message: MessageEvent<ScanCommand>) => void;
  postMessage(events: readonly ScanEvent[]): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data }) => {
  if (data.kind !== "begin") {
    throw new TypeError(
      `Cannot scan: the first message is "${data.kind}", expected "begin"`,
    );
  }
  const scans = new WorkerScans({
    handled: new Int32Array(data.handled),
    post: (events) => scope.postMessage(events),
  });
  // What it throws ends the thread, and main begins another one.
  scope.onmessage = ({ data }) => void scans.obey(data);
};
