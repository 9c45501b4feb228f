import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { createTracker } from "../../src/track/tracker.ts";
import type { HostStanding, TrackJail } from "../../src/track/types.ts";
import {
  formatNetwork,
  type Network,
  parseNetwork,
} from "../../src/util/address.ts";

const NOW = 1_000_000;

function networkOf(text: string): Network {
  const network = parseNetwork(text);
  ok(network !== undefined);
  return network;
}

const JAIL: TrackJail = {
  ...{ name: "sshd", maxRetry: 3, findTimeSeconds: 600, banTimeSeconds: 3600 },
  ...{ ipv6Prefix: 64, ignoreSelf: true },
  ignoreNetworks: [networkOf("10.0.0.0/8"), networkOf("10.1.0.0/16")],
  escalation: {
    ...{ increment: false, factor: 1, maxTimeSeconds: Infinity },
    ...{ multipliers: [], randomSeconds: 0 },
  },
} as unknown as TrackJail;

function createRig() {
  const tracker = createTracker({
    ...{ maxTracked: 100, maxBans: 100, seed: Uint32Array.of(1, 2) },
    onDecision: () => {},
  });
  tracker.setJails([JAIL]);
  const fail = (host: string, timeSeconds: number) =>
    tracker.onFailure({
      ...{ jail: "sshd", host, ...networkOf(host), timeSeconds },
      ...{ pattern: 0, user: undefined, line: "" },
    }, NOW);
  const look = (host: string): HostStanding => {
    const [standing] = tracker.records.standings(networkOf(host), NOW);
    ok(standing !== undefined);
    return standing;
  };
  return { tracker, fail, look };
}

Deno.test("standings() tells failures within the find time from those that are too old", () => {
  const { fail, look } = createRig();
  fail("192.0.2.7", NOW - 700);
  fail("192.0.2.7", NOW - 50);
  const known = look("192.0.2.7");
  deepStrictEqual(known.failureTimes, [NOW - 700, NOW - 50]);
  strictEqual(known.recentFailures, 1);
  strictEqual(known.ban, undefined);
  strictEqual(look("192.0.2.8").recentFailures, 0);
});

Deno.test("standings() finds the ban of the network by which a host is counted", () => {
  const { fail, look } = createRig();
  for (const last of [1, 2, 3]) fail(`2001:db8::${last}`, NOW - last);
  const known = look("2001:db8::ffff");
  strictEqual(formatNetwork(known.countedAs), "2001:db8::/64");
  strictEqual(known.ban?.host, "2001:db8::/64");
  deepStrictEqual([known.bans, known.recentFailures], [1, 0]);
});

Deno.test("standings() names the narrowest entry that spares a host, or an own address", () => {
  const { tracker, look } = createRig();
  const spared = (host: string) => {
    const { ignoredBy } = look(host);
    return ignoredBy && formatNetwork(ignoredBy);
  };
  strictEqual(spared("10.2.3.4"), "10.0.0.0/8");
  strictEqual(spared("10.1.3.4"), "10.1.0.0/16");
  strictEqual(spared("192.0.2.1"), undefined);
  // A ban on it would hit somebody who is spared.
  strictEqual(spared("8.0.0.0/6"), "10.0.0.0/8");
  tracker.setOwnAddresses([networkOf("192.0.2.1")]);
  strictEqual(spared("192.0.2.1"), "192.0.2.1");
});

Deno.test("standings() changes nothing, and its networks are its own", () => {
  const { fail, look } = createRig();
  fail("2001:db8::1", NOW);
  const first = look("2001:db8::1");
  look("2001:db8:1::1");
  strictEqual(formatNetwork(first.countedAs), "2001:db8::/64");
  strictEqual(look("2001:db8::1").recentFailures, 1);
});
