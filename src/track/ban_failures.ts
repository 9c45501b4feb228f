/**
 * Bans as failures in the jails that watch for them.
 *
 * @module
 */

import type { JailConfig } from "../config/types.ts";
import type { Failure } from "../match/types.ts";
import type { Ban } from "./types.ts";

/**
 * Makes a failure of a ban for each jail that watches its jail. A jail never bans again whom it has banned, so that jails
 * that watch one another come to an end.
 *
 * @param jails all that may watch
 * @returns none for a network that was banned by hand: who does that has said all there is to say of it
 */
export function* banFailures(
  ban: Ban,
  jails: readonly Pick<JailConfig, "name" | "bansOf">[],
): Generator<Failure, void, void> {
  if (ban.failures === 0 && ban.prefix < 128) return;
  for (const { name, bansOf } of jails) {
    if (bansOf?.includes(ban.jail) === true) yield toFailure(ban, name);
  }
}

function toFailure(ban: Ban, jail: string): Failure {
  return {
    jail,
    host: ban.host,
    words: ban.words,
    prefix: ban.prefix,
    timeSeconds: ban.startSeconds,
    pattern: 0,
    user: undefined,
    line: `[${ban.jail}] Ban ${ban.host}`,
  };
}
