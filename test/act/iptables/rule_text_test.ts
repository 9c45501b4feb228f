import { strict as assert } from "node:assert";

import type { ChainLayout } from "../../../src/act/contract.ts";
import {
  formatUntil,
  parseHostRule,
  parseUntil,
  writeHostRule,
  writeJumps,
} from "../../../src/act/iptables/rule_text.ts";
import { portsOf } from "../samples.ts";

const LAYOUT: ChainLayout = {
  chain: "f2d-sshd",
  parents: ["INPUT"],
  matches: [{ protocol: "tcp", ports: portsOf(22) }],
  verdict: "DROP",
  verdictV6: "icmp6-port-unreachable",
  variant: "auto",
};

const UNTIL = "2026-11-26T12:00:00Z";

Deno.test("writeHostRule() writes what iptables-save prints, and parseHostRule() reads it", () => {
  const rules = [
    [
      4,
      "192.0.2.7",
      `-s 192.0.2.7/32 -m comment --comment "until ${UNTIL}" -j DROP`,
    ],
    [
      4,
      "10.0.0.0/8",
      `-s 10.0.0.0/8 -m comment --comment "until ${UNTIL}" -j DROP`,
    ],
    [
      6,
      "2001:db8::/64",
      `-s 2001:db8::/64 -m comment --comment "until ${UNTIL}" -j REJECT --reject-with icmp6-port-unreachable`,
    ],
  ] as const;
  for (const [family, host, rule] of rules) {
    const written = writeHostRule(LAYOUT, family, { host, until: UNTIL });
    assert.equal(written, rule);
    const read = parseHostRule(LAYOUT, family, rule);
    assert.deepEqual(read, { host, until: UNTIL });
  }
});

Deno.test("parseHostRule() takes no rule but those with the jail's verdict", () => {
  const rule = writeHostRule(LAYOUT, 4, { host: "192.0.2.7", until: UNTIL });
  for (
    const other of [
      "-j DROP",
      rule.replace("DROP", "ACCEPT"),
      rule.replace("DROP", "REJECT --reject-with icmp-port-unreachable"),
      rule.replace("/32", ""),
      rule.replace("-s ", "! -s "),
      rule.replace("-s ", "-i eth0 -s "),
      rule.replace("-m comment", "-p tcp -m comment"),
    ]
  ) assert.equal(parseHostRule(LAYOUT, 4, other), undefined, other);
});

Deno.test("formatUntil() gives an end that parseUntil() reads, to the next second", () => {
  assert.equal(formatUntil(1795694400), UNTIL);
  assert.equal(formatUntil(1795694399.2), UNTIL);
  assert.equal(formatUntil(1795694400.0000002), UNTIL);
  assert.equal(parseUntil(UNTIL), 1795694400);
  assert.equal(formatUntil(Infinity), "unban");
  assert.equal(parseUntil("unban"), Infinity);
  assert(Number.isNaN(parseUntil("whenever")));
});

Deno.test("writeJumps() puts 15 ports in a rule at most, and a range counts as two", () => {
  const ports = portsOf(
    ...Array.from({ length: 14 }, (_, i) => i + 1),
    [100, 200],
    300,
    [400, 500],
  );
  const matches = [{ protocol: "tcp", ports }, { protocol: "udp", ports: [] }, {
    ports: [],
  }] as const;
  assert.deepEqual(writeJumps({ ...LAYOUT, matches }), [
    "-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14 -j f2d-sshd",
    "-p tcp -m multiport --dports 100:200,300,400:500 -j f2d-sshd",
    "-p udp -j f2d-sshd",
    "-j f2d-sshd",
  ]);
});
