import assert from "node:assert/strict";
import { presentGroups } from "../../src/match/caught_groups.ts";
import { createEngine } from "../../src/match/engine.ts";
import { expandTags } from "../../src/match/fail2ban_tags.ts";
import type { UseDns } from "../../src/config/types.ts";

/** @returns what took part, by group */
function caught(pattern: string, text: string, useDns?: UseDns) {
  const engine = createEngine(expandTags(pattern, useDns));
  const match = engine.exec(text);
  return match && presentGroups(match, engine.groups);
}

Deno.test("expandTags() has <HOST> take addresses and names", () => {
  const pattern = "^from <HOST>:";
  assert.deepEqual(caught(pattern, "from 192.0.2.7:"), { ip4: "192.0.2.7" });
  assert.deepEqual(caught(pattern, "from ::ffff:192.0.2.7:"), {
    ip4: "192.0.2.7",
  });
  assert.deepEqual(caught(pattern, "from [2001:db8::7]:"), {
    ip6: "2001:db8::7",
  });
  assert.deepEqual(caught(pattern, "from ::1:"), { ip6: "::1" });
  assert.deepEqual(caught(pattern, "from mail.example.net:"), {
    dns: "mail.example.net",
  });
  assert.deepEqual(caught(pattern, "from 999.1.2.3:"), { ip4: "999.1.2.3" });
  assert.equal(caught(pattern, "from mail.example.net:", "no"), null);
  assert.equal(caught(pattern, "from an.:"), null);
});

Deno.test("expandTags() has networks, ids, ports and names of their own", () => {
  assert.deepEqual(caught("<SUBNET>", "192.0.2.0/24"), {
    ip4: "192.0.2.0",
    cidr: "24",
  });
  assert.deepEqual(caught("<ADDR>/<CIDR>", "2001:db8::/32"), {
    ip6: "2001:db8::",
    cidr: "32",
  });
  assert.deepEqual(caught("^<F-ID/> <F-PORT/> <F-DNS/>$", "a-b ssh host"), {
    fid: "a-b",
    fport: "ssh",
    dns: "host",
  });
  assert.deepEqual(caught("<F-ID>\\w+</F-ID>:<F-PORT>\\d+</F-PORT>", "a:22"), {
    fid: "a",
    fport: "22",
  });
});

Deno.test("expandTags() lets a tag enclose a choice", () => {
  const pattern = "^<F-USER>(?P<short>\\w)|\\w\\w+</F-USER> out$";
  assert.deepEqual(caught(pattern, "x out"), { user: "x", short: "x" });
  assert.deepEqual(caught(pattern, "root out"), { user: "root" });
});

Deno.test("expandTags() leaves what is no tag, and takes flags at a group's beginning for that group's", () => {
  assert.equal(
    expandTags("<unknown> </F-USER> <F-user>"),
    "<unknown> </F-USER> <F-user>",
  );
  assert.deepEqual(caught("^((?i)fail)ed", "FAILed"), {});
  assert.equal(caught("^((?i)fail)ed", "FAILED"), null);
});

Deno.test("expandTags() numbers the lines that are skipped", () => {
  assert.match(
    expandTags("a<SKIPLINES>b<SKIPLINES>c"),
    /a\\n\(\?P<skiplines0>.*b\\n\(\?P<skiplines1>.*c$/,
  );
});
