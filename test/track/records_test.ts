import assert from "node:assert/strict";
import fc from "fast-check";
import type { Ban, CountRow, FailureRow } from "../../src/track/types.ts";
import type { RowSink } from "../../src/track/types.ts";
import { formatNetwork } from "../../src/util/address.ts";
import type { Network } from "../../src/util/address.ts";
import {
  failureOf,
  jailOf,
  network,
  nthHost,
  startTrial,
  type Trial,
} from "./fixtures.ts";

const JAILS = [
  jailOf(),
  jailOf({
    name: "web",
    maxRetry: 2,
    findTimeSeconds: 1000,
    banTimeSeconds: Infinity,
  }),
];

Deno.test("a tracker that takes rows over goes on as the one that gave them", () => {
  const event = fc.record({
    host: fc.nat(3),
    jail: fc.constantFrom("sshd", "web"),
    after: fc.nat(40),
    drains: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 30 }),
      fc.array(event, { maxLength: 30 }),
      (before, after) => {
        const first = startTrial(JAILS);
        const store = new RowStore();
        let now = 1000;
        for (const { host, jail, after, drains } of before) {
          now += after;
          first.tracker.onFailure(failureOf(nthHost(host), now, jail), now);
          if (drains) first.tracker.records.drain(store);
        }
        first.tracker.endDue(now);
        first.tracker.records.drain(store);
        const second = startTrial(JAILS);
        store.restoreInto(second, now);
        assert.deepEqual(second.take(), []);
        assert.deepEqual(listBans(second), listBans(first));
        first.take();
        for (const { host, jail, after: seconds } of after) {
          now += seconds;
          for (const { tracker } of [first, second]) {
            tracker.onFailure(failureOf(nthHost(host), now, jail), now);
          }
        }
        assert.deepEqual(second.take(), first.take());
        assert.deepEqual(listBans(second), listBans(first));
      },
    ),
  );
});

Deno.test("restoreBan() does refuse what is over, without a jail, or ignored now", () => {
  const { tracker } = startTrial([
    jailOf({ ignoreNetworks: [network("10.0.0.0/8")] }),
  ]);
  const terms = { startSeconds: 900, endSeconds: 1100, count: 2, failures: 3 };
  const restore = (jail: string, host: string, endSeconds = 1100) =>
    tracker.records.restoreBan(
      { ...terms, jail, host: network(host), endSeconds },
      1000,
    );
  assert.equal(restore("sshd", "192.0.2.7"), true);
  assert.equal(restore("sshd", "192.0.2.7"), false);
  assert.equal(restore("sshd", "192.0.2.8", 1000), false);
  assert.equal(restore("sshd", "10.0.0.1"), false);
  assert.equal(restore("gone", "192.0.2.9"), false);
  assert.deepEqual(
    tracker.bans().map(({ host, startSeconds, count, failures }) => [
      host,
      startSeconds,
      count,
      failures,
    ]),
    [["192.0.2.7", 900, 2, 3]],
  );
});

Deno.test("reconcile() does tell what the firewall lacks, or has with another end", () => {
  const { tracker } = startTrial();
  const ban = (host: string, seconds: number) =>
    tracker.ban({
      jail: "sshd",
      network: network(host),
      seconds,
      nowSeconds: 1000,
    });
  ban("192.0.2.1", 100);
  ban("192.0.2.2", 100);
  ban("192.0.2.3", 100);
  ban("192.0.2.4", Infinity);
  const found = (host: string, remainingSeconds: number) => ({
    jail: "sshd",
    ...network(host),
    remainingSeconds,
  });
  const missing = [
    ...tracker.records.reconcile([
      found("192.0.2.1", 89),
      found("192.0.2.2", 50),
      found("192.0.2.4", Infinity),
      found("192.0.2.5", 50),
    ], 1010),
  ];
  assert.deepEqual(
    missing.map((each) => [
      each.ban.host,
      each.kind === "ban" && each.isAbsent,
    ]),
    [["192.0.2.2", false], ["192.0.2.3", true]],
  );
  assert.deepEqual(
    tracker.find(network("192.0.2.5")),
    ["sshd"],
  );
});

Deno.test("drain() does clear the failures of a jail that a reload took away", () => {
  const { tracker } = startTrial(JAILS);
  const store = new RowStore();
  tracker.onFailure(failureOf("192.0.2.1", 1000, "web"), 1000);
  tracker.records.drain(store);
  assert.equal(store.failures.rows.size, 1);
  tracker.setJails([jailOf()]);
  tracker.records.drain(store);
  assert.equal(store.failures.rows.size, 0);
});

function listBans({ tracker }: Trial) {
  return tracker.bans().map(({ words: _, ...ban }) => ban)
    .sort((a, b) => `${a.jail} ${a.host}` < `${b.jail} ${b.host}` ? -1 : 1);
}

/** Rows of one table, by jail and host. */
class RowTable<Row extends { readonly jail: string }> implements RowSink<Row> {
  readonly rows = new Map<string, Row>();
  readonly #hostOf: (row: Row) => Network;

  constructor(hostOf: (row: Row) => Network) {
    this.#hostOf = hostOf;
  }

  clear(jails: readonly string[]): void {
    for (const [key, { jail }] of this.rows) {
      if (jails.includes(jail)) this.rows.delete(key);
    }
  }

  put(row: Row): void {
    this.rows.set(`${row.jail} ${formatNetwork(this.#hostOf(row))}`, row);
  }

  remove(jail: string, host: Network): void {
    this.rows.delete(`${jail} ${formatNetwork(host)}`);
  }
}

/** What a store would hold. */
class RowStore {
  readonly bans = new RowTable<Ban>((ban) => ban);
  readonly counts = new RowTable<CountRow>(({ host }) => host);
  readonly failures = new RowTable<FailureRow>(({ host }) => host);

  restoreInto({ tracker: { records } }: Trial, nowSeconds: number): void {
    for (const row of this.counts.rows.values()) records.restoreCount(row);
    for (const row of this.failures.rows.values()) records.restoreFailures(row);
    for (const ban of this.bans.rows.values()) {
      records.restoreBan({ ...ban, host: ban }, nowSeconds);
    }
    records.beginChanges();
  }
}
