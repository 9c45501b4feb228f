import assert from "node:assert/strict";
import fc from "fast-check";
import { createServiceLookup, parsePorts } from "../../src/config/ports.ts";
import type { PortRange } from "../../src/config/types.ts";

const SERVICES = `# comment
ssh   22/tcp
gopher 70/tcp   # old
Kerberos 88/tcp  kerberos5 krb5
broken
worse x/tcp
`;

const findService = createServiceLookup(() => SERVICES);

function write(ranges: readonly PortRange[]): string {
  return ranges.map(({ from, to }) => from === to ? `${from}` : `${from}-${to}`)
    .join(" ");
}

Deno.test("parsePorts() reads numbers, names, ranges and lists", () => {
  const table: readonly (readonly [readonly unknown[], string])[] = [
    [[22], "22"],
    [["22"], "22"],
    [["ssh"], "22"],
    [["SSH"], "22"],
    [["http,https"], "80 443"],
    [["http, https", 8080], "80 443 8080"],
    [["6000:6010"], "6000-6010"],
    [["6000-6010"], "6000-6010"],
    [["10-20", "15-30", 31, "29"], "10-31"],
    [[30, 10, 20], "10 20 30"],
    [["gopher"], "70"],
    [["krb5"], "88"],
    [["kerberos"], "88"],
    [["ftp-data"], "20"],
    [["submissions", "smtps"], "465"],
    [["imaps", "pop3s", "postgresql"], "993 995 5432"],
    [[], ""],
    [["all"], ""],
    [["any"], ""],
    [["0:65535"], ""],
    [["1-65535"], ""],
    [["1-100", "101-65535"], ""],
    [["2-65535"], "2-65535"],
  ];
  for (const [list, expected] of table) {
    const { ranges, troubles } = parsePorts(list, findService);
    assert.deepEqual(troubles, [], JSON.stringify(list));
    assert.equal(write(ranges), expected, JSON.stringify(list));
  }
});

Deno.test("parsePorts() tells what is no port", () => {
  const table: readonly (readonly [unknown, string])[] = [
    [0, "it is out of range"],
    [65_536, "it is out of range"],
    [-1, "it is out of range"],
    ["0:10", "it is out of range"],
    ["1:70000", "it is out of range"],
    ["20:10", "the range runs backwards"],
    ["broken", "it is no port and no known service"],
    ["worse", "it is no port and no known service"],
    ["1.5", "it is no port and no known service"],
    ["__proto__", "it is no port and no known service"],
    ["22;", "it is no port and no known service"],
  ];
  for (const [entry, state] of table) {
    const { troubles } = parsePorts(["ssh", entry], findService);
    assert.deepEqual(troubles, [{ index: 1, text: String(entry), state }]);
  }
});

Deno.test("parsePorts() covers the ports of its list and no others", () => {
  const port = fc.integer({ min: 1, max: 300 });
  const range = fc.tuple(port, port).map(([a, b]) => ({
    from: Math.min(a, b),
    to: Math.max(a, b),
  }));
  fc.assert(fc.property(fc.array(range, { minLength: 1 }), (list) => {
    const { ranges } = parsePorts(
      list.map(({ from, to }) => `${from}:${to}`),
      findService,
    );
    for (let each = 1; each <= 301; each++) {
      const isIn = ({ from, to }: PortRange) => from <= each && each <= to;
      assert.equal(ranges.some(isIn), list.some(isIn), `${each}`);
    }
    for (let i = 1; i < ranges.length; i++) {
      assert.ok((ranges[i - 1]?.to ?? 0) + 1 < (ranges[i]?.from ?? 0));
    }
  }));
});

Deno.test("createServiceLookup() reads the services once, and only for a name that is not built in", () => {
  let reads = 0;
  const find = createServiceLookup(() => {
    reads++;
    return SERVICES;
  });
  assert.equal(find("https"), 443);
  assert.equal(reads, 0);
  assert.equal(find("gopher"), 70);
  assert.equal(find("nosuch"), undefined);
  assert.equal(reads, 1);
});
