import assert from "node:assert/strict";
import fc from "fast-check";
import { ClientHost } from "../../src/match/client_host.ts";
import { createHost, printHost } from "../../src/match/host.ts";
import { readHostField } from "../../src/match/host_field.ts";
import type { MatchJail } from "../../src/match/types.ts";
import { isInNetwork, parseNetwork } from "../../src/util/address.ts";
import { exactJail, hostsOf, jailOf, matchText } from "./fixtures.ts";

const TRUSTED = ["10.0.0.0/8", "192.0.2.1", "2001:db8:ffff::/48"]
  .flatMap((text) => parseNetwork(text) ?? []);

function clientOf(peer: string, list: unknown): string {
  const host = createHost();
  assert.ok(readHostField(peer, host));
  new ClientHost(TRUSTED).find(host, list);
  return printHost(host);
}

/** Peer, list, client. */
const CASES: readonly (readonly [string, unknown, string])[] = [
  ["198.51.100.7", undefined, "198.51.100.7"],
  ["10.0.0.1", "198.51.100.7", "198.51.100.7"],
  ["10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"],
  ["10.0.0.1", "198.51.100.7,10.0.0.3 ,\t192.0.2.1", "198.51.100.7"],
  ["10.0.0.1", "2001:db8::7", "2001:db8::7"],
  ["2001:db8:ffff::1", "[2001:db8::7]:4711", "2001:db8::7"],
  ["10.0.0.1", "198.51.100.7:4711", "198.51.100.7"],
  ["::ffff:10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"],
  // Several headers of the same name.
  ["10.0.0.1", ["203.0.113.9", "198.51.100.7, 10.0.0.2"], "198.51.100.7"],
  ["10.0.0.1", ["198.51.100.7", ""], "198.51.100.7"],
  // Who is not trusted is not believed.
  ["198.51.100.7", "203.0.113.9", "198.51.100.7"],
  ["198.51.100.7", "203.0.113.9, 10.0.0.2", "198.51.100.7"],
  // What stands left of the client, the client wrote.
  ["10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"],
  ["10.0.0.1", "203.0.113.9, 10.9.9.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"],
  ["10.0.0.1", "<script>, 198.51.100.7", "198.51.100.7"],
  // What cannot be read ends the way: the last proxy counts, and is never banned.
  ["10.0.0.1", "203.0.113.9, unknown", "10.0.0.1"],
  ["10.0.0.1", "203.0.113.9, unknown, 10.0.0.2", "10.0.0.2"],
  ["10.0.0.1", "203.0.113.9, ", "10.0.0.1"],
  ["10.0.0.1", "203.0.113.9 198.51.100.7", "10.0.0.1"],
  ["10.0.0.1", "203.0.113.999", "10.0.0.1"],
  ["10.0.0.1", "203.0.113.0/24", "10.0.0.1"],
  ["10.0.0.1", ["203.0.113.9", 5], "10.0.0.1"],
  ["10.0.0.1", ["203.0.113.9", ["198.51.100.7"]], "10.0.0.1"],
  ["10.0.0.1", { 0: "203.0.113.9" }, "10.0.0.1"],
  // Nobody but proxies.
  ["10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
  ["10.0.0.1", "", "10.0.0.1"],
  ["10.0.0.1", "-", "10.0.0.1"],
  ["10.0.0.1", [], "10.0.0.1"],
  ["10.0.0.1", null, "10.0.0.1"],
];

for (const [peer, list, client] of CASES) {
  Deno.test(`ClientHost.find() behind ${peer} with ${JSON.stringify(list)} is ${client}`, () => {
    assert.equal(clientOf(peer, list), client);
  });
}

Deno.test("ClientHost.find() finds the same whatever the client wrote into the list before", () => {
  const part = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom("10.0.0.9", "unknown", "", "192.0.2.1"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(part), fc.boolean(), (forged, isList) => {
      const list = [...forged, "198.51.100.7", "10.0.0.2"];
      const value = isList ? list : list.join(",");
      assert.equal(clientOf("10.0.0.1", value), "198.51.100.7");
    }),
    { numRuns: 2000 },
  );
});

Deno.test("ClientHost.find() takes time by the length of the list alone", () => {
  const before = performance.now();
  assert.equal(clientOf("10.0.0.1", "10.0.0.2,".repeat(100_000)), "10.0.0.1");
  assert.equal(
    clientOf("10.0.0.1", `198.51.100.7${",10.0.0.2".repeat(100_000)}`),
    "198.51.100.7",
  );
  assert.ok(performance.now() - before < 20_000);
});

Deno.test("ClientHost.find() trusts a network only where all of it is trusted", () => {
  const host = createHost();
  const network = parseNetwork("10.0.0.0/7");
  assert.ok(network !== undefined);
  host.words.set(network.words);
  host.prefix = network.prefix;
  new ClientHost(TRUSTED).find(host, "198.51.100.7");
  assert.equal(printHost(host), "10.0.0.0/7");
  assert.ok(
    TRUSTED.every((trusted) =>
      !isInNetwork(host.words, trusted) || host.prefix < trusted.prefix
    ),
  );
});

const PATTERN = '^ <HOST> "<F-FORWARDED>[^"]*</F-FORWARDED>" "[^"]*" 401$';

const LINES = [
  ' 10.0.0.1 "203.0.113.9, 198.51.100.7" "agent" 401',
  ' 198.51.100.8 "203.0.113.9" "agent" 401',
  ' 10.0.0.1 "-" "198.51.100.9" 401',
];

/** Both ways of matching. */
const JAILS: readonly MatchJail[] = [
  jailOf({ failPatterns: [PATTERN], trustedProxies: TRUSTED }),
  exactJail({ failPatterns: [PATTERN], trustedProxies: TRUSTED }),
];

for (const jail of JAILS) {
  const { syntax = "own" } = jail;
  Deno.test(`Matcher in syntax ${syntax} counts the client that a pattern's <F-FORWARDED> tells`, () => {
    assert.deepEqual(
      hostsOf(jail, ...LINES),
      ["198.51.100.7", "198.51.100.8", "10.0.0.1"],
    );
  });

  Deno.test(`Matcher in syntax ${syntax} believes nobody where no proxy is trusted`, () => {
    const plain = { ...jail, trustedProxies: undefined };
    assert.deepEqual(
      hostsOf(plain, ...LINES),
      ["10.0.0.1", "198.51.100.8", "10.0.0.1"],
    );
  });
}

Deno.test("Matcher takes a group named forwarded as well", () => {
  const pattern = '^ <HOST> "(?P<forwarded>[^"]*)" "[^"]*" 401$';
  const jail = jailOf({ failPatterns: [pattern], trustedProxies: TRUSTED });
  assert.deepEqual(hostsOf(jail, LINES[0] ?? ""), ["198.51.100.7"]);
});

Deno.test("Matcher counts the client of JSON: by the peer and a list, or by a list with the peer at its end", () => {
  const conditions = [{ name: "s", path: ["status"], oneOf: [401] }];
  const byPeer = jailOf({
    name: "peer",
    json: {
      host: ["peer"],
      forwarded: ["headers", "X-Forwarded-For"],
      conditions,
    },
    trustedProxies: TRUSTED,
  });
  const byList = jailOf({
    name: "list",
    json: { host: ["chain"], conditions },
    trustedProxies: TRUSTED,
  });
  const lines = [
    {
      status: 401,
      peer: "10.0.0.1:80",
      headers: { "X-Forwarded-For": ["203.0.113.9", "198.51.100.7"] },
      chain: "203.0.113.9, 198.51.100.7, 10.0.0.1",
    },
    {
      status: 401,
      peer: "198.51.100.8",
      headers: { "X-Forwarded-For": ["203.0.113.9"] },
      chain: ["203.0.113.9", "198.51.100.8"],
    },
    { status: 401, peer: "unknown", chain: "203.0.113.9, unknown" },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const { failures } = matchText(text, [byPeer, byList]);
  assert.deepEqual(failures.map(({ jail, host }) => [jail, host]), [
    ["peer", "198.51.100.7"],
    ["list", "198.51.100.7"],
    ["peer", "198.51.100.8"],
    ["list", "198.51.100.8"],
  ]);
});
