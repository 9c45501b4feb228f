import assert from "node:assert/strict";
import fc from "fast-check";
import { BanList } from "../../src/track/ban_list.ts";
import { network, nthHost, SEED } from "./fixtures.ts";

Deno.test("BanList gives back what was put in", () => {
  const bans = new BanList(SEED);
  const terms = { startSeconds: 10.5, endSeconds: 20, count: 2, failures: 5 };
  const slot = bans.add(network("2001:db8::/64"), { ...terms, jail: 3 });
  assert.deepEqual(bans.toBan(slot, "sshd"), {
    jail: "sshd",
    host: "2001:db8::/64",
    words: Uint32Array.of(0x20010db8, 0, 0, 0),
    prefix: 64,
    ...terms,
  });
  assert.equal(bans.jailOf(slot), 3);
  assert.equal(bans.findCovering(network("2001:db8::1"), 3), slot);
  assert.equal(bans.find(network("2001:db8::1"), 3), -1);
  assert.equal(bans.findCovering(network("2001:db8::1"), 2), -1);
});

Deno.test("BanList has no timer for a ban that lasts for ever", () => {
  const bans = new BanList(SEED);
  const terms = { startSeconds: 0, count: 1, failures: 1, jail: 0 };
  const slot = bans.add(nthHost(0), { ...terms, endSeconds: Infinity });
  assert.equal(bans.soonestEnd, Infinity);
  assert.equal(bans.soonest, -1);
  bans.setEnd(slot, 50);
  assert.equal(bans.soonest, slot);
  bans.setEnd(slot, Infinity);
  assert.equal(bans.soonest, -1);
  assert.equal(bans.endOf(slot), Infinity);
});

Deno.test("BanList agrees with a naive model when bans come, move and go", () => {
  const step = fc.record({
    action: fc.constantFrom("add", "add", "move", "remove", "expire"),
    host: fc.nat(150),
    jail: fc.nat(2),
    end: fc.oneof(fc.nat(1000), fc.constant(Infinity)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400, size: "max" }), (steps) => {
      const bans = new BanList(SEED);
      const model = new Map<string, number>();
      for (const { action, host, jail, end } of steps) {
        const key = `${jail} ${host}`;
        const slot = bans.find(nthHost(host), jail);
        assert.equal(slot >= 0, model.has(key));
        if (action === "add" && slot < 0) {
          const terms = { startSeconds: 0, count: 1, failures: 0, jail };
          bans.add(nthHost(host), { ...terms, endSeconds: end });
          model.set(key, end);
        } else if (action === "move" && slot >= 0) {
          bans.setEnd(slot, end);
          model.set(key, end);
        } else if (action === "remove" && slot >= 0) {
          bans.remove(slot);
          model.delete(key);
        } else if (action === "expire") {
          while (bans.soonestEnd <= 300) bans.remove(bans.soonest);
          for (const [key, end] of model) if (end <= 300) model.delete(key);
        }
        assert.equal(bans.size, model.size);
        assert.equal(bans.soonestEnd, Math.min(...model.values(), Infinity));
      }
      for (const jail of [0, 1, 2]) {
        const listed = [...bans.slots(jail)].map((slot) => {
          const { words, endSeconds } = bans.toBan(slot, "");
          return `${jail} ${(words[3] ?? 0) - 0x0a000000} ${endSeconds}`;
        });
        const expected = [...model].map(([key, end]) => `${key} ${end}`)
          .filter((text) => text.startsWith(`${jail} `));
        assert.deepEqual(listed.sort(), expected.sort());
        assert.equal(bans.countOf(jail), expected.length);
      }
    }),
  );
});
