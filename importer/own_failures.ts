/**
 * What our side sees in the lines of a log, by the clock and the rules of fail2ban-regex: every stamp is taken as it is, and
 * names are not resolved.
 *
 * @module
 */

import { createMatcher } from "../src/match/matcher.ts";
import { NO_POSITION } from "../src/source/types.ts";
import type { MatchJail } from "../src/match/types.ts";
import type { JailConfig } from "../src/config/types.ts";
import { createTranscoder } from "../src/util/transcoder.ts";
import { normalizeHost } from "./verify_host.ts";
import type { SeenFailure } from "./verify_types.ts";

/** Takes the lines in their order, since a filter remembers. */
export type OwnFailures = (line: Uint8Array) => readonly SeenFailure[];

const NONE: readonly SeenFailure[] = [];

/** @throws {FilterError} when a pattern cannot be used */
export function createOwnFailures(
  jail: MatchJail & Pick<JailConfig, "logEncoding">,
): OwnFailures {
  const transcoder = createTranscoder([jail]);
  const matcher = createMatcher([jail], {
    trustsStamps: true,
    emitsRawIds: true,
  });
  return (bytes) => {
    let found: SeenFailure[] | undefined;
    const { undated } = matcher.counts;
    const nowSeconds = Date.now() / 1000;
    matcher.match(
      {
        source: "",
        bytes: transcoder?.toUtf8(bytes) ?? bytes,
        position: NO_POSITION,
        isCatchUp: true,
      },
      nowSeconds,
      ({ host, timeSeconds }) => {
        // A date pattern that may match nothing gives our clock's time, and fail2ban's clock reads another.
        const isDated = matcher.counts.undated === undated &&
          timeSeconds !== nowSeconds;
        found ??= [];
        found.push({
          host: normalizeHost(host),
          timeSeconds: isDated ? timeSeconds : null,
        });
      },
    );
    return found ?? NONE;
  };
}
