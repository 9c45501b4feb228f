import assert from "node:assert/strict";
import fc from "fast-check";
import {
  familyOf,
  formatAddress,
  formatNetwork,
  isInNetwork,
  isMapped,
  maskWords,
  parseAddress,
  parseNetwork,
} from "../../src/util/address.ts";

const WORDS = fc.uint32Array({ minLength: 4, maxLength: 4 });

/** Four words, one in two of them an IPv4 address, with many zero groups. */
const ADDRESS = fc.oneof(
  fc.nat(0xffffffff).map((quad) => Uint32Array.of(0, 0, 0xffff, quad)),
  fc.tuple(WORDS, fc.nat(255)).map(([words, zeros]) => {
    for (let group = 0; group < 8; group++) {
      const keep = (zeros >> group) & 1 ? 0xffff : 0;
      const shift = group % 2 === 0 ? 16 : 0;
      const at = group >> 1;
      words[at] = ((words[at] ?? 0) & ~((0xffff & ~keep) << shift)) >>> 0;
    }
    return words;
  }),
);

function parse(text: string): string | undefined {
  const words = new Uint32Array(4);
  return parseAddress(text, words) === 0 ? undefined : formatAddress(words);
}

function network(text: string) {
  const found = parseNetwork(text);
  assert.ok(found !== undefined, text);
  return found;
}

Deno.test("parseAddress() reads what formatAddress() writes when the text is an address", () => {
  const cases: readonly [string, string][] = [
    ["0.0.0.0", "0.0.0.0"],
    ["192.0.2.7", "192.0.2.7"],
    ["255.255.255.255", "255.255.255.255"],
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["2001:db8::1", "2001:db8::1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["0:0:0:0:0:ffff:192.0.2.7", "192.0.2.7"],
    ["::192.0.2.7", "::c000:207"],
    ["64:ff9b::192.0.2.7", "64:ff9b::c000:207"],
    ["1:2:3:4:5::192.0.2.7", "1:2:3:4:5:0:c000:207"],
    ["1:2:3:4:5:6:192.0.2.7", "1:2:3:4:5:6:c000:207"],
    ["FE80::ABCD", "fe80::abcd"],
  ];
  for (const [text, canonical] of cases) {
    assert.equal(parse(text), canonical, text);
    assert.equal(parse(canonical), canonical, canonical);
  }
});

Deno.test("parseAddress() returns 0 when the text is no address", () => {
  const cases = [
    "",
    "1",
    ":",
    ":::",
    "1:::2",
    "1::2::3",
    "::1:",
    ":1::2",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "1:2:3:4::5:6:7:8",
    "12345::",
    "g::",
    "fe80::1%eth0",
    "[::1]",
    " ::1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "999.1.1.1",
    "01.2.3.4",
    "1.2.3.04",
    "1..2.3",
    ".1.2.3",
    "1.2.3.",
    "1.2.3.4.",
    "1.2.3.-4",
    "1.2.3.4 ",
    "0x1.2.3.4",
    "1.2.3.4::",
    "1.2.3.4::1",
    "1.2.3.4:1::",
    "::1.2.3.4:1",
    "::1.2.3",
    "::ffff:1.2.3.256",
    "1:2:3:4:5:6:7:1.2.3.4",
    "1:2:3:4:5:6::1.2.3.4",
    "::1.2.3.4::",
    "١.2.3.4",
    "0000:0000:0000:0000:0000:0000:0000:0000:0000:00",
  ];
  for (const text of cases) assert.equal(parse(text), undefined, text);
});

Deno.test("parseAddress() writes at the offset and nowhere else", () => {
  const out = new Uint32Array(12).fill(7);
  assert.equal(parseAddress("2001:db8::1", out, 4), 6);
  assert.deepEqual(
    [...out],
    [7, 7, 7, 7, 0x20010db8, 0, 0, 1, 7, 7, 7, 7],
  );
  assert.equal(parseAddress("192.0.2.7", out, 8), 4);
  assert.deepEqual([...out.slice(8)], [0, 0, 0xffff, 0xc0000207]);
  assert.equal(formatAddress(out, 4), "2001:db8::1");
  assert.equal(isMapped(out, 8), true);
  assert.equal(familyOf(out, 4), 6);
});

Deno.test("parseAddress() gives every address back when formatAddress() wrote it", () => {
  fc.assert(fc.property(ADDRESS, (words) => {
    const back = new Uint32Array(4);
    assert.equal(parseAddress(formatAddress(words), back), familyOf(words));
    assert.deepEqual(back, words);
  }));
});

Deno.test("parseAddress() agrees with the platform's URL parser when the text is made of address characters", () => {
  const part = fc.oneof(
    fc.constantFrom(":", "::", ".", "0", "ffff", "1.2.3.4"),
    fc.nat(0xffff).map((group) => group.toString(16)),
  );
  const text = fc.array(part, { minLength: 1, maxLength: 17 }).map((parts) =>
    parts.join("")
  ).filter((text) => text.includes(":") && text.length <= 45);
  fc.assert(
    fc.property(text, (text) => {
      const parsed = parse(text);
      assert.equal(parsed !== undefined, URL.canParse(`http://[${text}]/`));
    }),
    { numRuns: 5000 },
  );
});

Deno.test("parseNetwork() reads prefixes and masks and clears the host bits", () => {
  const cases: readonly [string, string][] = [
    ["192.0.2.7", "192.0.2.7"],
    ["192.0.2.7/32", "192.0.2.7"],
    ["192.0.2.7/24", "192.0.2.0/24"],
    ["192.0.2.7/31", "192.0.2.6/31"],
    ["10.0.0.0/255.0.0.0", "10.0.0.0/8"],
    ["10.1.2.3/255.255.255.255", "10.1.2.3"],
    ["1.2.3.4/0.0.0.0", "0.0.0.0/0"],
    ["1.2.3.4/0", "0.0.0.0/0"],
    ["127.0.0.1/8", "127.0.0.0/8"],
    ["::1/128", "::1"],
    ["2001:db8::1/32", "2001:db8::/32"],
    ["2001:db8:ffff::/33", "2001:db8:8000::/33"],
    ["::/0", "::/0"],
    ["::ffff:192.0.2.7/120", "192.0.2.0/24"],
    ["::ffff:0:0/96", "0.0.0.0/0"],
  ];
  for (const [text, canonical] of cases) {
    assert.equal(formatNetwork(network(text)), canonical, text);
  }
});

Deno.test("parseNetwork() returns undefined when the text is no network", () => {
  const cases = [
    "",
    "/",
    "/24",
    "192.0.2.0/",
    "192.0.2.0/33",
    "192.0.2.0/-1",
    "192.0.2.0/ 24",
    "192.0.2.0/24/24",
    "192.0.2.0/1e1",
    "10.0.0.0/0.0.0.255",
    "10.0.0.0/255.0.255.0",
    "2001:db8::/129",
    "2001:db8::/255.0.0.0",
    "::ffff:192.0.2.7/24",
    "example.org",
  ];
  for (const text of cases) assert.equal(parseNetwork(text), undefined, text);
});

Deno.test("parseNetwork() gives every network back when formatNetwork() wrote it", () => {
  fc.assert(fc.property(ADDRESS, fc.nat(128), (words, bits) => {
    const prefix = isMapped(words) ? 96 + bits % 33 : bits;
    maskWords(words, prefix);
    if (isMapped(words) && prefix < 96) return;
    assert.deepEqual(network(formatNetwork({ words, prefix })), {
      words,
      prefix,
    });
  }));
});

Deno.test("isInNetwork() compares the prefix alone", () => {
  const cases: readonly [string, string, boolean][] = [
    ["192.0.2.7", "192.0.2.0/24", true],
    ["192.0.3.7", "192.0.2.0/24", false],
    ["192.0.2.7", "192.0.2.7/32", true],
    ["192.0.2.8", "192.0.2.7/32", false],
    ["8.8.8.8", "0.0.0.0/0", true],
    ["2001:db8::1", "0.0.0.0/0", false],
    ["2001:db8::1", "2001:db8::/32", true],
    ["2001:db9::1", "2001:db8::/32", false],
    ["2001:db8:0:1::1", "2001:db8::/63", true],
    ["2001:db8:0:2::1", "2001:db8::/63", false],
    ["2001:db8::1", "::/0", true],
    ["8.8.8.8", "::/0", false],
    ["8.8.8.8", "::/80", false],
  ];
  for (const [host, block, expected] of cases) {
    const { words } = network(host);
    assert.equal(isInNetwork(words, network(block)), expected, host + block);
  }
});

Deno.test("isInNetwork() agrees with masking when the families are the same", () => {
  fc.assert(fc.property(ADDRESS, ADDRESS, fc.nat(128), (words, other, bits) => {
    const prefix = isMapped(words) ? 96 + bits % 33 : bits;
    const block = { words: other.slice(), prefix };
    maskWords(block.words, prefix);
    const masked = words.slice();
    maskWords(masked, prefix);
    const expected = masked.every((word, i) => word === block.words[i]);
    assert.equal(isInNetwork(words, block), expected);
    assert.equal(isInNetwork(words, { words: masked, prefix }), true);
  }));
});
