/**
 * Says in words why a log file cannot be read.
 *
 * @module
 */

import { dirname } from "node:path/posix";
import type { SourceStatus } from "./types.ts";

/** What a source that does not read tells about itself. */
export type Failure = Required<Pick<SourceStatus, "state" | "reason">>;

/**
 * Tells why a log file is not read, for `status` and the log.
 *
 * @param path an absolute path
 * @param error what opening or reading it threw
 * @returns `waiting` when the file may yet come, `failed` when a person must act
 */
export function describeFailure(path: string, error: unknown): Failure {
  if (error instanceof Deno.errors.NotFound) {
    return { state: "waiting", reason: describeAbsence(path) };
  }
  return { state: "failed", reason: describeReason(error) };
}

function describeAbsence(path: string): string {
  const folder = dirname(path);
  try {
    Deno.statSync(folder);
    return "no such file";
  } catch {
    return `no such folder "${folder}"`;
  }
}

function describeReason(error: unknown): string {
  if (error instanceof Deno.errors.PermissionDenied) {
    return "permission denied to the user of this process";
  }
  if (error instanceof Deno.errors.NotCapable) {
    return "outside the folders that this process may read";
  }
  return error instanceof Error ? error.message : String(error);
}
