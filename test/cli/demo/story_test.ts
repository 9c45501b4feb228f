import { deepEqual, equal, match } from "node:assert/strict";
import { CAST } from "../../../src/cli/demo/cast.ts";
import {
  attackLines,
  formatConfig,
  formatLogLine,
  MAX_RETRY,
} from "../../../src/cli/demo/story.ts";

Deno.test("attackLines() ends with the failure that bans", () => {
  for (const version of [4, 6] as const) {
    const lines = attackLines(version);
    equal(lines.filter((line) => line.isFailure).length, MAX_RETRY);
    equal(lines.at(-1)?.isFailure, true);
  }
});

Deno.test("attackLines() has the attacker name the bystander as a user", () => {
  for (const version of [4, 6] as const) {
    const framing = attackLines(version).filter((line) =>
      line.isFailure && line.message.includes(CAST.bystander[version])
    );
    equal(framing.length, 1);
    const real = framing[0]?.message.split(" from ").at(-1);
    equal(real?.startsWith(`${CAST.attacker[version]} port `), true);
  }
});

Deno.test("attackLines() keeps attacker and bystander in different /64 networks", () => {
  const network = (address: string) => address.split("::")[0];
  const networks = [CAST.server, CAST.attacker, CAST.bystander]
    .map((addresses) => network(addresses[6]));
  equal(new Set(networks).size, 3);
});

Deno.test("formatLogLine() stamps as rsyslog does, in microseconds and with a zone", () => {
  equal(
    formatLogLine("Failed password for root from 192.0.2.66 port 1 ssh2", {
      time: new Date(Date.UTC(2026, 10, 20, 19, 8, 3, 123)),
      index: 2,
    }),
    "2026-11-20T19:08:03.123000+00:00 server sshd[4713]: Failed password for root from 192.0.2.66 port 1 ssh2\n",
  );
});

Deno.test("formatConfig() keeps everything in the scratch folder", () => {
  const text = formatConfig({ folder: "/tmp/x", mode: "simulate" });
  match(text, /^mode = "simulate"$/m);
  const paths = text.match(/"\/[^"]*"/g) ?? [];
  deepEqual(paths, [
    '"/tmp/x/state"',
    '"/tmp/x/control.sock"',
    '"/tmp/x/auth.log"',
  ]);
});
