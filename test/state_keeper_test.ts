import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { createLogger } from "../src/observe/logger.ts";
import {
  STATE_FILE,
  StateKeeper,
  type StateKeeperOptions,
} from "../src/state_keeper.ts";
import { openStore, type StoreOptions } from "../src/store/store.ts";
import type { Store } from "../src/store/types.ts";
import { createTracker, type JailTracker } from "../src/track/tracker.ts";
import { SILENT } from "../src/util/log.ts";
import { withFolder } from "./support/with_folder.ts";
import { failureOf, jailOf, nthHost, SEED } from "./track/fixtures.ts";

const NOW = Date.now() / 1000;
const LOG = "/var/log/auth.log";
const HOSTS = 30_000;

function makeTracker(): JailTracker {
  const tracker = createTracker({
    maxTracked: 2 * HOSTS,
    maxBans: 1000,
    seed: SEED,
    onDecision() {},
  });
  tracker.setJails([jailOf({ banTimeSeconds: 3600 })]);
  return tracker;
}

function makeKeeper(folder: string, tracker: JailTracker): StateKeeper {
  const keeper = makeClosed(folder, tracker);
  keeper.open(NOW);
  return keeper;
}

function makeClosed(
  folder: string,
  tracker: JailTracker,
  options: Partial<StateKeeperOptions> = {},
): StateKeeper {
  return new StateKeeper({
    folder,
    records: tracker.records,
    log: SILENT,
    ...options,
    isSimulated: () => false,
    isForgetful: () => false,
    onLateRestore() {},
    outbox: { restore() {}, take() {}, drain() {}, loseTrack() {} },
  });
}

/** Lines up to there led to these hosts' failures. */
function readUpTo(keeper: StateKeeper, offset: number): void {
  const head = new Uint8Array([1]);
  keeper.notePosition(LOG, { device: 1, inode: 2, offset, head });
}

/** @returns what somebody else sees: the number of failures, and the place in the log */
function look(database: DatabaseSync) {
  const { failures, offset } = database.prepare(
    `SELECT (SELECT count(*) FROM failure) AS failures,
      (SELECT max(offset) FROM position) AS offset`,
  ).get() ?? {};
  return { failures, offset };
}

Deno.test("a commit that is much lets others have their turn, and is seen all at once", async () => {
  await withFolder(async (folder) => {
    const tracker = makeTracker();
    const keeper = makeKeeper(folder, tracker);
    const other = new DatabaseSync(`${folder}/${STATE_FILE}`, {
      readOnly: true,
    });
    let hosts = 0;
    const fail = (count: number) => {
      for (const end = hosts + count; hosts < end; hosts++) {
        tracker.onFailure(failureOf(nthHost(hosts), NOW), NOW);
      }
    };
    fail(HOSTS);
    readUpTo(keeper, hosts);
    let looks = 0;
    let last = look(other);
    while (last.offset === null) {
      strictEqual(last.failures, 0);
      // A host that was filled in fails again, and others fail meanwhile: both belong to the place that comes at the end.
      fail(10);
      tracker.onFailure(failureOf(nthHost(looks), NOW), NOW);
      readUpTo(keeper, hosts);
      looks++;
      await new Promise((resolve) => setTimeout(resolve));
      last = look(other);
    }
    // How many depends on the machine: a turn ends by the clock.
    ok(looks >= 2, `${looks} looks`);
    strictEqual(last.failures, last.offset);
    other.close();
    keeper.close();
  });
});

Deno.test("a ban in the middle of a commit is stored with it, and so is what is there at the end", async () => {
  await withFolder(async (folder) => {
    const tracker = makeTracker();
    const keeper = makeKeeper(folder, tracker);
    for (let n = 0; n < HOSTS; n++) {
      tracker.onFailure(failureOf(nthHost(n), NOW), NOW);
    }
    readUpTo(keeper, 1);
    // Its first turn is over then, and many are to come.
    while (keeper.longestCommitMs === 0) {
      await new Promise((resolve) => setTimeout(resolve));
    }
    tracker.ban({ jail: "sshd", network: nthHost(7), nowSeconds: NOW });
    const [ban] = tracker.bans();
    ok(ban !== undefined);
    keeper.noteDecisions([{ kind: "ban", ban }]);
    keeper.close();
    const restored = makeTracker();
    const next = makeKeeper(folder, restored);
    deepStrictEqual(
      restored.bans().map(({ host }) => host),
      ["10.0.0.7"],
    );
    strictEqual(restored.counts("sshd", NOW).currentlyFailed, HOSTS - 1);
    next.close();
  });
});

Deno.test("openBans() takes over the bans alone, and open() the rest", async () => {
  await withFolder((folder) => {
    const tracker = makeTracker();
    const keeper = makeKeeper(folder, tracker);
    tracker.onFailure(failureOf(nthHost(8), NOW), NOW);
    tracker.ban({ jail: "sshd", network: nthHost(7), nowSeconds: NOW });
    readUpTo(keeper, 5);
    keeper.close();
    const restored = makeTracker();
    const next = makeClosed(folder, restored);
    const look = () => ({
      bans: restored.records.banCount,
      counted: restored.records.standings(nthHost(7), NOW)[0]?.bans,
      failures: restored.records.standings(nthHost(8), NOW)[0]?.recentFailures,
      positions: next.positionsOf(LOG).length,
    });
    next.openBans(NOW);
    deepStrictEqual(look(), { bans: 1, counted: 0, failures: 0, positions: 0 });
    next.open(NOW);
    const all = { bans: 1, counted: 1, failures: 1, positions: 1 };
    deepStrictEqual(look(), all);
    strictEqual(restored.records.changed, 0);
    next.open(NOW);
    deepStrictEqual(look(), all);
    next.close();
  });
});

/** @returns opens stores whose disk takes until the gate is open, once */
function slowDisk(gate: Promise<void>): (options: StoreOptions) => Store {
  let isSettling = false;
  let hasSettled = false;
  const slow = {
    get isSettling() {
      return isSettling;
    },
    settle() {
      if (hasSettled) return undefined;
      isSettling = hasSettled = true;
      return gate.then(() => {
        isSettling = false;
      });
    },
  };
  return (options) => {
    const store = openStore(options);
    return new Proxy(store, {
      get(target, name) {
        if (name in slow) return Reflect.get(slow, name);
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  };
}

Deno.test("nothing is stored while the disk is slow, which is told, and all of it afterwards", async () => {
  await withFolder(async (folder) => {
    const gate = Promise.withResolvers<void>();
    let text = "";
    const log = createLogger({
      level: "info",
      format: "text",
      write: (line) => {
        text += line;
      },
    });
    const keeper = makeClosed(folder, makeTracker(), {
      log,
      patienceMs: 50,
      openStore: slowDisk(gate.promise),
    });
    keeper.open(NOW);
    const other = new DatabaseSync(`${folder}/${STATE_FILE}`, {
      readOnly: true,
    });
    const until = async (isThere: () => boolean) => {
      while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    readUpTo(keeper, 1);
    await until(() => text.includes("the disk takes longer than 0.05 s"));
    readUpTo(keeper, 2);
    keeper.commit();
    strictEqual(look(other).offset, 1);
    gate.resolve();
    await until(() => text.includes("State is stored again"));
    strictEqual(look(other).offset, 2);
    other.close();
    keeper.close();
  });
});
