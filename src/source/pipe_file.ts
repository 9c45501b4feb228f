/**
 * A named pipe as a file, opened without waiting for a writer: apart, since few read pipes, and the module that can open one
 * so takes 15 ms to load.
 *
 * @module
 */

import { closeSync, constants, openSync, readSync } from "node:fs";

/** A pipe that is open. */
export interface PipeFile {
  /** @returns bytes read; 0 where there is no writer @throws {Error} with code EAGAIN where there is one and nothing to read */
  read(into: Uint8Array): number;
  close(): void;
}

/** @throws {Error} in the system's words */
export function openPipe(path: string): PipeFile {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return {
    read: (into) => readSync(descriptor, into),
    close: () => closeSync(descriptor),
  };
}
