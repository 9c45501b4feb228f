/**
 * Three daemons read the same logs, with one thread, two and three: they have to end with the same bans, counts and places.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";

const LOGS = ["auth.log", "web.log", "mail.log", "other.log"];
/** Each in every log, so that a host fails in all of them together. */
const HOSTS = Array.from({ length: 60 }, (_, n) => `198.51.100.${n + 1}`);

/** In fail2ban's way. */
const EXACT_FILTER = String.raw`description = "sshd"
syntax = "fail2ban"
fail = ['^\s*\S+ sshd\[\d+\]: Failed password for .* from <HOST> port \d+ ssh2$']
`;

/** Three jails over four logs. */
function configOf(logs: string): string {
  const files = LOGS.map((name) => `"${logs}/${name}"`).join(", ");
  return String.raw`[jail.often]
log_path = [${files}]
filter = ['sshd\[\d+\]: Failed password for .* from <HOST> port']
max_retry = 20
[jail.exact]
log_path = [${files}]
filter = "exact"
max_retry = 4
ban_time = "1d"
[jail.again]
source = "bans"
max_retry = 2
find_time = "1d"
`;
}

Deno.test("run ends with the same bans, counts and places when 1, 2 and 3 threads scan", async () => {
  const logs = Deno.makeTempDirSync({ prefix: "fail2deno-test-logs-" });
  const paths = LOGS.map((name) => `${logs}/${name}`);
  try {
    // Half of the lines are there before the start.
    for (const path of paths) append(path, linesFor(path, 0));
    await using stack = new AsyncDisposableStack();
    const daemons: TestDaemon[] = [];
    for (const scanThreads of [1, 2, 3]) {
      const daemon = await startDaemon({
        config: configOf(logs),
        files: { "filters.d/exact.toml": EXACT_FILTER },
        scanThreads,
      });
      daemons.push(stack.use(daemon));
    }
    for (const path of paths) writeOn(path);
    const read = paths.map((path) => Deno.statSync(path));
    for (const daemon of daemons) {
      await until(
        "all logs are read",
        async () => {
          await new Promise((resolve) => setTimeout(resolve, 200));
          const places = placesOf(daemon);
          return paths.every((path, n) =>
            places.some((place) =>
              place.path === path && place.inode === read[n]?.ino &&
              place.offset === read[n]?.size
            )
          );
        },
        () => JSON.stringify(placesOf(daemon)),
      );
    }
    // Reports of how far they are come twice a second.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const [wanted, ...others] = await Promise.all(daemons.map(outcomeOf));
    ok(wanted !== undefined && wanted.bans.length === 3 * HOSTS.length);
    strictEqual(wanted.stats.lines, 4 * HOSTS.length * 6);
    for (const other of others) deepStrictEqual(other, wanted);
  } finally {
    Deno.removeSync(logs, { recursive: true });
  }
});

/** Whole lines, half ones, and a rotation in their midst. */
function writeOn(path: string): void {
  const text = linesFor(path, 1);
  const middle = Math.floor(text.length / 2);
  append(path, text.slice(0, middle - 7));
  append(path, text.slice(middle - 7, middle));
  append(path, text.slice(middle));
  Deno.renameSync(path, `${path}.1`);
  append(path, linesFor(path, 2));
}

/** Every host fails twice; those with an odd number with names that no other log has. */
function linesFor(path: string, part: number): string {
  return HOSTS.flatMap((host, n) => [
    failedPassword(host, n % 2 === 0 ? "root" : `${path}${part}`),
    failedPassword(host, "admin"),
  ]).join("");
}

function append(path: string, text: string): void {
  Deno.writeTextFileSync(path, text, { append: true });
}

interface Place {
  readonly path: string;
  readonly inode: number;
  readonly offset: number;
}

/** The places that are stored. */
function placesOf({ folder }: TestDaemon): readonly Place[] {
  using database = new DatabaseSync(`${folder}/state/state.db`, {
    readOnly: true,
  });
  return database.prepare(
    "SELECT path, inode, offset FROM position ORDER BY path, inode",
  ).all() as unknown as Place[];
}

async function outcomeOf(daemon: TestDaemon) {
  const ask = async (...words: string[]) =>
    JSON.parse((await daemon.cli(...words, "--json")).out);
  const bans: { jail: string; host: string; count: number }[] = await ask(
    "list-bans",
  );
  const { lines, candidates, failures, jails } = await ask("stats");
  const patterns: Record<string, unknown>[] = await ask("status", "--patterns");
  return {
    bans: bans.map(({ jail, host, count }) => `${jail} ${host} ${count}`)
      .sort(),
    stats: { lines, candidates, failures, jails },
    patterns: patterns.map(({ jail, pattern, candidates, hits }) =>
      [jail, pattern, candidates, hits].join(" ")
    ).sort(),
    places: placesOf(daemon),
    status: (await ask("status")).jails,
  };
}
