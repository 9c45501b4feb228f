import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { restoreLost } from "../src/restore_lost.ts";
import { createTracker, type JailTracker } from "../src/track/tracker.ts";
import type { Decision } from "../src/track/types.ts";
import { jailOf, network, nthHost, SEED } from "./track/fixtures.ts";

const NOW = 1_700_000_000;

function trackerWith(count: number): JailTracker {
  const tracker = createTracker({
    maxTracked: 100,
    maxBans: 10_000,
    seed: SEED,
    onDecision() {},
  });
  tracker.setJails([jailOf(), jailOf({ name: "web" })]);
  for (let n = 0; n < count; n++) {
    tracker.ban({ jail: "sshd", network: nthHost(n), nowSeconds: NOW });
  }
  return tracker;
}

function lostHost(host: string, jail = "sshd") {
  return { jail, ...network(host) };
}

Deno.test("restoreLost() puts back hosts that are to be banned, and no others", async () => {
  const { records } = trackerWith(3);
  const applied: Decision[] = [];
  const hosts = ["10.0.0.1", "10.0.0.3", "10.0.0.0/24"].map((host) =>
    lostHost(host)
  );
  const count = await restoreLost(
    {
      hosts: [
        ...hosts,
        lostHost("10.0.0.2", "web"),
        lostHost("10.0.0.2", "x"),
      ],
      jails: new Map(),
    },
    { records, apply: (decisions) => applied.push(...decisions) },
  );
  strictEqual(count, 1);
  deepStrictEqual(applied.map(({ kind, ban }) => [kind, ban.jail, ban.host]), [
    ["ban", "sshd", "10.0.0.1"],
  ]);
});

Deno.test("restoreLost() asks for each ban of a jail whether it is lost", async () => {
  const { records } = trackerWith(10);
  const applied: Decision[] = [];
  const isOdd = (words: Uint32Array) => (words[3] ?? 0) % 2 === 1;
  await restoreLost(
    { hosts: [], jails: new Map([["sshd", ({ words }) => isOdd(words)]]) },
    { records, apply: (decisions) => applied.push(...decisions) },
  );
  strictEqual(applied.length, 5);
});

Deno.test("restoreLost() lets others have their turn, and minds what they do in it", async () => {
  const tracker = trackerWith(5_000);
  const turns: number[] = [];
  const restored = restoreLost(
    { hosts: [], jails: new Map([["sshd", () => true]]) },
    {
      records: tracker.records,
      apply: (decisions) => turns.push(decisions.length),
    },
  );
  // The first turn is over by now.
  deepStrictEqual(turns, [2_000]);
  strictEqual(tracker.unban({ jail: "sshd", network: nthHost(4_999) }), 1);
  strictEqual(tracker.unban({ jail: "sshd", network: nthHost(0) }), 1);
  strictEqual(await restored, 4_999);
  deepStrictEqual(turns, [2_000, 2_000, 999]);
});
