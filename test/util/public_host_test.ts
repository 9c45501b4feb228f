import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { isPublicAddress } from "../../actions/_public_address.ts";
import { formatAddress, formatNetwork } from "../../src/util/address.ts";
import { readPublicHost } from "../../src/util/public_host.ts";

Deno.test("readPublicHost() reads single hosts of the internet", () => {
  const read = (text: string) => {
    const host = readPublicHost(text);
    return host && formatNetwork(host);
  };
  strictEqual(read("45.0.0.7"), "45.0.0.7");
  strictEqual(read("2A00:1450:0:0::7"), "2a00:1450::7");
  strictEqual(read("::ffff:45.0.0.7"), "45.0.0.7");
  const none = [
    ...["", "x", "45.0.0.0/24", "2a00::/64", "0.0.0.0/0", "::/0", "::", "::1"],
    ...["10.0.0.1", "127.0.0.1", "100.64.0.1", "169.254.1.1", "172.31.0.1"],
    ...["192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.19.0.1"],
    ...["198.51.100.1", "203.0.113.1", "224.0.0.1", "255.255.255.255"],
    ...["::ffff:10.0.0.1", "fe80::1", "fd00::1", "ff02::1", "2001:db8::1"],
    ...["2002:a00::1", "3fff::1", "2001:1::1", "64:ff9b::a00:1"],
  ];
  deepStrictEqual(none.filter((text) => readPublicHost(text)), []);
});

Deno.test("readPublicHost() and isPublicAddress() of actions agree", () => {
  const word = fc.integer({ min: 0, max: 0xffff_ffff });
  const mapped = fc.tuple(
    fc.constant(0),
    fc.constant(0),
    fc.constant(0xffff),
    word,
  );
  const near = fc.tuple(
    fc.constantFrom(
      0x2001_0000,
      0x2001_0db8,
      0x2002_0000,
      0x3fff_0000,
      0x2a00_1450,
    )
      .chain((base) => fc.integer({ min: base - 600, max: base + 600 })),
    ...[word, word, word] as const,
  );
  fc.assert(
    fc.property(
      fc.oneof(mapped, near, fc.tuple(word, word, word, word)),
      (words) => {
        const text = formatAddress(Uint32Array.from(words));
        strictEqual(
          readPublicHost(text) !== undefined,
          isPublicAddress(text),
          text,
        );
      },
    ),
  );
});
