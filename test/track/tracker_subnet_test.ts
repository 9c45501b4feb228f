import assert from "node:assert/strict";
import { failureOf, jailOf, network, startTrial } from "./fixtures.ts";
import type { Trial } from "./fixtures.ts";

const JAIL = jailOf({
  maxRetry: 1,
  subnetBans: { hosts: 3, prefix: 24, withinSeconds: 60, banTimeSeconds: 1000 },
});

function attack(trial: Trial, hosts: readonly string[], from = 0): void {
  hosts.forEach((host, index) => {
    const at = from + index;
    trial.tracker.onFailure(failureOf(host, at), at);
  });
}

Deno.test("onFailure() bans a network once enough of its hosts are banned, and ends their bans after that", () => {
  const trial = startTrial([JAIL]);
  attack(trial, ["192.0.2.1", "192.0.2.2", "198.51.100.3", "192.0.2.3"]);
  assert.deepEqual(trial.take(), [
    "ban sshd 192.0.2.1 0-100",
    "ban sshd 192.0.2.2 1-101",
    "ban sshd 198.51.100.3 2-102",
    "ban sshd 192.0.2.3 3-103",
    "ban sshd 192.0.2.0/24 3-1003",
    "unban sshd 192.0.2.1 subnet",
    "unban sshd 192.0.2.2 subnet",
    "unban sshd 192.0.2.3 subnet",
  ]);
  const verdict = trial.tracker.onFailure(failureOf("192.0.2.4", 5), 5);
  assert.equal(verdict, "already banned");
  assert.equal(trial.tracker.counts("sshd", 5).currentlyBanned, 2);
});

Deno.test("onFailure() counts no host twice, and no ban that is too old", () => {
  const trial = startTrial([{ ...JAIL, banTimeSeconds: 1 }]);
  for (const at of [0, 10, 20]) attack(trial, ["192.0.2.1"], at);
  attack(trial, ["192.0.2.2"], 30);
  attack(trial, ["192.0.2.3"], 100);
  attack(trial, ["192.0.2.4"], 110);
  assert.ok(!trial.take().some((text) => text.includes("/24")));
  attack(trial, ["192.0.2.5"], 120);
  assert.ok(trial.take().includes("ban sshd 192.0.2.0/24 120-1120"));
});

Deno.test("onFailure() keeps a single ban that lasts longer than that of its network", () => {
  const trial = startTrial([JAIL]);
  const host = network("192.0.2.9");
  trial.tracker.ban({
    ...{ jail: "sshd", network: host },
    ...{ seconds: Infinity, nowSeconds: 0 },
  });
  attack(trial, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
  assert.deepEqual(
    trial.tracker.bans().map(({ host }) => host).sort(),
    ["192.0.2.0/24", "192.0.2.9"],
  );
});

Deno.test("onFailure() bans no network in which somebody is spared", () => {
  const ignoreNetworks = [network("192.0.2.200")];
  const trial = startTrial([{ ...JAIL, ignoreNetworks }]);
  attack(trial, ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"]);
  assert.equal(trial.tracker.counts("sshd", 9).currentlyBanned, 4);
});

Deno.test("unban() of a host ends the ban of its network", () => {
  const trial = startTrial([JAIL]);
  attack(trial, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
  trial.take();
  assert.equal(trial.tracker.unban({ network: network("192.0.2.77") }), 1);
  assert.deepEqual(trial.take(), ["unban sshd 192.0.2.0/24 manual"]);
  attack(trial, ["192.0.2.1"], 10);
  assert.deepEqual(trial.take(), ["ban sshd 192.0.2.1 10-110"]);
});

Deno.test("restoreBan() counts towards a network what was banned in an earlier life, but not by hand", () => {
  const trial = startTrial([JAIL]);
  const terms = { jail: "sshd", startSeconds: 0, endSeconds: 100, count: 1 };
  const { records } = trial.tracker;
  ["192.0.2.1", "192.0.2.2", "192.0.2.3"].forEach((host, index) =>
    records.restoreBan({
      ...terms,
      host: network(host),
      failures: index < 2 ? 1 : 0,
    }, 1)
  );
  assert.deepEqual(trial.take(), []);
  attack(trial, ["192.0.2.2", "192.0.2.4"], 2);
  assert.deepEqual(trial.take(), [
    "ban sshd 192.0.2.4 3-103",
    "ban sshd 192.0.2.0/24 3-1003",
    "unban sshd 192.0.2.1 subnet",
    "unban sshd 192.0.2.2 subnet",
    "unban sshd 192.0.2.3 subnet",
    "unban sshd 192.0.2.4 subnet",
  ]);
});

Deno.test("setJails() keeps what was counted where subnet_bans stays, and begins anew where it changes", () => {
  for (const hosts of [3, 2]) {
    const trial = startTrial([JAIL]);
    attack(trial, ["192.0.2.1", "192.0.2.2"]);
    const subnetBans = { ...JAIL.subnetBans ?? assert.fail(), hosts };
    trial.tracker.setJails([{ ...JAIL, subnetBans }]);
    trial.take();
    attack(trial, ["192.0.2.3"], 5);
    const isBanned = trial.take().some((text) => text.includes("/24"));
    assert.equal(isBanned, hosts === 3);
  }
});
