import { strict as assert } from "node:assert";
import fc from "fast-check";

import {
  parseSlotName,
  prefixOf,
  slotKeyOf,
  slotOf,
} from "../../../src/act/nftables/slot.ts";
import { parseNetwork } from "../../../src/util/address.ts";

const key = fc.oneof(
  fc.record({
    family: fc.constant(4 as const),
    bits: fc.integer({ min: 0, max: 32 }),
  }),
  fc.record({
    family: fc.constant(6 as const),
    bits: fc.integer({ min: 0, max: 128 }),
  }),
);

Deno.test("parseSlotName() reads back every name that slotOf() gives", () => {
  const jail = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,10}$/);
  const tricky = fc.constantFrom("a-v4", "a-v6net64", "input", "x-v4net");
  fc.assert(fc.property(fc.oneof(jail, tricky), key, (name, drawn) => {
    const slot = slotOf(name, drawn);
    assert.deepEqual(parseSlotName(slot.name), { jail: name, slot });
  }));
});

Deno.test("parseSlotName() takes no other name for its own", () => {
  const names = [
    "",
    "sshd",
    "-v4",
    "sshd-v5",
    "sshd-v4net32",
    "sshd-v4net",
    "sshd-v4net08",
    "sshd-v6net128",
    "sshd-v6net129",
    "sshd-v4 ",
  ];
  for (const name of names) assert.equal(parseSlotName(name), undefined, name);
});

Deno.test("slotKeyOf() and prefixOf() are each other's reverse", () => {
  const cases: readonly [string, 4 | 6, number][] = [
    ["192.0.2.7", 4, 32],
    ["10.0.0.0/8", 4, 8],
    ["0.0.0.0/0", 4, 0],
    ["2001:db8::1", 6, 128],
    ["2001:db8::/32", 6, 32],
    ["::/0", 6, 0],
  ];
  for (const [text, family, bits] of cases) {
    const network = parseNetwork(text);
    assert(network !== undefined);
    const found = slotKeyOf(network.words, network.prefix);
    assert.deepEqual(found, { family, bits }, text);
    assert.equal(prefixOf(found), network.prefix);
  }
});
