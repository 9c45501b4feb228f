import assert from "node:assert/strict";
import fc from "fast-check";
import { HostTable } from "../../src/track/host_table.ts";
import { RowChanges } from "../../src/track/row_changes.ts";
import { formatNetwork } from "../../src/util/address.ts";
import { nthHost, SEED } from "./fixtures.ts";

Deno.test("RowChanges gives everything the first time, and then what changed", () => {
  const { hosts, changes, drain } = createTable();
  hosts.insert(nthHost(1));
  hosts.insert(nthHost(2));
  assert.equal(changes.size, Infinity);
  assert.deepEqual(drain(), ["clear", "put 10.0.0.1", "put 10.0.0.2"]);
  assert.equal(changes.size, 0);
  assert.deepEqual(drain(), []);
  changes.touch(1);
  changes.touch(1);
  assert.deepEqual(drain(), ["put 10.0.0.2"]);
});

Deno.test("RowChanges removes a stored row whose slot has another host by now", () => {
  const { hosts, changes, drain } = createTable();
  const slot = hosts.insert(nthHost(1));
  drain();
  changes.remove(slot);
  hosts.remove(slot);
  changes.touch(hosts.insert(nthHost(2)));
  assert.deepEqual(drain(), ["remove 10.0.0.1", "put 10.0.0.2"]);
});

Deno.test("RowChanges.begin() counts what is in the table as stored, and no free slot", () => {
  const { hosts, changes, drain } = createTable();
  for (const n of [1, 2, 3]) hosts.insert(nthHost(n));
  hosts.remove(1);
  changes.begin();
  assert.deepEqual(drain(), []);
  const slot = hosts.insert(nthHost(4));
  assert.equal(slot, 1);
  changes.touch(slot);
  changes.remove(slot);
  hosts.remove(slot);
  changes.remove(0);
  hosts.remove(0);
  assert.deepEqual(drain(), ["remove 10.0.0.1"]);
});

Deno.test("RowChanges says nothing of a row that came and went", () => {
  const { hosts, changes, drain } = createTable();
  drain();
  const slot = hosts.insert(nthHost(1));
  changes.touch(slot);
  changes.remove(slot);
  hosts.remove(slot);
  assert.deepEqual(drain(), []);
});

Deno.test("RowChanges gives everything again when it lost track, also by more changes than it remembers", () => {
  const { hosts, changes, drain } = createTable();
  drain();
  for (let i = 0; i <= 2 ** 17; i++) {
    const slot = hosts.insert(nthHost(1));
    changes.touch(slot);
    if (i === 2 ** 17) break;
    changes.remove(slot);
    hosts.remove(slot);
  }
  assert.deepEqual(drain(), ["clear", "put 10.0.0.1"]);
  changes.loseTrack();
  assert.deepEqual(drain(), ["clear", "put 10.0.0.1"]);
});

Deno.test("RowChanges gives so many at most, and the rest the next time", () => {
  const { hosts, changes, drain } = createTable();
  for (const n of [1, 2, 3]) hosts.insert(nthHost(n));
  assert.deepEqual(drain(2), ["clear", "put 10.0.0.1", "put 10.0.0.2"]);
  assert.equal(changes.size, 1);
  // A row that is still to come is told once; one that was told, again.
  changes.touch(2);
  changes.touch(0);
  assert.equal(changes.size, 2);
  assert.deepEqual(drain(1), ["put 10.0.0.1"]);
  changes.remove(1);
  hosts.remove(1);
  assert.deepEqual(drain(1), ["remove 10.0.0.2"]);
  assert.deepEqual(drain(), ["put 10.0.0.3"]);
  assert.deepEqual(drain(), []);
});

Deno.test("RowChanges keeps a copy equal to the table, whatever comes in between", () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.nat(7).map((n) => ({ kind: "put", n })) },
    { weight: 3, arbitrary: fc.nat(7).map((n) => ({ kind: "remove", n })) },
    { weight: 2, arbitrary: fc.constant({ kind: "drain", n: 0 }) },
    { weight: 2, arbitrary: fc.nat(3).map((n) => ({ kind: "part", n })) },
    { weight: 1, arbitrary: fc.constant({ kind: "lose", n: 0 }) },
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const { hosts, changes, copy, drain } = createTable();
    for (const { kind, n } of steps) {
      const slot = hosts.find(nthHost(n));
      if (kind === "put") changes.touch(hosts.insert(nthHost(n)));
      else if (kind === "remove" && slot >= 0) {
        changes.remove(slot);
        hosts.remove(slot);
      } else if (kind === "lose") changes.loseTrack();
      else if (kind === "drain") drain();
      else if (kind === "part") assert.ok(drain(n).length <= n + 1);
    }
    drain();
    assert.equal(changes.size, 0);
    assert.deepEqual(drain(), []);
    const live = [...Array(8).keys()].filter((n) => hosts.find(nthHost(n)) >= 0)
      .map((n) => formatNetwork(nthHost(n)));
    assert.deepEqual([...copy].sort(), live);
  }));
});

/** A table of hosts, and a copy that follows it by `drain` alone. */
function createTable() {
  const hosts = new HostTable({ capacity: 4, seed: SEED, isGrowable: true });
  const changes = new RowChanges(hosts);
  const copy = new Set<string>();
  const drain = (most?: number) => {
    const said: string[] = [];
    changes.drain({
      clear() {
        said.push("clear");
        copy.clear();
      },
      put(slot) {
        const host = formatNetwork(hosts.networkOf(slot));
        said.push(`put ${host}`);
        copy.add(host);
      },
      remove(host) {
        said.push(`remove ${formatNetwork(host)}`);
        copy.delete(formatNetwork(host));
      },
    }, most);
    return said;
  };
  return { hosts, changes, copy, drain };
}
