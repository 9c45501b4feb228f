import assert from "node:assert/strict";
import { banFailures } from "../../src/track/ban_failures.ts";
import type { Ban } from "../../src/track/types.ts";
import { formatNetwork } from "../../src/util/address.ts";
import { network } from "./fixtures.ts";

function banOf(text: string, failures: number): Ban {
  const host = network(text);
  return {
    jail: "sshd",
    host: formatNetwork(host),
    ...host,
    startSeconds: 1000,
    endSeconds: 1100,
    count: 1,
    failures,
  };
}

const JAILS = [
  { name: "sshd" },
  { name: "recidive", bansOf: ["web", "sshd"] },
  { name: "other", bansOf: ["web"] },
  { name: "idle", bansOf: [] },
];

/** @returns `recidive 192.0.2.7 1000` */
function draw(ban: Ban): string[] {
  return [...banFailures(ban, JAILS)].map(({ jail, host, timeSeconds }) =>
    `${jail} ${host} ${timeSeconds}`
  );
}

Deno.test("banFailures() gives one for each jail that watches, at the begin of the ban", () => {
  assert.deepEqual(draw(banOf("192.0.2.7", 5)), ["recidive 192.0.2.7 1000"]);
  assert.deepEqual(draw(banOf("192.0.2.7", 0)), ["recidive 192.0.2.7 1000"]);
});

Deno.test("banFailures() gives one of a network that failed, and none of one that was banned by hand", () => {
  assert.deepEqual(draw(banOf("2001:db8::/64", 5)), [
    "recidive 2001:db8::/64 1000",
  ]);
  assert.deepEqual(draw(banOf("2001:db8::/64", 0)), []);
});
