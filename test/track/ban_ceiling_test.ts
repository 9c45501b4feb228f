import assert from "node:assert/strict";
import fc from "fast-check";
import type {
  Ban,
  CountRow,
  FailureRow,
  RowSink,
} from "../../src/track/types.ts";
import { failureOf, jailOf, nthHost, startTrial } from "./fixtures.ts";

const NOW = 1000;

/** @returns a tracker with room for so many bans */
function trialFor(maxBans: number) {
  return startTrial([jailOf(), jailOf({ name: "web" })], 1024, maxBans);
}

function stored(n: number, endSeconds: number, startSeconds = 0) {
  const terms = { startSeconds, endSeconds, count: 1, failures: 3 };
  return { jail: "sshd", host: nthHost(n), ...terms };
}

Deno.test("a new ban has the one that ends soonest make room, of whatever jail", () => {
  const { tracker, take } = trialFor(3);
  const ban = (jail: string, n: number, seconds: number) =>
    tracker.ban({ jail, network: nthHost(n), seconds, nowSeconds: NOW });
  ban("sshd", 1, 50);
  ban("web", 2, 20);
  ban("web", 3, Infinity);
  take();
  // Counted failures ban as well, and for less than others have left.
  tracker.onFailure(failureOf(nthHost(4), NOW), NOW);
  tracker.onFailure(failureOf(nthHost(4), NOW), NOW);
  assert.equal(tracker.onFailure(failureOf(nthHost(4), NOW), NOW), "banned");
  ban("sshd", 5, 1);
  ban("sshd", 6, 1);
  assert.deepEqual(take(), [
    "unban web 10.0.0.2 room",
    "ban sshd 10.0.0.4 1000-1100",
    "unban sshd 10.0.0.1 room",
    "ban sshd 10.0.0.5 1000-1001",
    "unban sshd 10.0.0.5 room",
    "ban sshd 10.0.0.6 1000-1001",
  ]);
  assert.equal(tracker.counts("sshd", NOW).displaced, 2);
  assert.equal(tracker.counts("web", NOW).displaced, 1);
});

Deno.test("bans for ever make room only for each other, the oldest first", () => {
  const { tracker, take } = trialFor(2);
  const ban = (n: number, nowSeconds: number, seconds = Infinity) =>
    tracker.ban({ jail: "sshd", network: nthHost(n), seconds, nowSeconds });
  ban(1, 10);
  ban(2, 5);
  ban(3, 20);
  ban(4, 30, 60);
  ban(5, 31);
  // Another end is another place in the order.
  ban(5, 32, Infinity);
  assert.deepEqual(take(), [
    "ban sshd 10.0.0.1 10-Infinity",
    "ban sshd 10.0.0.2 5-Infinity",
    "unban sshd 10.0.0.2 room",
    "ban sshd 10.0.0.3 20-Infinity",
    "unban sshd 10.0.0.1 room",
    "ban sshd 10.0.0.4 30-90",
    "unban sshd 10.0.0.4 room",
    "ban sshd 10.0.0.5 31-Infinity",
  ]);
});

Deno.test("a ban that got a later end makes room later", () => {
  const { tracker, take } = trialFor(2);
  const ban = (n: number, seconds: number) =>
    tracker.ban({ jail: "sshd", network: nthHost(n), seconds, nowSeconds: 0 });
  ban(1, 10);
  ban(2, 20);
  ban(1, 30);
  take();
  ban(3, 5);
  assert.deepEqual(take(), [
    "unban sshd 10.0.0.2 room",
    "ban sshd 10.0.0.3 0-5",
  ]);
});

Deno.test("a network's ban gets in where the bans that it stands for fill all room", () => {
  const subnetBans = {
    prefix: 24,
    hosts: 3,
    withinSeconds: 600,
    banTimeSeconds: 600,
  };
  const { tracker, take } = startTrial(
    [jailOf({ maxRetry: 1, subnetBans })],
    1024,
    3,
  );
  for (const n of [1, 2, 3]) {
    tracker.onFailure(failureOf(nthHost(n), NOW), NOW);
  }
  assert.deepEqual(tracker.bans().map(({ host }) => host), ["10.0.0.0/24"]);
  assert.equal(take().filter((text) => text.startsWith("ban")).length, 4);
});

Deno.test("restoreBan() leaves out what would be the first to go, and has its end decided", () => {
  const { tracker, take } = trialFor(2);
  const { records } = tracker;
  assert.equal(records.restoreBan(stored(1, 2000), NOW), true);
  assert.equal(records.restoreBan(stored(2, 3000), NOW), true);
  assert.equal(records.restoreBan(stored(3, 1500), NOW), false);
  assert.equal(records.restoreBan(stored(4, 4000), NOW), true);
  assert.equal(records.restoreBan(stored(5, Infinity, 20), NOW), true);
  assert.equal(records.restoreBan(stored(6, Infinity, 10), NOW), true);
  assert.equal(records.restoreBan(stored(7, Infinity, 5), NOW), false);
  assert.deepEqual(take(), [
    "unban sshd 10.0.0.3 room",
    "unban sshd 10.0.0.1 room",
    "unban sshd 10.0.0.2 room",
    "unban sshd 10.0.0.4 room",
    "unban sshd 10.0.0.7 room",
  ]);
  assert.equal(tracker.counts("sshd", NOW).displaced, 5);
  // What found no room must not come back at the next start.
  records.beginChanges();
  const rows: string[] = [];
  records.drain({
    bans: sinkInto<Ban>(rows, ({ host }) => host),
    counts: sinkInto<CountRow>([], () => ""),
    failures: sinkInto<FailureRow>([], () => ""),
  });
  assert.deepEqual(rows.sort(), ["10.0.0.5", "10.0.0.6", "clear"]);
});

Deno.test("reconcile() ends what it finds in the firewall and has no room for", () => {
  const { tracker, take } = trialFor(1);
  tracker.records.restoreBan(stored(1, 2000), NOW);
  const found = (n: number, remainingSeconds: number) => ({
    jail: "sshd",
    ...nthHost(n),
    remainingSeconds,
  });
  const missing = [
    ...tracker.records.reconcile(
      [found(1, 1000), found(2, 10), found(3, 5000)],
      NOW,
    ),
  ];
  assert.deepEqual(take(), [
    "unban sshd 10.0.0.2 room",
    "unban sshd 10.0.0.1 room",
  ]);
  assert.deepEqual(missing, []);
  assert.deepEqual(tracker.bans().map(({ host }) => host), ["10.0.0.3"]);
});

Deno.test("the bans in force are those that a naive model keeps", () => {
  const step = fc.record({
    action: fc.constantFrom("ban", "ban", "ban", "unban", "wait"),
    host: fc.nat(12),
    seconds: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constant(Infinity)),
  });
  fc.assert(fc.property(
    fc.array(step, { maxLength: 60 }),
    fc.integer({ min: 1, max: 6 }),
    (steps, most) => {
      const { tracker } = trialFor(most);
      const model = new Map<number, { start: number; end: number }>();
      let now = 0;
      for (const { action, host, seconds: wholeSeconds } of steps) {
        now++;
        if (action === "wait") now += 10;
        // No two bans begin or end at the same time, so that there is one order.
        const seconds = wholeSeconds + now / 1024;
        for (const [each, { end }] of model) {
          if (end <= now) model.delete(each);
        }
        tracker.expire(now);
        const order = { jail: "sshd", network: nthHost(host) };
        if (action === "unban") {
          tracker.unban(order);
          model.delete(host);
        } else if (action === "ban") {
          const outcome = tracker.ban({ ...order, seconds, nowSeconds: now });
          const known = model.get(host);
          const end = now + seconds;
          if (known !== undefined) {
            known.end = Math.max(known.end, end);
            assert.notEqual(outcome, "banned");
          } else {
            if (model.size >= most) model.delete(firstToGo(model));
            model.set(host, { start: now, end });
            assert.equal(outcome, "banned");
          }
        }
        const bans = tracker.bans()
          .map(({ host, endSeconds }) => `${host} ${endSeconds}`).sort();
        const wanted = [...model]
          .map(([n, { end }]) => `10.0.0.${n} ${end}`).sort();
        assert.deepEqual(bans, wanted);
      }
    },
  ));
});

Deno.test("a full list takes a new ban in a time that does not grow with it", () => {
  const perBan = [1_000, 64_000].map((most) => {
    const { tracker, decisions } = trialFor(most);
    const ban = (n: number) =>
      tracker.ban({
        jail: "sshd",
        network: nthHost(n),
        seconds: 1000 + (n * 7919) % 997,
        nowSeconds: 0,
      });
    for (let n = 0; n < most; n++) ban(n);
    const start = performance.now();
    for (let n = 0; n < 20_000; n++) ban(most + n);
    decisions.length = 0;
    return (performance.now() - start) / 20_000;
  });
  const [small = 0, large = 0] = perBan;
  // 64 times as many: a search through all would take about as many times as long.
  assert.ok(large < 12 * small, `${small} ms and ${large} ms`);
});

function firstToGo(
  model: ReadonlyMap<number, { readonly start: number; readonly end: number }>,
): number {
  const sorted = [...model].sort(([, a], [, b]) =>
    a.end === b.end ? a.start - b.start : a.end < b.end ? -1 : 1
  );
  return sorted[0]?.[0] ?? -1;
}

function sinkInto<Row>(
  rows: string[],
  describe: (row: Row) => string,
): RowSink<Row> {
  return {
    clear: () => rows.push("clear"),
    put: (row) => rows.push(describe(row)),
    remove: () => rows.push("remove"),
  };
}
