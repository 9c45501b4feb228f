/**
 * Folders, stores and rows for the tests of the store.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { OutboxRow } from "../../src/act/delivery/types.ts";
import type { Ban } from "../../src/track/types.ts";
import type { Store } from "../../src/store/types.ts";
import {
  formatNetwork,
  type Network,
  parseNetwork,
} from "../../src/util/address.ts";

/** Gives `use` the path of a state file in a folder of its own, which goes afterwards. */
export function withStatePath(use: (path: string) => void): void {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-store-" });
  try {
    use(`${folder}/state.db`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** @returns a ban of the host in jail `sshd`, 1000-1100 but for what is told otherwise */
export function banOf(host: string, terms: Partial<Ban> = {}): Ban {
  const network = hostOf(host);
  return {
    jail: "sshd",
    host: formatNetwork(network),
    ...network,
    startSeconds: 1000,
    endSeconds: 1100,
    count: 1,
    failures: 5,
    ...terms,
  };
}

/** @returns the network that a text writes */
export function hostOf(text: string): Network {
  const host = parseNetwork(text);
  assert.ok(host, `no network: ${text}`);
  return host;
}

/** @returns what action `team` is to be told of a ban */
export function messageOf(
  { words, prefix, host: _, ...ban }: Ban,
  changes: Partial<OutboxRow> = {},
): OutboxRow {
  return {
    action: "team",
    id: 1,
    method: "ban",
    ban: { ...ban, host: { words, prefix } },
    ...changes,
  };
}

/** Stores something of everything. */
export function fillState(store: Store): void {
  const head = new TextEncoder().encode("Nov 20 19:08:03 box …");
  const file = { device: 65024, inode: 2 ** 52 + 1, offset: 2 ** 33, head };
  const bans = [
    banOf("192.0.2.7", { startSeconds: 1000.125 }),
    banOf("2001:db8::/48", { endSeconds: Infinity, jail: "web", failures: 0 }),
  ];
  store.commit((writer) => {
    for (const ban of bans) {
      writer.bans.put(ban);
      writer.addHistory({ kind: "ban", ban });
    }
    writer.counts.put({ jail: "sshd", host: hostOf("192.0.2.7"), count: 3 });
    writer.failures.put({
      jail: "web",
      host: hostOf("2001:db8::/64"),
      times: Uint32Array.of(1000, 1000, 4_000_000_000),
    });
    writer.putPositions("/var/log/a.log", [{ ...file, inode: 7 }, file]);
    for (const [id, ban] of bans.entries()) {
      writer.outbox.put(messageOf(ban, { id: 2 ** 50 + id }));
    }
    writer.outbox.putMemory({
      action: "web/mail",
      memory: { quota: [9, "x"] },
    });
    writer.putCursor("web", { cursor: "s=0b;i=5d1", timeSeconds: 1000.5 });
  });
}

/** @returns all rows that a query gives, read by a connection of its own */
export function query(path: string, sql: string): unknown[] {
  const database = new DatabaseSync(path);
  try {
    return database.prepare(sql).all().map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}
