/**
 * Failures for tests.
 *
 * @module
 */

import type { Failure } from "../../src/match/types.ts";
import { parseNetwork } from "../../src/util/address.ts";

/** @returns a failure of the jail `app` */
export function makeFailure(
  host: string,
  more: Partial<Failure> = {},
): Failure {
  const network = parseNetwork(host);
  if (network === undefined) throw new TypeError(host);
  return {
    jail: "app",
    host,
    words: network.words,
    prefix: network.prefix,
    timeSeconds: 1000,
    pattern: 0,
    user: undefined,
    line: `refused ${host}`,
    ...more,
  };
}
