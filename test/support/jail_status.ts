/**
 * A jail as a daemon tells of it, for tests that fake the daemon.
 *
 * @module
 */

import type { JailStatus } from "../../src/control/types.ts";
import type { SourceStatus } from "../../src/source/types.ts";

/** @returns a jail that reads one log, on which nothing happened yet */
export function jailStatusOf(
  name: string,
  { path, state = "watching", ...others }:
    & Pick<SourceStatus, "path">
    & Partial<Pick<SourceStatus, "state"> & JailStatus>,
): JailStatus {
  return {
    name,
    mode: "enforce",
    action: "nftables",
    sources: [{ path, state, bytesRead: 0, overlongLines: 0, rotations: 0 }],
    maxRetry: 5,
    findTimeSeconds: 600,
    banTimeSeconds: 3600,
    failed: { current: 0, total: 0 },
    banned: { current: 0, total: 0 },
    ignored: 0,
    displaced: 0,
    forgotten: 0,
    ...others,
  };
}
