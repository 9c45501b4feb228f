/**
 * The daemon is killed again and again while failures are written and the log is rotated. Half of the hosts fail one time less
 * than the threshold, half exactly as often as it takes: a failure that is lost or counted twice shows as a wrong ban.
 *
 * FAIL2DENO_SEED repeats a run.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
} from "../support/daemon.ts";
import { until } from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";
import { fillDisk, makeSmallDisk } from "../support/small_disk.ts";

const KILLS = 50;
const HOSTS = 400;
const THRESHOLD = 5;

Deno.test(`run ends where an undisturbed run does after ${KILLS} kills and rotations at any instant`, () =>
  disturb());

Deno.test("run ends there too when two threads scan", () =>
  disturb({ kills: 20, scanThreads: 2 }));

Deno.test("run ends there too when the disk is full every other life", async () => {
  await using disk = await makeSmallDisk();
  const ballast = `${disk.folder}/ballast`;
  await disturb({
    prepare: (life) => {
      if (life % 2 === 0) fillDisk(ballast);
      else Deno.removeSync(ballast);
    },
    stateDir: disk.folder,
  });
});

interface Disturbance {
  readonly kills?: number;
  /** Called while the daemon is dead. */
  readonly prepare?: (life: number) => void;
  /** Default: the daemon's own. */
  readonly stateDir?: string;
  readonly scanThreads?: number;
}

async function disturb(disturbance: Disturbance = {}): Promise<void> {
  const { kills = KILLS, prepare = () => {}, stateDir } = disturbance;
  const { scanThreads } = disturbance;
  const seed = Number(Deno.env.get("FAIL2DENO_SEED")) || Date.now() % 1e9;
  const random = createRandom(seed);
  await using daemon = await startDaemon({
    config: async ({ folder }) => {
      if (stateDir !== undefined) Deno.symlinkSync(stateDir, `${folder}/state`);
      return await Promise.resolve(SAMPLE_JAIL);
    },
    ...(scanThreads === undefined ? {} : { scanThreads }),
  });
  let troubles = "";
  try {
    const lines = shuffle(planLines(), random);
    const perLife = Math.ceil(lines.length / (kills + 1));
    for (let life = 0; life < kills; life++) {
      const share = lines.splice(0, perLife);
      const alive = Math.floor(random() * share.length);
      await write(daemon, share.slice(0, alive), random);
      await daemon.kill("SIGKILL");
      troubles += /^.* (?:warn|error) .*\n/m.exec(daemon.said())?.[0] ?? "";
      await write(daemon, share.slice(alive), random);
      prepare(life);
      await daemon.startAgain();
    }
    await write(daemon, lines, random);
    await checkEnd(daemon);
  } catch (error) {
    const message = `with FAIL2DENO_SEED=${seed}\n${troubles}`;
    throw new Error(message, { cause: error });
  }
}

/** Appends in bursts, and rotates in between. */
async function write(
  daemon: TestDaemon,
  hosts: readonly string[],
  random: () => number,
): Promise<void> {
  for (let at = 0; at < hosts.length;) {
    const burst = 1 + Math.floor(random() * 8);
    const text = hosts.slice(at, at + burst)
      .map((host, n) => failedPassword(host.replace("/64", `${at + n}`)))
      .join("");
    daemon.append(text);
    at += burst;
    if (random() < 0.05) rotate(daemon.logFile);
    if (random() < 0.3) {
      await new Promise((resolve) => setTimeout(resolve, random() * 20));
    }
  }
}

/** As logrotate does: each number goes up, and the log begins anew. */
function rotate(path: string): void {
  for (let n = 8; n >= 1; n--) {
    try {
      Deno.renameSync(`${path}.${n}`, `${path}.${n + 1}`);
    } catch {
      // Not that many yet.
    }
  }
  Deno.renameSync(path, `${path}.1`);
  Deno.writeTextFileSync(path, "");
}

async function checkEnd(daemon: TestDaemon): Promise<void> {
  const attackers = listHosts().filter((_, n) => isAttacker(n)).sort();
  let banned: readonly string[] = [];
  await until(
    "all attackers are banned",
    async () => {
      banned = [...(await daemon.kernelBans()).keys()];
      return banned.length >= attackers.length;
    },
    () => `not: ${attackers.filter((host) => !banned.includes(host))}`,
  );
  // Whoever is banned wrongly is banned by now, too.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const kernel = await daemon.kernelBans();
  deepStrictEqual([...kernel.keys()].sort(), attackers);
  const { out } = await daemon.cli("list-bans", "--json");
  const bans: { host: string; count: number }[] = JSON.parse(out);
  deepStrictEqual(bans.map(({ host }) => host).sort(), attackers);
  deepStrictEqual([...new Set(bans.map(({ count }) => count))], [1]);
  strictEqual(await daemon.kill("SIGTERM"), 0);
  using database = new DatabaseSync(`${daemon.folder}/state/state.db`);
  const count = (sql: string) => database.prepare(sql).get()?.n;
  strictEqual(count("SELECT count(*) AS n FROM ban"), attackers.length);
  strictEqual(
    count("SELECT count(*) AS n FROM failure"),
    HOSTS - attackers.length,
  );
  const times = (THRESHOLD - 1) * 4;
  strictEqual(
    count(`SELECT count(*) AS n FROM failure WHERE length(times) <> ${times}`),
    0,
  );
}

/** Each host as often as it fails. */
function planLines(): string[] {
  return listHosts().flatMap((host, n) =>
    new Array<string>(isAttacker(n) ? THRESHOLD : THRESHOLD - 1).fill(host)
  );
}

function listHosts(): string[] {
  return Array.from(
    { length: HOSTS },
    (_, n) =>
      n % 4 < 2
        ? `198.51.100.${(n >> 2) * 2 + (n & 1)}`
        : `2001:db8:0:${n.toString(16)}::/64`,
  );
}

function isAttacker(n: number): boolean {
  return n % 2 === 0;
}

function shuffle(items: string[], random: () => number): string[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j] ?? "", items[i] ?? ""];
  }
  return items;
}

/** Mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
