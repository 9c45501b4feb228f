import { strict as assert } from "node:assert";
import fc from "fast-check";

import {
  parseSavedHosts,
  parseSetList,
} from "../../../src/act/ipset/saved_sets.ts";
import { parseSavedRules } from "../../../src/act/iptables/saved_rules.ts";
import { formatNetwork } from "../../../src/util/address.ts";

const LIST = `Name: mine
Type: hash:ip
Revision: 6
Header: family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1
Size in memory: 216
References: 0
Number of entries: 7

Name: f2d-sshd-v4
Type: hash:net
Revision: 7
Header: family inet hashsize 1024 maxelem 2048 timeout 0 bucketsize 12
Size in memory: 584
References: 1
Number of entries: 2
`;

Deno.test("parseSetList() reads our sets and no other", () => {
  assert.deepEqual([...parseSetList(LIST).values()], [{
    name: "f2d-sshd-v4",
    type: "hash:net",
    header: "family inet hashsize 1024 maxelem 2048 timeout 0 bucketsize 12",
    count: 2,
  }]);
  assert.equal(parseSetList("").size, 0);
});

Deno.test("parseSavedHosts() reads hosts, networks and what is left of their time", () => {
  const hosts = parseSavedHosts(`create f2d-a-v4 hash:net family inet timeout 0
add f2d-a-v4 192.0.2.7 timeout 599
add f2d-a-v4 10.0.0.0/8 timeout 0
add mine 192.0.2.8
add f2d-a-v6 2001:db8::/64 timeout 5
add f2d-a-v6 nonsense timeout 5
`);
  assert.deepEqual(
    hosts.map((host) => [host.set, formatNetwork(host), host.remainingSeconds]),
    [
      ["f2d-a-v4", "192.0.2.7", 599],
      ["f2d-a-v4", "10.0.0.0/8", Infinity],
      ["f2d-a-v6", "2001:db8::/64", 5],
    ],
  );
});

Deno.test("what iptables-save and ipset print is read whatever it is", () => {
  const words = fc.constantFrom(
    ...["*filter\n", ":f2d-a - [0:0]\n", "-A f2d-a ", "-A INPUT ", "-j f2d-a"],
    ...["Name: f2d-a", "Type: ", "Header: ", "Number of entries: ", "\n"],
    ...["add f2d-a ", "10.0.0.0/8", " timeout ", '"', "\\", "\n\n", "9e9"],
  );
  const text = fc.array(fc.oneof(words, fc.string()), { maxLength: 40 })
    .map((parts) => parts.join(""));
  fc.assert(fc.property(text, (printed) => {
    for (const name of parseSetList(printed).keys()) {
      assert(name.startsWith("f2d-"));
    }
    for (const { set, prefix } of parseSavedHosts(printed)) {
      assert(set.startsWith("f2d-") && prefix <= 128);
    }
    const { own, jumps } = parseSavedRules(printed);
    for (const name of own.keys()) assert(name.startsWith("f2d-"));
    for (const { chain, parent } of jumps) {
      assert(chain.startsWith("f2d-") && !own.has(parent));
    }
  }));
});
