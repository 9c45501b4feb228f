import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { BroughtFeed } from "../src/act/delivery/types.ts";
import { banFeed } from "../src/feed_bans.ts";
import { createTracker } from "../src/track/tracker.ts";
import type { Decision } from "../src/track/types.ts";
import { parseNetwork } from "../src/util/address.ts";
import type { LogFields, Logger } from "../src/util/log.ts";
import { SILENT } from "../src/util/log.ts";
import { jailOf } from "./track/fixtures.ts";

function rig() {
  const decisions: Decision[] = [];
  const lines: LogFields[] = [];
  const tracker = createTracker({
    ...{ maxTracked: 100, maxBans: 100_000, seed: Uint32Array.of(1, 2) },
    onDecision: (decision) => decisions.push(decision),
  });
  const ignored = parseNetwork("45.9.0.0/16");
  tracker.setJails([jailOf({
    name: "blacklist",
    ignoreNetworks: ignored === undefined ? [] : [ignored],
  })]);
  const log: Logger = {
    ...SILENT,
    info: (_, fields = {}) => void lines.push(fields),
  };
  let nowSeconds = 1000;
  const carriedOut: number[] = [];
  const options = {
    ...{ tracker, log, nowSeconds: () => nowSeconds },
    // Whoever reads the line finds the hosts in the firewall.
    carryOut: () => void carriedOut.push(decisions.length, lines.length),
  };
  return {
    ...{ tracker, decisions, lines, carriedOut },
    bring(hosts: readonly string[], more: Partial<BroughtFeed> = {}) {
      banFeed({
        ...{ action: "abuseipdb", jails: ["blacklist"], hosts, seconds: 500 },
        ...more,
      }, options);
    },
    pass: (seconds: number) => void (nowSeconds += seconds),
  };
}

Deno.test("banFeed() bans public hosts that the jail does not ignore, and tells of all in a line", () => {
  const { bring, tracker, lines, carriedOut } = rig();
  bring([
    ...["45.0.0.7", "2a00:1450::7", "45.0.0.7"],
    ...["10.0.0.1", "127.0.0.1", "::1", "::ffff:192.168.0.1", "45.0.0.0/8"],
    ...["0.0.0.0/0", "junk", "", "45.0.0.8; reboot"],
    ...["45.9.1.1", "::ffff:45.9.1.2"],
  ]);
  deepStrictEqual(
    tracker.bans().map(({ host, endSeconds }) => [host, endSeconds]).sort(),
    [["2a00:1450::7", 1500], ["45.0.0.7", 1500]],
  );
  deepStrictEqual(carriedOut, [2, 0]);
  deepStrictEqual(lines, [{
    ...{ action: "abuseipdb", jail: "blacklist", ignored: 2, hosts: 3 },
    ...{ refused: 9, seconds: 500 },
  }]);
});

Deno.test("banFeed() gives hosts that come again the new time, and lets the others end", () => {
  const { bring, tracker, decisions, pass } = rig();
  bring(["45.0.0.7", "45.0.0.8"]);
  pass(400);
  bring(["45.0.0.8"]);
  deepStrictEqual(decisions.map(({ kind, ban }) => `${kind} ${ban.host}`), [
    "ban 45.0.0.7",
    "ban 45.0.0.8",
    "extend 45.0.0.8",
  ]);
  tracker.expire(1600);
  deepStrictEqual(tracker.bans().map(({ host }) => host), ["45.0.0.8"]);
});

Deno.test("banFeed() passes over a jail that is gone by then", () => {
  const { bring, tracker, lines } = rig();
  bring(["45.0.0.7"], { jails: ["gone"] });
  strictEqual(tracker.bans().length, 0);
  deepStrictEqual(lines, []);
});
