import assert from "node:assert/strict";
import fc from "fast-check";
import { FailureTable } from "../../src/track/failure_table.ts";
import type { FailureTableOptions } from "../../src/track/failure_table.ts";
import { network, nthHost, SEED } from "./fixtures.ts";

const NOW = 1_000_000;

function tableOf(options: Partial<FailureTableOptions> = {}): FailureTable {
  return new FailureTable({
    maxTracked: 16,
    maxRetry: 3,
    findTimeSeconds: 60,
    seed: SEED,
    ...options,
  });
}

/** @returns for each time of one host, whether it reached the threshold */
function recordAll(
  table: FailureTable,
  times: readonly number[],
  host = nthHost(0),
): boolean[] {
  return times.map((timeSeconds) =>
    table.record({ ...host, timeSeconds }, NOW)
  );
}

Deno.test("FailureTable.record() reaches the threshold as the table of cases says", () => {
  const cases: readonly {
    readonly why: string;
    readonly maxRetry: number;
    readonly times: readonly number[];
    /** Index of the time that reaches it; -1 where none does. */
    readonly hit: number;
  }[] = [
    { why: "fifth", maxRetry: 5, times: [100, 100, 100, 100, 100], hit: 4 },
    { why: "not the fourth", maxRetry: 5, times: [1, 1, 1, 1], hit: -1 },
    { why: "exactly find time", maxRetry: 3, times: [100, 130, 160], hit: 2 },
    { why: "one second more", maxRetry: 3, times: [100, 130, 161], hit: -1 },
    { why: "window slides", maxRetry: 3, times: [0, 50, 100, 110], hit: 3 },
    { why: "slow for ever", maxRetry: 2, times: [0, 61, 122, 183], hit: -1 },
    { why: "first of one", maxRetry: 1, times: [100], hit: 0 },
    { why: "fractions", maxRetry: 2, times: [100.9, 160.1], hit: 1 },
    {
      why: "late completes newest",
      maxRetry: 3,
      times: [100, 150, 90],
      hit: 2,
    },
    { why: "late in the middle", maxRetry: 3, times: [100, 150, 120], hit: 2 },
    { why: "late is too old", maxRetry: 3, times: [200, 210, 100], hit: -1 },
    {
      why: "late completes the window before",
      maxRetry: 3,
      times: [100, 110, 200, 105],
      hit: 3,
    },
    {
      why: "late is older than all that is kept",
      maxRetry: 3,
      times: [100, 200, 300, 50],
      hit: -1,
    },
    {
      why: "late hides nothing",
      maxRetry: 3,
      times: [300, 310, 200, 320],
      hit: 3,
    },
    {
      why: "late ones out of reach hide nothing",
      maxRetry: 3,
      times: [300, 310, 100, 101, 320],
      hit: 4,
    },
  ];
  for (const { why, maxRetry, times, hit } of cases) {
    const verdicts = recordAll(tableOf({ maxRetry }), times);
    assert.equal(verdicts.indexOf(true), hit, why);
  }
});

Deno.test("FailureTable.record() begins anew when the threshold was reached", () => {
  const table = tableOf();
  assert.deepEqual(recordAll(table, [1, 2, 3, 4, 5, 6]), [
    false,
    false,
    true,
    false,
    false,
    true,
  ]);
  assert.equal(table.size, 0);
});

Deno.test("FailureTable.record() counts hosts apart when only prefix or family differs", () => {
  const table = tableOf({ maxRetry: 2 });
  const texts = ["192.0.2.0", "192.0.2.0/24", "::c000:200", "2001:db8::/64"];
  for (const text of texts) {
    assert.deepEqual(recordAll(table, [1], network(text)), [false]);
  }
  for (const text of texts) {
    assert.deepEqual(recordAll(table, [2], network(text)), [true]);
  }
});

Deno.test("FailureTable.record() takes a stamp in the future for now", () => {
  const table = tableOf({ maxRetry: 2 });
  assert.equal(
    table.record({ ...nthHost(0), timeSeconds: 9_000 }, 1_000),
    false,
  );
  assert.equal(
    table.record({ ...nthHost(0), timeSeconds: 1_010 }, 1_010),
    true,
  );
});

Deno.test("FailureTable.record() still bans when the wall clock was set back", () => {
  const table = tableOf();
  const verdicts = [9_000, 9_000, 1_000, 1_001, 1_002].map((now) =>
    table.record({ ...nthHost(0), timeSeconds: now }, now)
  );
  assert.deepEqual(verdicts, [false, false, false, false, true]);
});

Deno.test("FailureTable.record() survives stamps that are no time", () => {
  const table = tableOf({ maxRetry: 2 });
  for (const timeSeconds of [NaN, -Infinity, -1]) {
    table.record({ ...nthHost(0), timeSeconds }, NOW);
    recordAll(table, [500, 510], nthHost(1));
  }
  assert.deepEqual(recordAll(table, [500, 510], nthHost(2)), [false, true]);
});

Deno.test("FailureTable forgets the host that failed longest ago when it is full", () => {
  const table = tableOf({ maxTracked: 3, maxRetry: 2 });
  recordAll(table, [10], nthHost(0));
  recordAll(table, [10], nthHost(1));
  recordAll(table, [10], nthHost(2));
  table.setThreshold({ maxRetry: 3, findTimeSeconds: 60 });
  recordAll(table, [11], nthHost(0));
  recordAll(table, [11], nthHost(3));
  table.setThreshold({ maxRetry: 2, findTimeSeconds: 60 });
  assert.equal(table.size, 3);
  assert.deepEqual(recordAll(table, [12], nthHost(0)), [true]);
  assert.deepEqual(recordAll(table, [12], nthHost(2)), [true]);
  assert.deepEqual(recordAll(table, [12], nthHost(1)), [false]);
});

Deno.test("FailureTable keeps its size and catches an attacker when a million hosts fail once", () => {
  const table = tableOf({ maxTracked: 4096, maxRetry: 5 });
  const { byteLength } = table;
  const attacker = { ...network("198.51.100.1"), timeSeconds: 500 };
  const flood = { ...nthHost(0), timeSeconds: 500 };
  const hits: number[] = [];
  for (let n = 0; n < 1_000_000; n++) {
    flood.words[3] = 0x0a000000 + n;
    assert.equal(table.record(flood, NOW), false);
    // Within capacity: never 4,095 others between two of its failures
    if (n % 4000 === 0 && table.record(attacker, NOW)) hits.push(n / 4000);
  }
  assert.deepEqual(hits, Array.from({ length: 50 }, (_, i) => i * 5 + 4));
  assert.equal(table.size, 4096);
  assert.equal(table.byteLength, byteLength);
});

Deno.test("FailureTable keeps who is near the threshold when many fail twice, and newcomers when many stop short of it", () => {
  const table = tableOf({ maxTracked: 1024, maxRetry: 5 });
  const attacker = network("198.51.100.1");
  recordAll(table, [500, 500, 500], attacker);
  for (let n = 0; n < 10_000; n++) recordAll(table, [500, 500], nthHost(n));
  assert.deepEqual(recordAll(table, [500], attacker), [false]);
  for (let n = 0; n < 10_000; n++) {
    recordAll(table, [500, 500, 500, 500], nthHost(n));
  }
  assert.ok(table.evicted > 18_000, `${table.evicted}`);
  const newcomers = Array.from({ length: 100 }, (_, n) => nthHost(50_000 + n));
  for (let round = 0; round < 4; round++) {
    for (const host of newcomers) recordAll(table, [500], host);
  }
  assert.ok(
    newcomers.every((host) => table.record({ ...host, timeSeconds: 500 }, NOW)),
  );
});

Deno.test("FailureTable counts to a thousand for many hosts when its memory has no room for as many times", () => {
  const table = tableOf({ maxTracked: 65_536, maxRetry: 1000 });
  assert.ok(table.byteLength < 24_000_000, `${table.byteLength}`);
  for (let n = 0; n < 65_536; n++) recordAll(table, [100], nthHost(n));
  assert.equal(table.size, 65_536);
  const times = Array.from({ length: 1000 }, (_, i) => 100 + (i % 50));
  for (let n = 0; n < 3; n++) {
    const verdicts = recordAll(table, times, network(`198.51.100.${n}`));
    assert.equal(verdicts.indexOf(true), 999);
  }
});

Deno.test("FailureTable forgets early rather than grow when every host fails hundreds of times", () => {
  const table = tableOf({ maxTracked: 65_536, maxRetry: 1000 });
  const { byteLength } = table;
  for (let n = 0; n < 2700; n++) {
    const failure = { ...nthHost(n), timeSeconds: 100 };
    for (let i = 0; i < 800; i++) table.record(failure, NOW);
  }
  assert.equal(table.byteLength, byteLength);
  assert.equal(table.size, Math.floor(2 ** 18 / 100));
});

Deno.test("FailureTable.setThreshold() keeps the latest times when max_retry changes", () => {
  const table = tableOf({ maxRetry: 5 });
  recordAll(table, [1, 100, 110, 120]);
  table.setThreshold({ maxRetry: 3, findTimeSeconds: 25 });
  assert.deepEqual(recordAll(table, [125]), [true]);
  recordAll(table, [200, 201]);
  table.setThreshold({ maxRetry: 100, findTimeSeconds: 60 });
  const verdicts = recordAll(table, Array.from({ length: 98 }, () => 202));
  assert.equal(verdicts.indexOf(true), 97);
  recordAll(table, [300, 301]);
  table.setThreshold({ maxRetry: 1, findTimeSeconds: 60 });
  assert.deepEqual(recordAll(table, [302]), [true]);
  assert.equal(table.size, 0);
});

Deno.test("FailureTable.prune() forgets hosts that no late line can bring back", () => {
  const table = tableOf();
  recordAll(table, [100], nthHost(0));
  recordAll(table, [110], nthHost(1));
  table.prune(220);
  assert.equal(table.size, 2);
  assert.equal(table.countFailing(160), 2);
  assert.equal(table.countFailing(161), 1);
  table.prune(221);
  assert.equal(table.size, 1);
  recordAll(table, [500], nthHost(2));
  assert.equal(table.size, 1);
});

Deno.test("FailureTable.forget() forgets one host", () => {
  const table = tableOf();
  recordAll(table, [1, 2], nthHost(0));
  recordAll(table, [1, 2], nthHost(1));
  assert.equal(table.forget(nthHost(0)), true);
  assert.equal(table.forget(nthHost(0)), false);
  assert.deepEqual(recordAll(table, [3], nthHost(0)), [false]);
  assert.deepEqual(recordAll(table, [3], nthHost(1)), [true]);
});

/** Keeps every time of every host and looks at every window of those that the table promises to know. */
class NaiveFailures {
  readonly #hosts = new Map<number, number[]>();
  readonly #options: FailureTableOptions;

  constructor(options: FailureTableOptions) {
    this.#options = options;
  }

  record(host: number, time: number): boolean {
    const { maxRetry, maxTracked, findTimeSeconds } = this.#options;
    const times = this.#hosts.get(host) ?? [];
    this.#hosts.delete(host);
    if (this.#hosts.size === maxTracked) this.#evict();
    times.push(time);
    times.sort((a, b) => a - b);
    const isReached = times.some((first, i) => {
      const last = times[i + maxRetry - 1];
      return last !== undefined && last - first <= findTimeSeconds;
    });
    if (!isReached) this.#hosts.set(host, times.slice(-maxRetry));
    return isReached;
  }

  /** Of the lowest rank that has more than an eighth of the table, else of the lowest one: who failed longest ago. */
  #evict(): void {
    const { maxRetry, maxTracked } = this.#options;
    const rankOf = (times: readonly number[]) =>
      times.length <= 1 ? 0 : Math.min(
        3,
        Math.floor(((times.length - 1) / (maxRetry - 1)) * 4),
      );
    const ranks = [0, 1, 2, 3].map((rank) =>
      [...this.#hosts].filter(([, times]) => rankOf(times) === rank)
    );
    const crowded = ranks.find(({ length }) =>
      length > Math.floor(maxTracked / 8)
    );
    const [victim] = crowded ?? ranks.find(({ length }) => length > 0) ?? [];
    this.#hosts.delete(victim?.[0] ?? -1);
  }
}

Deno.test("FailureTable agrees with a naive model when stamps come in any order", () => {
  const options = fc.record({
    maxRetry: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(20)),
    maxTracked: fc.integer({ min: 1, max: 5 }),
    // Long enough that nothing goes stale: the model does not prune
    findTimeSeconds: fc.integer({ min: 500, max: 700 }),
    seed: fc.constant(SEED),
  });
  const step = fc.record({
    host: fc.oneof(fc.constant(0), fc.nat(6)),
    time: fc.integer({ min: 1000, max: 2000 }),
  });
  const steps = fc.array(step, { maxLength: 150, size: "max" });
  fc.assert(
    fc.property(options, steps, (options, steps) => {
      const table = new FailureTable(options);
      const model = new NaiveFailures(options);
      for (const { host, time } of steps) {
        assert.equal(
          table.record({ ...nthHost(host), timeSeconds: time }, NOW),
          model.record(host, time),
        );
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("FailureTable agrees with a naive model when stamps come in order", () => {
  const step = fc.record({ host: fc.nat(3), pause: fc.nat(40) });
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 12 }),
    fc.array(step, { maxLength: 300, size: "max" }),
    (maxRetry, steps) => {
      const options = {
        maxRetry,
        maxTracked: 8,
        findTimeSeconds: 100,
        seed: SEED,
      };
      const table = new FailureTable(options);
      const model = new NaiveFailures(options);
      let time = 1000;
      for (const { host, pause } of steps) {
        time += pause;
        assert.equal(
          table.record({ ...nthHost(host), timeSeconds: time }, time),
          model.record(host, time),
        );
      }
    },
  ));
});
