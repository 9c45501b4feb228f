import { deepEqual, equal, throws } from "node:assert/strict";
import {
  AttributeReader,
  MessageReader,
  MessageWriter,
} from "../../../src/act/netlink/codec.ts";
import {
  writeAddress,
  writeUp,
  writeVeth,
} from "../../../src/act/netlink/rtnetlink.ts";

/** Takes blanks out and gives bytes. */
function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(/\s/g, ""));
}

Deno.test("writeUp() sets the one flag and masks the others", () => {
  const writer = new MessageWriter();
  writeUp(writer, { sequence: 7, index: 100 });
  deepEqual(
    Uint8Array.from(writer.bytes()),
    hex(`20000000 1000 0500 07000000 00000000
         00 00 0000 64000000 01000000 01000000`),
  );
});

Deno.test("writeAddress() writes IPv4 without its v4-mapped prefix", () => {
  const writer = new MessageWriter();
  writeAddress(writer, {
    sequence: 1,
    address: { index: 100, local: "192.0.2.1", remote: "192.0.2.66" },
  });
  deepEqual(
    Uint8Array.from(writer.bytes()),
    hex(`28000000 1400 0506 01000000 00000000
         02 20 02 00 64000000
         0800 0200 c0000201
         0800 0100 c0000242`),
  );
});

Deno.test("writeAddress() writes all of IPv6, without duplicate detection", () => {
  const writer = new MessageWriter();
  writeAddress(writer, {
    sequence: 1,
    address: { index: 5, local: "2001:db8::1", remote: "2001:db8:0:66::66" },
  });
  deepEqual(
    Uint8Array.from(writer.bytes()),
    hex(`40000000 1400 0506 01000000 00000000
         0a 80 02 00 05000000
         1400 0200 20010db8 00000000 00000000 00000001
         1400 0100 20010db8 00000066 00000000 00000066`),
  );
});

Deno.test("writeAddress() refuses what is no pair of addresses", () => {
  const write = (local: string, remote: string) => () =>
    writeAddress(new MessageWriter(), {
      sequence: 1,
      address: { index: 5, local, remote },
    });
  throws(write("192.0.2.1", "2001:db8::1"), {
    name: "RangeError",
    message:
      'Cannot link address "192.0.2.1" to "2001:db8::1": two families, expected one',
  });
  throws(write("192.0.2.256", "192.0.2.1"), {
    name: "RangeError",
    message:
      'Cannot read address "192.0.2.256": malformed, expected IPv4 or IPv6',
  });
});

Deno.test("writeVeth() nests the far end as a message without netlink header", () => {
  const writer = new MessageWriter();
  writeVeth(writer, {
    sequence: 3,
    pair: {
      name: "attacker",
      index: 100,
      peer: { name: "eth0", index: 2, pid: 4711 },
    },
  });
  const message = new MessageReader(writer.bytes());
  equal(message.next(), true);
  const link = readAll(message.attributes(16));
  deepEqual(link.get(3)?.string(), "attacker");
  const linkData = readAll(link.get(18)?.nested());
  equal(linkData.get(1)?.string(), "veth");
  const kindData = readAll(linkData.get(2)?.nested());
  const far = kindData.get(1)?.bytes() ?? new Uint8Array();
  deepEqual(
    Uint8Array.from(far),
    hex(`00 00 0000 02000000 00000000 00000000
         0900 0300 6574683000 000000
         0800 1300 67120000`),
  );
  equal(message.next(), false);
});

interface Attribute {
  bytes(): Uint8Array;
  string(): string;
  nested(): AttributeReader;
}

/** Takes attributes down by their type. */
function readAll(reader?: AttributeReader): Map<number, Attribute> {
  const found = new Map<number, Attribute>();
  while (reader?.next()) {
    const bytes = reader.bytes();
    const text = reader.string();
    found.set(reader.type, {
      bytes: () => bytes,
      string: () => text,
      nested: () => new AttributeReader(bytes),
    });
  }
  return found;
}
