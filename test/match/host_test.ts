import assert from "node:assert/strict";
import { createEngine } from "../../src/match/engine.ts";
import {
  caughtUser,
  createHost,
  printHost,
  readHost,
  userGroupsOf,
} from "../../src/match/host.ts";
import { engineKinds } from "./fixtures.ts";

/** Pattern, text, and the host, or undefined. */
const CASES: readonly (readonly [string, string, string | undefined])[] = [
  ["from <HOST>", "from 192.0.2.7", "192.0.2.7"],
  ["from <HOST>", "from 192.0.2.7 port 22", "192.0.2.7"],
  ["from <HOST>", "from 192.0.2.7:22", "192.0.2.7"],
  ["from <HOST>", "from 192.0.2.7.", "192.0.2.7"],
  ["from <HOST>", "from 192.0.2.7, again", "192.0.2.7"],
  ["from <HOST>", "from [192.0.2.7]:22", "192.0.2.7"],
  ["from <HOST>:", "from 192.0.2.7: no", "192.0.2.7"],
  ["from <HOST>\\.", "from 192.0.2.7.", "192.0.2.7"],
  ["from <HOST>", "from 1.2.3.4.5", undefined],
  ["from <HOST>\\.", "from 1.2.3.4.5", undefined],
  ["from <HOST>.*", "from 1.2.3.4.5 x", undefined],
  ["from <HOST>\\.\\d+ x", "from 1.2.3.4.5 x", "1.2.3.4"],
  ["from <HOST>", "from 1.2.3.4.example.net", undefined],
  ["from <HOST>", "from 1.2.3.4x", undefined],
  ["from <HOST>.* for \\S+", "from 1.2.3.4.example.net for 1.2.3.4", undefined],
  ["from <HOST>", "from 1.2.3.400", undefined],
  ["from <HOST>", "from 1.2.3.4000", undefined],
  ["from <HOST>", "from 01.2.3.4", undefined],
  ["from <HOST>", "from example.net", undefined],
  ["^.*<HOST>", "from 10.1.2.3", "10.1.2.3"],
  ["^.*<HOST>", "from 110.1.2.3 x", "110.1.2.3"],
  ["<HOST>", "v1.2.3.4.5.6.7.8", undefined],
  ["from <HOST>", "from ::ffff:192.0.2.7", "192.0.2.7"],
  ["from <IP4>", "from ::ffff:192.0.2.7", "192.0.2.7"],
  ["from <IP4>", "from 2001:db8::1", undefined],
  ["from <HOST>", "from 2001:DB8::1", "2001:db8::1"],
  ["from <HOST>", "from 2001:db8::1:", "2001:db8::1"],
  ["from <HOST>", "from [2001:db8::1]:22", "2001:db8::1"],
  ["from <HOST>:\\d+$", "from 2001:db8::1:22", "2001:db8::1"],
  ["from <HOST>", "from ::1", "::1"],
  ["from <HOST>", "from fe80::", "fe80::"],
  ["from <HOST>", "from fe80::1%eth0", "fe80::1"],
  ["from <HOST>", "from 1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
  ["from <HOST>", "from 1:2:3:4:5:6:7:8:9", undefined],
  ["from <HOST>", "from 2001:db8::1g", undefined],
  ["from <HOST>", "from 12:30:45", undefined],
  ["from <IP6>", "from 192.0.2.7", undefined],
  ["from <SUBNET>", "from 192.0.2.77/24", "192.0.2.0/24"],
  ["from <SUBNET>", "from 192.0.2.77", "192.0.2.77"],
  ["from <SUBNET>", "from 2001:db8:1::/32", "2001:db8::/32"],
  ["from <SUBNET>", "from 192.0.2.77/33", undefined],
  ["from <SUBNET>", "from 192.0.2.77/0", undefined],
  ["(?P<host>\\S+)$", "x [2001:db8::1]", "2001:db8::1"],
  ["id=<F-ID/>", "id=alice", undefined],
  ["(?:a <HOST>|b)", "a 192.0.2.7", "192.0.2.7"],
  ["(?:a <HOST>|b)", "a 192.0.2.7.1", undefined],
];

for (const [pattern, text, expected] of CASES) {
  Deno.test(`readHost() of ${pattern} in "${text}" is ${expected}`, () => {
    const host = createHost();
    const kinds = engineKinds(pattern);
    assert.ok(kinds.length >= 2);
    for (const kind of kinds) {
      const match = createEngine(pattern, kind).exec(`${text}\n`);
      const isHost = match !== null && readHost(`${text}\n`, match, host);
      assert.equal(isHost ? printHost(host) : undefined, expected, kind);
    }
  });
}

Deno.test("readHost() finds all of an IPv6 address behind a greedy wildcard", () => {
  const engine = createEngine("^.*<HOST>", "backtracking");
  const host = createHost();
  for (const address of ["2001:db8::1", "::1", "fe80::a:b", "a:b::c"]) {
    const text = `x from ${address}\n`;
    const match = engine.exec(text);
    assert.ok(match !== null && readHost(text, match, host));
    assert.equal(printHost(host), address);
  }
});

Deno.test("caughtUser() falls back on other names of the user", () => {
  const pattern =
    "(?:u=<F-USER>\\w*</F-USER>)? ?(?:b=<F-ALT_USER_2>\\w+</F-ALT_USER_2>)? ?(?:a=<F-ALT_USER_1>\\w+</F-ALT_USER_1>)? ?<HOST>";
  for (const kind of engineKinds(pattern)) {
    const userOf = (text: string) => {
      const engine = createEngine(pattern, kind);
      const match = engine.exec(text);
      return match && caughtUser(match, userGroupsOf(engine.groups));
    };
    assert.equal(userOf("u=root b=two ::1\n"), "root");
    assert.equal(userOf("b=two a=one ::1\n"), "one");
    assert.equal(userOf("u= b=two ::1\n"), "two");
    assert.equal(userOf("::1\n"), undefined);
  }
});
