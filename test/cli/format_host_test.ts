import { match, ok, strictEqual } from "node:assert/strict";
import { formatHost } from "../../src/cli/format_host.ts";
import type { HostInJail } from "../../src/control/types.ts";

const NOW = Date.parse("2026-11-20T19:08:03Z");

const FREE: HostInJail = {
  ...{ jail: "sshd", mode: "enforce", countedAs: "203.0.113.9" },
  ...{ ban: null, firewall: null, ignoredBy: null, bans: 0 },
  failures: { recent: 2, maxRetry: 5, missing: 3, findTimeSeconds: 600 },
  ...{ lines: [], history: [] },
};

const BANNED: HostInJail = {
  ...FREE,
  ban: {
    ...{ host: "203.0.113.9", jail: "sshd", start: "2026-11-20T19:00:03Z" },
    ...{ end: "2026-11-20T20:00:03Z", remainingSeconds: 3120 },
    ...{ count: 2, failures: 5 },
  },
  firewall: { action: "nftables", isThere: true, remainingSeconds: 3120 },
  lines: [{
    time: "2026-11-20T19:00:01Z",
    source: "/var/log/auth.log",
    line: "x \x1b[2J\u202e from 203.0.113.9",
    pattern: "from <HOST>$",
    groups: { user: "a\nb", ip4: "203.0.113.9" },
  }],
};

function format(...jails: HostInJail[]): string {
  return formatHost({ host: "203.0.113.9", jails }, { nowMs: NOW });
}

Deno.test("formatHost() says who bans a host, how long, and why", () => {
  const text = format(BANNED);
  match(
    text,
    /^203\.0\.113\.9 is banned in sshd, for another 52 min\n\nsshd\n/,
  );
  match(
    text,
    /Banned +8 min ago, until 2026-11-20T20:00:03Z \(in 52 min\), for 5 failures; ban number 2/,
  );
  match(text, /Firewall +nftables has it, for another 52 min/);
  match(
    text,
    /in \/var\/log\/auth\.log\n +8 min ago +x .*caught by from <HOST>\$/s,
  );
});

Deno.test("formatHost() passes no text of an attacker's on as it is", () => {
  const text = format(BANNED);
  match(text, /x \\x1b\[2J\\u202e from/);
  match(text, /\[user=a\\x0ab\]/);
  ok(!text.includes("\x1b") && !text.includes("\u202e"));
});

Deno.test("formatHost() shouts where the firewall does not have the ban, and owns up to what it cannot know", () => {
  const firewall = {
    action: "nftables",
    isThere: false,
    remainingSeconds: null,
  };
  match(
    format({ ...BANNED, firewall }),
    /nftables does not have it: nothing is blocked/,
  );
  const unknown = { action: "script", isThere: null, remainingSeconds: null };
  match(
    format({ ...BANNED, firewall: unknown, lines: [] }),
    /script cannot be asked\n +Lines +not known any more/,
  );
});

Deno.test("formatHost() says of a free host how far from a ban it is in each jail", () => {
  const spared = { ...FREE, jail: "web", ignoredBy: "203.0.113.0/24" };
  strictEqual(
    format(FREE, spared),
    "203.0.113.9 is not banned\n\n" +
      "JAIL  FAILURES  TO A BAN  WITHIN  BANS SO FAR  SPARED BY\n" +
      "sshd         2  3 more    10 min            0\n" +
      "web          2  never     10 min            0  203.0.113.0/24\n",
  );
});

Deno.test("formatHost() tells bans by hand and for ever from others, and of the past", () => {
  const ban = BANNED.ban && {
    ...BANNED.ban,
    ...{ end: null, remainingSeconds: null, failures: 0 },
  };
  const history = [{
    ...{ host: "203.0.113.9", start: "2026-11-19T10:00:00Z", end: null },
    ...{ count: 1, failures: 0, isInForce: false },
  }];
  const text = format({ ...BANNED, ban, history, lines: [] });
  match(text, /is banned in sshd, for ever/);
  match(text, /for ever, by hand; ban number 2/);
  match(text, /2026-11-19T10:00:00Z for ever, by hand\n/);
});
