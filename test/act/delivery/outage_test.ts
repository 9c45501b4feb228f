import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { HandlerError } from "../../../src/act/sandbox/types.ts";
import type { Ban } from "../../../src/track/types.ts";
import {
  BEGIN_SECONDS,
  FarSide,
  makeAction,
  makeBan,
  SimulatedClock,
  startDelivery,
  StoredOutbox,
} from "./fixtures.ts";

/** Hosts that are banned and freed, over and over. */
const HOSTS = 4000;
const OUTAGE_SECONDS = 3600;
/** Decisions in each second of the outage. */
const RATE = 10;

function hostOf(number: number): string {
  return `198.18.${number >> 8}.${number & 255}`;
}

function fail(): never {
  throw new HandlerError("Connection refused", {
    action: "team",
    reason: "threw",
  });
}

Deno.test("Delivery gets over an hour without its far side: nothing is lost, told twice or out of order", async () => {
  const farSide = new FarSide();
  const clock = new SimulatedClock();
  const stored = new StoredOutbox();
  const { delivery, running, tell } = startDelivery({ clock, farSide });
  const banned = new Map<string, Ban>();
  let decided = 0;
  let mostWaiting = 0;
  const decideSome = () => {
    for (let i = 0; i < RATE; i++) {
      // A stride that is prime to the number of hosts comes to all of them.
      const host = hostOf((decided++ * 1237) % HOSTS);
      const ban = banned.get(host);
      if (ban === undefined) {
        const endSeconds = clock.nowSeconds() + 600;
        const made = makeBan(host, { endSeconds, count: decided });
        banned.set(host, made);
        tell("ban", made);
      } else if (decided % 3 === 0) {
        const later = { ...ban, endSeconds: ban.endSeconds + 600 };
        banned.set(host, later);
        tell("extend", later);
      } else {
        banned.delete(host);
        tell("unban", ban);
      }
    }
    delivery.drain(stored);
    const [status] = delivery.status();
    mostWaiting = Math.max(mostWaiting, status?.queued ?? 0);
    strictEqual(stored.rows.size, status?.queued);
  };
  for (let second = 0; second < 600; second++) {
    decideSome();
    await clock.advance(1);
  }
  const callsBefore = farSide.calls.length;
  farSide.mood = fail;
  for (let second = 0; second < OUTAGE_SECONDS; second++) {
    decideSome();
    await clock.advance(1);
  }
  const callsMeanwhile = farSide.calls.length - callsBefore;
  ok(callsMeanwhile < 40, `${callsMeanwhile} calls to a dead far side`);
  ok(mostWaiting <= HOSTS + 500, `${mostWaiting} messages waited`);

  farSide.mood = () => {};
  const callsAtReturn = farSide.calls.length;
  await clock.advance(301);
  const told = farSide.calls.slice(callsAtReturn)
    .flatMap(({ method, batch }) => batch.map((entry) => ({ method, entry })));
  const hosts = told.map(({ entry }) => entry.host);
  strictEqual(new Set(hosts).size, hosts.length, "each host is told of once");
  const expected = [...running.values()]
    .map(({ jail, host, endSeconds }) =>
      [`${jail} ${host}`, endSeconds] as const
    ).sort();
  const found = [...farSide.bans.get("team") ?? []].sort();
  deepStrictEqual(found, expected);
  const [status] = delivery.status();
  strictEqual(status?.queued, 0);
  strictEqual(status?.dropped, 0);
  delivery.drain(stored);
  strictEqual(stored.rows.size, 0);
});

Deno.test("Delivery keeps a bounded queue when a flood meets a dead far side", async () => {
  const farSide = new FarSide();
  const { clock, delivery, running, tell } = startDelivery({
    farSide,
    actions: [makeAction({ batch: 500 })],
    mostWaiting: 5000,
  });
  await clock.advance(1);
  farSide.mood = fail;
  for (let i = 0; i < 20_000; i++) {
    tell("ban", makeBan(hostOf(i), { startSeconds: BEGIN_SECONDS + i }));
    if (i % 1000 === 0) await clock.advance(1);
  }
  const [during] = delivery.status();
  ok((during?.queued ?? Infinity) <= 5500);
  ok((during?.dropped ?? 0) >= 14_500);
  farSide.mood = () => {};
  await clock.advance(601);
  // The sync tells of those that there was no room for.
  strictEqual(farSide.hostsOf("team").length, running.size);
  strictEqual(delivery.status()[0]?.queued, 0);
});
