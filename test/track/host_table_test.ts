import assert from "node:assert/strict";
import fc from "fast-check";
import { HostTable } from "../../src/track/host_table.ts";
import {
  formatNetwork,
  isInNetwork,
  maskWords,
} from "../../src/util/address.ts";
import type { Network } from "../../src/util/address.ts";
import { network, nthHost, SEED } from "./fixtures.ts";

Deno.test("HostTable finds a host by address, prefix and scope together", () => {
  const table = new HostTable({ capacity: 8, seed: SEED });
  const slots = [
    table.insert(network("192.0.2.0")),
    table.insert(network("192.0.2.0/24")),
    table.insert(network("192.0.2.0"), 1),
    table.insert(network("::c000:200")),
  ];
  assert.equal(new Set(slots).size, 4);
  assert.equal(table.find(network("192.0.2.0")), slots[0]);
  assert.equal(table.find(network("192.0.2.0/24")), slots[1]);
  assert.equal(table.find(network("192.0.2.0"), 1), slots[2]);
  assert.equal(table.find(network("::c000:200")), slots[3]);
  assert.equal(table.find(network("192.0.2.0"), 2), -1);
  assert.equal(table.find(network("192.0.2.0/25")), -1);
});

Deno.test("HostTable copies the host when it is inserted", () => {
  const table = new HostTable({ capacity: 2, seed: SEED });
  const host = network("2001:db8::/64");
  const slot = table.insert(host, 7);
  host.words.fill(9);
  assert.equal(formatNetwork(table.networkOf(slot)), "2001:db8::/64");
  table.networkOf(slot).words.fill(9);
  assert.equal(table.find(network("2001:db8::/64"), 7), slot);
  assert.equal(table.scopeOf(slot), 7);
});

Deno.test("HostTable.insert() throws when the table is full and does not grow", () => {
  const table = new HostTable({ capacity: 2, seed: SEED });
  table.insert(nthHost(0));
  table.insert(nthHost(1));
  assert.equal(table.insert(nthHost(1)), 1);
  assert.throws(() => table.insert(nthHost(2)), {
    name: "RangeError",
    message:
      'Cannot insert host into a table of "2": full, expected a free slot',
  });
  table.remove(0);
  assert.equal(table.insert(nthHost(2)), 0);
});

Deno.test("HostTable.remove() throws when the slot is free", () => {
  const table = new HostTable({ capacity: 2, seed: SEED });
  assert.throws(() => table.remove(0), RangeError);
  table.remove(table.insert(nthHost(0)));
  assert.throws(() => table.remove(0), RangeError);
});

Deno.test("HostTable keeps slots when it grows", () => {
  const table = new HostTable({ capacity: 1, seed: SEED, isGrowable: true });
  for (let n = 0; n < 10_000; n++) assert.equal(table.insert(nthHost(n)), n);
  for (let n = 0; n < 10_000; n++) assert.equal(table.find(nthHost(n)), n);
  assert.equal(table.capacity, 16_384);
});

Deno.test("HostTable.findCovering() finds the narrowest network around a host", () => {
  const table = new HostTable({ capacity: 8, seed: SEED });
  const texts = [
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.1.2.3",
    "::/0",
    "2001:db8::/64",
  ];
  const names = new Map(
    texts.map((text) => [table.insert(network(text)), text]),
  );
  const cases: readonly [string, string | undefined][] = [
    ["10.1.2.3", "10.1.2.3"],
    ["10.1.2.4", "10.1.0.0/16"],
    ["10.1.0.0/17", "10.1.0.0/16"],
    ["10.1.0.0/15", "10.0.0.0/8"],
    ["10.0.0.0/7", undefined],
    ["11.0.0.1", undefined],
    ["2001:db8::1", "2001:db8::/64"],
    ["2001:db8:0:1::1", "::/0"],
    ["2001:db8::/63", "::/0"],
  ];
  for (const [host, expected] of cases) {
    assert.equal(names.get(table.findCovering(network(host))), expected, host);
  }
  table.remove(table.find(network("10.1.0.0/16")));
  assert.equal(
    names.get(table.findCovering(network("10.1.2.4"))),
    "10.0.0.0/8",
  );
  assert.equal(table.findCovering(network("10.1.2.3"), 1), -1);
});

/** Few hosts, so that they meet again, in several prefixes. */
const HOST: fc.Arbitrary<Network> = fc.tuple(
  fc.boolean(),
  fc.nat(7),
  fc.constantFrom(0, 8, 30, 31, 32),
).map(([isV4, n, bits]) => {
  const words = isV4
    ? Uint32Array.of(0, 0, 0xffff, n)
    : Uint32Array.of(0x20010db8, 0, 0, n);
  const prefix = 96 + bits;
  maskWords(words, prefix);
  return { words, prefix };
});

Deno.test("HostTable behaves like a map when hosts come and go", () => {
  const step = fc.record({
    isInsert: fc.boolean(),
    host: HOST,
    scope: fc.nat(1),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
      const table = new HostTable({
        capacity: 1,
        seed: SEED,
        isGrowable: true,
      });
      const model = new Map<string, { host: Network; slot: number }>();
      for (const { isInsert, host, scope } of steps) {
        const key = `${formatNetwork(host)} ${scope}`;
        const known = model.get(key);
        assert.equal(table.find(host, scope), known?.slot ?? -1);
        if (isInsert) {
          const slot = table.insert(host, scope);
          assert.equal(slot, known?.slot ?? slot);
          model.set(key, { host, slot });
        } else if (known !== undefined) {
          table.remove(known.slot);
          model.delete(key);
        }
        assert.equal(table.size, model.size);
        assert.equal(
          table.findCovering(host, scope),
          narrowest(model, host, scope),
        );
      }
      for (const { slot } of model.values()) assert.ok(table.isLive(slot));
      assert.equal(
        new Set([...model.values()].map((e) => e.slot)).size,
        model.size,
      );
    }),
  );
});

function narrowest(
  model: ReadonlyMap<string, { host: Network; slot: number }>,
  host: Network,
  scope: number,
): number {
  let best = { prefix: -1, slot: -1 };
  for (const [key, entry] of model) {
    const { prefix } = entry.host;
    if (!key.endsWith(` ${scope}`) || prefix > host.prefix) continue;
    if (prefix > best.prefix && isInNetwork(host.words, entry.host)) {
      best = { prefix, slot: entry.slot };
    }
  }
  return best.slot;
}
