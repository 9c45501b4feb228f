import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { failedPassword, startDaemon, until } from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";
import { fillDisk, makeSmallDisk } from "../support/small_disk.ts";

Deno.test("run after SIGTERM bans again for the time that is left, and goes on counting", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  daemon.append(failedPassword("203.0.113.4").repeat(4));
  await daemon.heard(/Ban host.*203\.0\.113\.9/);
  await daemon.cli("ban", "2001:db8::/48", "sshd", "--for", "-1");
  const before = await daemon.kernelBans();
  strictEqual(await daemon.kill("SIGTERM"), 0);
  deepStrictEqual([...(await daemon.kernelBans())], []);
  await daemon.startAgain();
  const after = await daemon.kernelBans();
  deepStrictEqual([...after.keys()].sort(), [...before.keys()].sort());
  const left = after.get("203.0.113.9") ?? 0;
  ok(left > 3590 && left <= (before.get("203.0.113.9") ?? 0), `${left} s left`);
  daemon.append(failedPassword("203.0.113.4"));
  await daemon.heard(/Ban host.*203\.0\.113\.4/);
});

Deno.test("run counts what was written while it was down, also into a log that was rotated away", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  daemon.append(failedPassword("203.0.113.5").repeat(2));
  await until(
    "both are counted",
    async () =>
      JSON.parse((await daemon.cli("stats", "--json")).out).failures === 2,
  );
  await daemon.kill("SIGKILL");
  daemon.append(failedPassword("203.0.113.5").repeat(2));
  Deno.renameSync(daemon.logFile, `${daemon.logFile}.1`);
  daemon.append(failedPassword("203.0.113.6").repeat(4));
  daemon.append(failedPassword("203.0.113.5"));
  await daemon.startAgain();
  await daemon.heard(/Ban host.*203\.0\.113\.5/);
  daemon.append(failedPassword("203.0.113.6"));
  await daemon.heard(/Ban host.*203\.0\.113\.6/);
  const { out } = await daemon.cli("list-bans", "--json");
  strictEqual(JSON.parse(out).length, 2);
});

Deno.test("run lets a ban stay ended that was ended by hand before a crash", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host/);
  strictEqual((await daemon.cli("unban", "203.0.113.9")).code, 0);
  await daemon.kill("SIGKILL");
  await daemon.startAgain();
  deepStrictEqual([...(await daemon.kernelBans())], []);
});

Deno.test("run forgets bans of a jail with reban_on_restart = false, and spares who is ignored by now", async () => {
  await using daemon = await startDaemon({
    config: `${SAMPLE_JAIL}reban_on_restart = false\n`,
  });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host/);
  await daemon.kill("SIGTERM");
  await daemon.startAgain();
  deepStrictEqual([...(await daemon.kernelBans())], []);
  const text = Deno.readTextFileSync(daemon.configFile);
  const keeping = text.replace("reban_on_restart = false\n", "");
  Deno.writeTextFileSync(daemon.configFile, keeping);
  await daemon.cli("reload");
  await daemon.cli("ban", "203.0.113.10", "203.0.113.11", "sshd");
  await daemon.kill("SIGKILL");
  Deno.writeTextFileSync(
    daemon.configFile,
    keeping.replace('"127.0.0.1/8"', '"203.0.113.11"'),
  );
  await daemon.startAgain();
  deepStrictEqual([...(await daemon.kernelBans()).keys()], ["203.0.113.10"]);
});

Deno.test("run sets a damaged state aside, says so, and keeps what is in the kernel", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host/);
  await daemon.kill("SIGKILL");
  for (const suffix of ["-wal", "-shm"]) {
    Deno.removeSync(`${daemon.folder}/state/state.db${suffix}`);
  }
  Deno.writeTextFileSync(`${daemon.folder}/state/state.db`, "x".repeat(9999));
  await daemon.startAgain();
  match(daemon.said(), /Cannot use state database, begin a new one/);
  deepStrictEqual([...(await daemon.kernelBans()).keys()], ["203.0.113.9"]);
});

Deno.test("run protects without a place for its state, and stores it once there is one", async () => {
  await using daemon = await startDaemon({
    config: SAMPLE_JAIL,
    files: { "state": "a file where the folder belongs" },
  });
  match(daemon.said(), /Cannot store state, go on from memory/);
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host/);
  strictEqual((await daemon.kernelBans()).size, 1);
  Deno.removeSync(`${daemon.folder}/state`);
  await daemon.heard(/State is stored again/);
  await daemon.kill("SIGTERM");
  await daemon.startAgain();
  deepStrictEqual([...(await daemon.kernelBans()).keys()], ["203.0.113.9"]);
});

Deno.test("run takes the state over later when another process holds it at the start, and writes nothing over it", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  // What stands before the line that bans is read when that does.
  daemon.append(failedPassword("203.0.113.4").repeat(4));
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host/);
  await daemon.kill("SIGTERM");
  using lock = Deno.openSync(`${daemon.folder}/state/state.db.lock`, {
    write: true,
  });
  lock.lockSync(true);
  // What is known from the state alone.
  Deno.truncateSync(daemon.logFile);
  await daemon.startAgain();
  match(daemon.said(), /another process holds it/);
  deepStrictEqual([...(await daemon.kernelBans())], []);
  lock.unlockSync();
  await daemon.heard(/State is stored again/);
  deepStrictEqual([...(await daemon.kernelBans()).keys()], ["203.0.113.9"]);
  daemon.append(failedPassword("203.0.113.4"));
  await daemon.heard(/Ban host.*203\.0\.113\.4/);
});

Deno.test("run goes on while the disk is full, and loses nothing when it has room again", async () => {
  await using disk = await makeSmallDisk();
  const ballast = `${disk.folder}/ballast`;
  await using daemon = await startDaemon({
    config: ({ folder }) => {
      Deno.symlinkSync(disk.folder, `${folder}/state`);
      return Promise.resolve(SAMPLE_JAIL);
    },
  });
  fillDisk(ballast);
  const hosts = Array.from({ length: 200 }, (_, n) => `203.0.113.${n}`);
  for (const host of hosts) daemon.append(failedPassword(host).repeat(5));
  await daemon.heard(/Cannot store state, go on from memory/);
  await daemon.heard(/Ban host.*203\.0\.113\.199/);
  strictEqual((await daemon.kernelBans()).size, 200);
  Deno.removeSync(ballast);
  await daemon.heard(/State is stored again/);
  await daemon.kill("SIGTERM");
  fillDisk(ballast);
  await daemon.startAgain();
  strictEqual((await daemon.kernelBans()).size, 200);
});
