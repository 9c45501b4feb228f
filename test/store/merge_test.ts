import assert from "node:assert/strict";
import {
  RECORD_KINDS,
  type StateRecord,
} from "../../src/store/state_record.ts";
import { readState } from "../../src/store/state_reader.ts";
import { openStore } from "../../src/store/store.ts";
import type { Store } from "../../src/store/types.ts";
import type { StoredBan } from "../../src/track/types.ts";
import { SILENT } from "../../src/util/log.ts";
import {
  banOf,
  fillState,
  hostOf,
  messageOf,
  withStatePath,
} from "./fixtures.ts";

Deno.test("merge() into an empty state makes it the same, and a second time changes nothing", () =>
  withStatePath((from) =>
    withStatePath((to) => {
      withStore(from, fillState);
      const records = [...readState(from)];
      assert.deepEqual(
        new Set(records.map(({ kind }) => kind)),
        new Set(RECORD_KINDS),
      );
      withStore(to, (store) => {
        const counts = store.merge(records);
        assert.deepEqual([...readState(to)], records);
        assert.deepEqual(Object.fromEntries(counts), {
          ban: { read: 2, taken: 2 },
          count: { read: 1, taken: 1 },
          failures: { read: 1, taken: 1 },
          position: { read: 1, taken: 1 },
          cursor: { read: 1, taken: 1 },
          message: { read: 2, taken: 2 },
          memory: { read: 1, taken: 1 },
          history: { read: 2, taken: 2 },
        });
        const again = [...store.merge(records).values()];
        assert.deepEqual(
          new Set(again.map(({ taken }) => taken)),
          new Set([0]),
        );
        assert.deepEqual([...readState(to)], records);
      });
    })
  ));

Deno.test("merge() keeps the longer ban, the higher count, the later failures and its own places in logs", () => {
  const cases: readonly (readonly [
    known: StateRecord,
    other: StateRecord,
    isTaken: boolean,
  ])[] = [
    [ban({ endSeconds: 1100 }), ban({ endSeconds: 1101 }), true],
    [ban({ endSeconds: 1100 }), ban({ endSeconds: 1099 }), false],
    [ban({ endSeconds: 1100 }), ban({ endSeconds: 1100, count: 9 }), false],
    [ban({ endSeconds: 1100 }), ban({ endSeconds: Infinity }), true],
    [ban({ endSeconds: Infinity }), ban({ endSeconds: 1e9 }), false],
    [count(2), count(3), true],
    [count(2), count(1), false],
    [failures([5, 9]), failures([10]), true],
    [failures([5, 9]), failures([4, 5, 9]), true],
    [failures([5, 9]), failures([1, 2, 3, 8]), false],
    [position(10), position(20), false],
    [cursor(10), cursor(20), true],
    [cursor(10), cursor(5), false],
    [message(3), message(3), false],
    [memory(1), memory(2), false],
  ];
  for (const [known, other, isTaken] of cases) {
    withStatePath((path) =>
      withStore(path, (store) => {
        store.merge([known]);
        const taken = store.merge([other]).get(other.kind)?.taken;
        assert.equal(taken, isTaken ? 1 : 0);
        assert.deepEqual([...readState(path)], [isTaken ? other : known]);
      })
    );
  }
});

Deno.test("merge() takes nothing when its records cannot be read to the end", () =>
  withStatePath((path) =>
    withStore(path, (store) => {
      assert.throws(() =>
        store.merge(function* (): Generator<StateRecord> {
          yield ban({});
          throw new Error("no more");
        }()), /no more/);
      assert.deepEqual([...readState(path)], []);
      store.merge([ban({})]);
      assert.deepEqual([...readState(path)], [ban({})]);
    })
  ));

Deno.test("readState() sees one instant, whatever is written meanwhile", () =>
  withStatePath((path) =>
    withStore(path, (store) => {
      fillState(store);
      const records = readState(path);
      const first = records.next().value;
      const jails = ["sshd", "web"];
      store.commit(({ bans, counts, failures }) => {
        for (const sink of [bans, counts, failures]) sink.clear(jails);
      });
      assert.deepEqual(
        [first, ...records].map((record) => record?.kind),
        [
          ...["ban", "ban", "count", "failures", "position", "cursor"],
          ...["message", "message", "memory", "history", "history"],
        ],
      );
      assert.deepEqual(
        [...readState(path)].map(({ kind }) => kind),
        [
          ...["position", "cursor", "message", "message", "memory"],
          ...["history", "history"],
        ],
      );
    })
  ));

function withStore(path: string, use: (store: Store) => void): void {
  const store = openStore({ path, log: SILENT });
  try {
    use(store);
  } finally {
    store.close();
  }
}

function ban(terms: Partial<StoredBan>): StateRecord {
  const { jail, startSeconds, endSeconds, count, failures } = banOf(
    "192.0.2.7",
  );
  const host = hostOf("192.0.2.7");
  return {
    kind: "ban",
    ban: { jail, host, startSeconds, endSeconds, count, failures, ...terms },
  };
}

function cursor(timeSeconds: number): StateRecord {
  const text = `s=0b;i=${timeSeconds}`;
  return { kind: "cursor", cursor: { jail: "web", cursor: text, timeSeconds } };
}

function count(count: number): StateRecord {
  const host = hostOf("192.0.2.7");
  return {
    kind: "count",
    count: { jail: "sshd", host, count, untilSeconds: 1100 },
  };
}

function failures(times: readonly number[]): StateRecord {
  const host = hostOf("2001:db8::/64");
  return {
    kind: "failures",
    failures: { jail: "sshd", host, times: Uint32Array.from(times) },
  };
}

function position(offset: number): StateRecord {
  const files = [{ device: 1, inode: 2, offset, head: new Uint8Array(3) }];
  return { kind: "position", position: { path: "/var/log/a.log", files } };
}

function message(id: number): StateRecord {
  return { kind: "message", message: messageOf(banOf("192.0.2.7"), { id }) };
}

function memory(memory: number): StateRecord {
  return { kind: "memory", memory: { action: "team", memory } };
}
