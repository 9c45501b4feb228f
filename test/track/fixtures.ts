/**
 * Hosts, failures and jails for the tests of the track stage.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Failure } from "../../src/match/types.ts";
import { formatNetwork, parseNetwork } from "../../src/util/address.ts";
import type { Network } from "../../src/util/address.ts";
import type { Decision, TrackJail } from "../../src/track/types.ts";
import { createTracker } from "../../src/track/tracker.ts";
import type { JailTracker } from "../../src/track/tracker.ts";

/** Any two words will do here. */
export const SEED = Uint32Array.of(0x01234567, 0x89abcdef);

/** @returns the network that `text` writes */
export function network(text: string): Network {
  const found = parseNetwork(text);
  assert.ok(found !== undefined, `no network: ${text}`);
  return found;
}

/** @returns the `n`th address of 10.0.0.0/8 */
export function nthHost(n: number): Network {
  return { words: Uint32Array.of(0, 0, 0xffff, 0x0a000000 + n), prefix: 128 };
}

/** @returns a failure of the host, in jail `sshd` unless told otherwise */
export function failureOf(
  host: string | Network,
  timeSeconds: number,
  jail = "sshd",
): Failure {
  const { words, prefix } = typeof host === "string" ? network(host) : host;
  return {
    jail,
    host: formatNetwork({ words, prefix }),
    words,
    prefix,
    timeSeconds,
    pattern: 0,
    user: undefined,
    line: "",
  };
}

/** @returns a jail that bans for 100 s after three failures in 60 s, but for what is told otherwise */
export function jailOf(rules: Partial<TrackJail> = {}): TrackJail {
  return {
    name: "sshd",
    maxRetry: 3,
    findTimeSeconds: 60,
    banTimeSeconds: 100,
    escalation: {
      increment: false,
      factor: 1,
      multipliers: [],
      maxTimeSeconds: 604800,
    },
    ipv6Prefix: 128,
    ignoreNetworks: [],
    ignoreSelf: true,
    ...rules,
  };
}

/** A tracker and what it decided so far. */
export interface Trial {
  readonly tracker: JailTracker;
  readonly decisions: Decision[];
  /** Takes the decisions so far as text: `ban sshd 192.0.2.7 1000-1100`, `unban sshd 192.0.2.7 expired`. */
  readonly take: () => string[];
}

/** @returns a tracker with these jails */
export function startTrial(
  jails: readonly TrackJail[] = [jailOf()],
  maxTracked = 1024,
  maxBans = 1_000_000,
): Trial {
  const decisions: Decision[] = [];
  const tracker = createTracker({
    maxTracked,
    maxBans,
    seed: SEED,
    onDecision: (decision) => decisions.push(decision),
  });
  tracker.setJails(jails);
  return {
    tracker,
    decisions,
    take: () => decisions.splice(0).map(describe),
  };
}

function describe(decision: Decision): string {
  const { jail, host, startSeconds, endSeconds } = decision.ban;
  const what = decision.kind === "unban"
    ? decision.reason
    : `${startSeconds}-${endSeconds}`;
  return `${decision.kind} ${jail} ${host} ${what}`;
}
