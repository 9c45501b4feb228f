import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { formatActions } from "../../src/cli/format_actions.ts";
import type { ActionRecord } from "../../src/control/types.ts";

const TEAM: ActionRecord = {
  name: "team",
  plugin: "webhook",
  jails: ["sshd"],
  state: "waiting",
  until: "2026-01-02T10:00:42Z",
  delivered: 19,
  retried: 2,
  refused: 0,
  dropped: 0,
  queued: 2,
  calls: 6,
  lastError: { message: "refused\x1b[2J", time: "2026-01-02T10:00:30Z" },
};

Deno.test("formatActions() shows what actions bring", () => {
  const jails = ["blacklist"];
  const next = "2026-01-03T10:00:00Z";
  const fed: ActionRecord = {
    ...{ ...TEAM, name: "abuseipdb", lastError: null },
    feed: { jails, hosts: 9000, time: "2026-01-02T10:00:00Z", next },
  };
  const waiting: ActionRecord = {
    ...{ ...fed, name: "other" },
    feed: { jails, hosts: null, time: null, next },
  };
  const text = formatActions({ drivers: [], actions: [fed, waiting] });
  deepStrictEqual(text.split("\n").slice(-4), [
    "ACTION     FEEDS      HOSTS  CAME                  NEXT",
    "abuseipdb  blacklist  9000   2026-01-02T10:00:00Z  2026-01-03T10:00:00Z",
    "other      blacklist  -      -                     2026-01-03T10:00:00Z",
    "",
  ]);
});

Deno.test("formatActions() shows drivers, actions and what went wrong last", () => {
  const drivers = [{ name: "nftables", bans: 12, unbans: 9, failures: 0 }];
  strictEqual(
    formatActions({ drivers, actions: [] }),
    "DRIVER    BANS  UNBANS  FAILURES\nnftables    12       9         0\n",
  );
  const idle: ActionRecord = {
    ...{ ...TEAM, name: "sshd/mail", state: "idle" },
    ...{ until: null, lastError: null },
  };
  const lines = formatActions({ drivers, actions: [TEAM, idle] }).split("\n");
  strictEqual(
    lines[4],
    "team       webhook  waiting until 10:00:42 UTC         19        2        0        0       2      6",
  );
  strictEqual(lines[5]?.includes("idle  "), true);
  strictEqual(lines[8], "team    2026-01-02T10:00:30Z  refused\\x1b[2J");
  strictEqual(lines.length, 10);
});
