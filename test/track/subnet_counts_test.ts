import assert from "node:assert/strict";
import fc from "fast-check";
import { SubnetCounts } from "../../src/track/subnet_counts.ts";
import { formatNetwork } from "../../src/util/address.ts";
import { network, nthHost } from "./fixtures.ts";

const RULES = { hosts: 3, prefix: 24, withinSeconds: 10, banTimeSeconds: 50 };

Deno.test("networkOf() is the network around a single IPv4 host, and none around others", () => {
  const counts = new SubnetCounts({ ...RULES, prefix: 20 });
  const around = (host: string) => {
    const found = counts.networkOf(network(host));
    return found && formatNetwork(found);
  };
  assert.equal(around("192.0.2.7"), "192.0.0.0/20");
  assert.equal(around("192.0.2.0/24"), undefined);
  assert.equal(around("2001:db8::7"), undefined);
});

Deno.test("record() counts each host of a network once, as long as its last ban is not too old", () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.nat(3), fc.nat(5), fc.nat(6)), { maxLength: 60 }),
    (steps) => {
      const counts = new SubnetCounts(RULES);
      const bans: { host: number; at: number }[] = [];
      let now = 0;
      for (const [net, index, pause] of steps) {
        now += pause;
        const host = net * 256 + index;
        bans.push({ host, at: now });
        const recent = bans.filter((ban) =>
          ban.host >> 8 === net && ban.at >= now - RULES.withinSeconds
        );
        const isFull = new Set(recent.map(({ host }) => host)).size >= 3;
        assert.equal(counts.record(nthHost(host), now), isFull);
      }
    },
  ));
});

Deno.test("record() begins anew after forget()", () => {
  const counts = new SubnetCounts(RULES);
  const hosts = [1, 2, 3].map(nthHost);
  assert.deepEqual(hosts.map((host) => counts.record(host, 0)), [
    false,
    false,
    true,
  ]);
  counts.forget(network("10.0.0.0/24"));
  assert.equal(counts.size, 0);
  assert.equal(counts.record(nthHost(4), 0), false);
});

Deno.test("record() keeps no more than so many hosts, those of the network that was quiet for longest go", () => {
  const counts = new SubnetCounts(RULES);
  counts.record(nthHost(1), 0);
  counts.record(nthHost(256), 0);
  for (let n = 0; n < 65_536 - 1; n++) {
    counts.record(nthHost((n + 2) * 256), 0);
    if (n === 0) counts.record(nthHost(2), 0);
  }
  assert.equal(counts.size, 65_536);
  // 10.0.0.0/24 had a ban after 10.0.1.0/24, so that one went; then it went, too.
  assert.equal(counts.record(nthHost(257), 0), false);
  counts.record(nthHost(258), 0);
  assert.equal(counts.record(nthHost(259), 0), true);
});
