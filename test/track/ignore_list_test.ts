import assert from "node:assert/strict";
import fc from "fast-check";
import { IgnoreList } from "../../src/track/ignore_list.ts";
import { isInNetwork, isMapped, maskWords } from "../../src/util/address.ts";
import type { Network } from "../../src/util/address.ts";
import { network, SEED } from "./fixtures.ts";

Deno.test("IgnoreList.isHitBy() holds for hosts within, and for networks around what is ignored", () => {
  const list = new IgnoreList({
    networks: [
      "127.0.0.1/8",
      "::1",
      "192.0.2.7",
      "192.0.2.7",
      "2001:db8:1::/48",
      "2001:db8:2::5",
    ].map(network),
    seed: SEED,
  });
  const cases: readonly [string, boolean][] = [
    ["127.0.0.1", true],
    ["127.255.255.255", true],
    ["128.0.0.1", false],
    ["::1", true],
    ["::2", false],
    ["192.0.2.7", true],
    ["192.0.2.6", false],
    ["192.0.2.0/24", true],
    ["192.0.2.8/29", false],
    ["192.0.0.0/16", true],
    ["2001:db8:1:ffff::1", true],
    ["2001:db8:1::/64", true],
    ["2001:db8:2::6", false],
    ["2001:db8:2::/64", true],
    ["2001:db8:2:1::/64", false],
    ["2001:db8::/32", true],
    ["::/0", true],
    ["0.0.0.0/0", true],
  ];
  for (const [host, expected] of cases) {
    assert.equal(list.isHitBy(network(host)), expected, host);
  }
});

Deno.test("IgnoreList.isHitBy() holds for the IPv6 network around a host that sorts behind IPv4", () => {
  const networks = ["192.0.2.7", "2001:db8::1"].map(network);
  const list = new IgnoreList({ networks, seed: SEED });
  assert.equal(list.isHitBy(network("::/0")), true);
  const only4 = networks.slice(0, 1);
  const other = new IgnoreList({ networks: only4, seed: SEED });
  assert.equal(other.isHitBy(network("::/0")), false);
});

Deno.test("IgnoreList.isHitBy() is false for all when the list is empty", () => {
  const list = new IgnoreList({ networks: [], seed: SEED });
  assert.equal(list.isHitBy(network("192.0.2.7")), false);
  assert.equal(list.isHitBy(network("::/0")), false);
});

Deno.test("IgnoreList.isHitBy() agrees with a walk through the list", () => {
  const block: fc.Arbitrary<Network> = fc.tuple(
    fc.boolean(),
    fc.nat(63),
    fc.integer({ min: 120, max: 128 }),
  ).map(([isV4, n, prefix]) => {
    const words = isV4
      ? Uint32Array.of(0, 0, 0xffff, n)
      : Uint32Array.of(0, 0, 0, n);
    maskWords(words, prefix);
    return { words, prefix };
  });
  const wide = fc.constantFrom(network("::/0"), network("0.0.0.0/0"));
  fc.assert(
    fc.property(
      fc.array(block, { maxLength: 12, size: "max" }),
      fc.oneof({ weight: 20, arbitrary: block }, {
        weight: 1,
        arbitrary: wide,
      }),
      (networks, host) => {
        const list = new IgnoreList({ networks, seed: SEED });
        const expected = networks.some((other) =>
          isMapped(other.words) === isMapped(host.words) &&
          (other.prefix <= host.prefix
            ? isInNetwork(host.words, other)
            : isInNetwork(other.words, host))
        );
        assert.equal(list.isHitBy(host), expected);
      },
    ),
    { numRuns: 1000 },
  );
});
