/**
 * A thread that does nothing, and how long the machine kept it waiting: what stands beside the pauses of a daemon.
 *
 * @module
 */

import { LoopMeter } from "../../src/util/loop_meter.ts";

/** The part of a Worker's global scope that is used here, since types are those of the main thread. */
interface WorkerScope {
  onmessage: () => void;
  postMessage(longestMs: number): void;
}

const scope = globalThis as unknown as WorkerScope;
const meter = new LoopMeter();
setInterval(() => meter.touch(), 500);
meter.touch();

scope.onmessage = () => scope.postMessage(meter.longestMs);
