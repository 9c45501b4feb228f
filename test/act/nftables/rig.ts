/**
 * Drivers on the real kernel, for tests.
 *
 * @module
 */

import { strict as assert } from "node:assert";

import {
  createNftablesDriver,
  type NftablesDriver,
} from "../../../src/act/nftables/nftables_driver.ts";
import type { LostBansSink } from "../../../src/act/nftables/repair.ts";
import type { ActJail, ActProblem } from "../../../src/act/types.ts";
import { formatNetwork } from "../../../src/util/address.ts";
import { openLibc } from "../../../src/util/libc.ts";
import { SILENT } from "../../../src/util/log.ts";
import { NOW_SECONDS } from "../samples.ts";

/** Shared, since it is never closed. */
export const libc = openLibc();

/** See `rig`. */
export interface Rig {
  readonly driver: NftablesDriver;
  readonly problems: ActProblem[];
}

/** @returns a driver that is not open yet, and where it reports problems */
export function rig(onLost: LostBansSink = () => Promise.resolve(0)): Rig {
  const problems: ActProblem[] = [];
  const driver = createNftablesDriver({
    libc,
    logger: SILENT,
    now: () => NOW_SECONDS,
    onProblem: (problem) => problems.push(problem),
    onLost,
  });
  return { driver, problems };
}

/** Opens a driver, lets it work, and checks that it had no problem. */
export async function withDriver(
  jails: readonly ActJail[],
  work: (driver: NftablesDriver) => void | Promise<void>,
): Promise<void> {
  const { driver, problems } = rig();
  driver.open(jails);
  await work(driver);
  await driver.close();
  assert.deepEqual(problems, []);
}

/** @returns what the kernel has for a jail, in the order of the text */
export function hosts(driver: NftablesDriver, jail: string): string[] {
  return driver.list(jail).map(formatNetwork).sort();
}

/** @returns whether the value lies above `least` and not above `most` */
export function between(
  value: number | undefined,
  least: number,
  most: number,
): boolean {
  return value !== undefined && value > least && value <= most;
}
