import assert from "node:assert/strict";
import { openStore } from "../../src/store/store.ts";
import type { Store } from "../../src/store/types.ts";
import { formatNetwork, parseNetwork } from "../../src/util/address.ts";
import { SILENT } from "../../src/util/log.ts";
import { banOf, messageOf, query, withStatePath } from "./fixtures.ts";

Deno.test("openStore() gives back what was committed in another life", () =>
  withStatePath((path) => {
    const host = network("2001:db8::7");
    const cursor = { cursor: "s=1;i=2", timeSeconds: 1_763_665_683.418331 };
    const position = {
      device: 65024,
      inode: 2 ** 52 + 1,
      offset: 2 ** 33,
      head: new TextEncoder().encode("Nov 20 19:08:03 box sshd[1]: …"),
    };
    withStore(path, (store) =>
      store.commit((writer) => {
        writer.bans.put(banOf("192.0.2.7"));
        writer.bans.put(banOf("10.0.0.0/8", { endSeconds: Infinity }));
        writer.bans.put(banOf("192.0.2.9", { endSeconds: 1001 }));
        writer.counts.put({ jail: "sshd", host, count: 3, untilSeconds: 99.5 });
        const times = Uint32Array.of(1000, 1001, 4_000_000_000);
        writer.failures.put({ jail: "web", host, times });
        writer.putPositions("/var/log/a.log", [
          { ...position, inode: 7 },
          position,
        ]);
        writer.putCursor("sshd", cursor);
        writer.putCursor("gone", cursor);
        writer.putCursor("gone", undefined);
        for (const id of [2 ** 51, 7, 8]) {
          const ban = banOf("2001:db8::/48", { endSeconds: Infinity });
          writer.outbox.put(messageOf(ban, { id, method: "unban" }));
        }
        writer.outbox.remove({ action: "team", id: 8 });
        writer.outbox.remove({ action: "other", id: 7 });
        writer.outbox.putMemory({ action: "gone", memory: 1 });
        writer.outbox.putMemory({ action: "team", memory: { list: ["x"] } });
        writer.outbox.removeMemory("gone");
      }));
    withStore(path, (store) => {
      assert.deepEqual(
        [...store.bans(1050)].map(({ host, ...ban }) => [
          formatNetwork(host),
          ban,
        ]).sort(),
        [
          ["10.0.0.0/8", terms({ endSeconds: Infinity })],
          ["192.0.2.7", terms()],
        ],
      );
      assert.deepEqual([...store.counts()], [{
        jail: "sshd",
        host,
        count: 3,
        untilSeconds: 99.5,
      }]);
      assert.deepEqual([...store.failures()], [{
        jail: "web",
        host,
        times: Uint32Array.of(1000, 1001, 4_000_000_000),
      }]);
      assert.deepEqual(
        store.positions(),
        new Map([["/var/log/a.log", [{ ...position, inode: 7 }, position]]]),
      );
      assert.deepEqual(store.cursors(), new Map([["sshd", cursor]]));
      const ban = banOf("2001:db8::/48", { endSeconds: Infinity });
      assert.deepEqual(
        [...store.outbox()],
        [7, 2 ** 51].map((id) => messageOf(ban, { id, method: "unban" })),
      );
      assert.deepEqual([...store.memories()], [
        { action: "team", memory: { list: ["x"] } },
      ]);
      store.commit(({ outbox }) => outbox.clear());
      assert.deepEqual([...store.outbox(), ...store.memories()], []);
    });
  }));

Deno.test("commit() stores nothing of what throws, and works again afterwards", () =>
  withStatePath((path) =>
    withStore(path, (store) => {
      assert.throws(() =>
        store.commit((writer) => {
          writer.bans.put(banOf("192.0.2.7"));
          throw new Error("no more");
        }), /no more/);
      assert.deepEqual([...store.bans(0)], []);
      store.commit((writer) => writer.bans.put(banOf("192.0.2.8")));
      assert.equal([...store.bans(0)].length, 1);
    })
  ));

Deno.test("fill() stores nothing by itself, and all with the next commit, or nothing where a part throws", () =>
  withStatePath((path) => {
    withStore(path, (store) => {
      store.fill((writer) => writer.bans.put(banOf("192.0.2.7")));
      store.fill((writer) => writer.bans.put(banOf("192.0.2.8")));
    });
    withStore(path, (store) => {
      assert.deepEqual([...store.bans(0)], []);
      store.fill((writer) => writer.bans.put(banOf("192.0.2.7")));
      assert.throws(() =>
        store.fill(() => {
          throw new Error("no more");
        }), /no more/);
      store.commit((writer) => writer.bans.put(banOf("192.0.2.8")));
      assert.equal([...store.bans(0)].length, 1);
      store.fill((writer) => writer.bans.put(banOf("192.0.2.7")));
      store.commit((writer) => writer.bans.put(banOf("192.0.2.9")));
      assert.equal([...store.bans(0)].length, 3);
    });
  }));

Deno.test("commit() replaces, removes and clears rows by jail and host", () =>
  withStatePath((path) =>
    withStore(path, (store) => {
      store.commit(({ bans }) => {
        bans.put(banOf("192.0.2.1"));
        bans.put(banOf("192.0.2.1", { count: 2 }));
        bans.put(banOf("192.0.2.1", { jail: "web" }));
        bans.put(banOf("192.0.2.2"));
        bans.remove("sshd", network("192.0.2.2"));
        bans.remove("sshd", network("192.0.2.3"));
      });
      const list = () =>
        [...store.bans(0)].map(({ jail, host, count }) =>
          `${jail} ${formatNetwork(host)} ${count}`
        ).sort();
      assert.deepEqual(list(), ["sshd 192.0.2.1 2", "web 192.0.2.1 1"]);
      store.commit(({ bans }) => bans.clear(["sshd", "unknown"]));
      assert.deepEqual(list(), ["web 192.0.2.1 1"]);
    })
  ));

Deno.test("addHistory() keeps each ban with its true end", () =>
  withStatePath((path) => {
    withStore(path, (store) =>
      store.commit((writer) => {
        const ban = banOf("192.0.2.1");
        writer.addHistory({ kind: "ban", ban });
        writer.addHistory({ kind: "unban", ban, reason: "expired" });
        const again = banOf("192.0.2.1", { startSeconds: 2000, count: 2 });
        writer.addHistory({ kind: "ban", ban: again });
        const longer = { ...again, endSeconds: Infinity };
        writer.addHistory({ kind: "extend", ban: longer });
      }));
    const rows = () =>
      query(path, "SELECT start, end, count FROM history ORDER BY id");
    assert.deepEqual(rows(), [
      { start: 1000, end: 1100, count: 1 },
      { start: 2000, end: null, count: 2 },
    ]);
    const ban = banOf("192.0.2.1");
    withStore(
      path,
      (store) =>
        store.commit((writer) =>
          writer.addHistory({ kind: "unban", ban, reason: "manual" })
        ),
    );
    const [, last] = rows() as { end: number }[];
    assert.ok(Math.abs((last?.end ?? 0) - Date.now() / 1000) < 60);
  }));

Deno.test("tidy() gives back the pages that nothing is in", () =>
  withStatePath((path) =>
    withStore(path, (store) => {
      store.commit(({ bans }) => {
        for (let n = 0; n < 5000; n++) {
          bans.put(banOf(`10.0.${n >> 8}.${n & 255}`, { jail: "gone" }));
        }
      });
      store.commit(({ bans }) => bans.clear(["gone"]));
      const free = "PRAGMA freelist_count";
      assert.notDeepEqual(query(path, free), [{ freelist_count: 0 }]);
      store.tidy(0);
      assert.deepEqual(query(path, free), [{ freelist_count: 0 }]);
    })
  ));

Deno.test("tidy() forgets what is over, and old or surplus history", () =>
  withStatePath((path) => {
    const day = 86_400;
    withStore(path, (store) => {
      store.commit((writer) => {
        writer.bans.put(banOf("192.0.2.1", { endSeconds: 10 * day }));
        writer.bans.put(banOf("192.0.2.2", { endSeconds: 99 * day }));
        for (let n = 0; n < 20; n++) {
          const ban = banOf(`192.0.2.${n}`, { startSeconds: n * day });
          writer.addHistory({ kind: "ban", ban });
        }
      });
      store.tidy(20 * day);
      assert.deepEqual(
        query(
          path,
          "SELECT min(start) / 86400 AS days, count(*) AS n FROM history",
        ),
        [{ days: 15, n: 5 }],
      );
      assert.deepEqual(query(path, "SELECT count(*) AS n FROM ban"), [{
        n: 1,
      }]);
      store.tidy(17 * day);
      assert.equal(query(path, "SELECT id FROM history").length, 5);
    }, { historySeconds: 6 * day, mostHistory: 5 });
  }));

function terms(other: Record<string, unknown> = {}) {
  return {
    jail: "sshd",
    startSeconds: 1000,
    endSeconds: 1100,
    count: 1,
    failures: 5,
    ...other,
  };
}

function network(text: string) {
  const found = parseNetwork(text);
  assert.ok(found);
  return found;
}

function withStore(
  path: string,
  use: (store: Store) => void,
  options = {},
): void {
  const store = openStore({ path, log: SILENT, ...options });
  try {
    use(store);
  } finally {
    store.close();
  }
}
