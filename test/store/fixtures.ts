/**
 * Folders, stores and rows for the tests of the store.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { Ban } from "../../src/track/types.ts";
import { formatNetwork, parseNetwork } from "../../src/util/address.ts";

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
  const network = parseNetwork(host);
  assert.ok(network, `no network: ${host}`);
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

/** @returns all rows that a query gives, read by a connection of its own */
export function query(path: string, sql: string): unknown[] {
  const database = new DatabaseSync(path);
  try {
    return database.prepare(sql).all().map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}
