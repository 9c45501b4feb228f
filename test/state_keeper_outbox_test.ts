import { deepStrictEqual } from "node:assert/strict";
import type {
  MemoryRow,
  Outbox,
  OutboxRow,
  OutboxSink,
} from "../src/act/delivery/types.ts";
import { StateKeeper } from "../src/state_keeper.ts";
import { openStore } from "../src/store/store.ts";
import type { StoreWriter } from "../src/store/types.ts";
import type { Decision } from "../src/track/types.ts";
import { SILENT } from "../src/util/log.ts";
import { banOf, messageOf } from "./store/fixtures.ts";
import { withFolder } from "./support/with_folder.ts";
import { jailOf, startTrial } from "./track/fixtures.ts";

/** An outbox that writes down what it is told. */
class Diary implements Outbox {
  readonly restored: (OutboxRow | MemoryRow)[] = [];
  readonly taken: string[] = [];
  drains = 0;
  losses = 0;
  row: OutboxRow | undefined;

  restore(rows: Iterable<OutboxRow>, memories: Iterable<MemoryRow>): void {
    this.restored.push(...rows, ...memories);
  }

  take(decisions: readonly Decision[]): void {
    for (const { kind, ban } of decisions) {
      this.taken.push(`${kind} ${ban.host}`);
    }
  }

  drain(sink: OutboxSink): void {
    this.drains++;
    if (this.row !== undefined) sink.put(this.row);
  }

  loseTrack(): void {
    this.losses++;
  }
}

function openKeeper(folder: string, forgetful: readonly string[] = []) {
  const outbox = new Diary();
  const { tracker } = startTrial(
    ["sshd", "web"].map((name) => jailOf({ name })),
  );
  const keeper = new StateKeeper({
    folder,
    records: tracker.records,
    outbox,
    log: SILENT,
    isSimulated: () => false,
    isForgetful: (jail) => forgetful.includes(jail),
    onLateRestore() {},
  });
  return { keeper, outbox, tracker };
}

function fill(folder: string, write: (writer: StoreWriter) => void): void {
  const store = openStore({ path: `${folder}/state.db`, log: SILENT });
  store.commit(write);
  store.close();
}

Deno.test("StateKeeper.open() tells the outbox of bans that ended while nobody was there, once", () =>
  withFolder((folder) => {
    const running = { endSeconds: 5000 };
    fill(folder, ({ bans }) => {
      bans.put(banOf("192.0.2.1", { endSeconds: 2000 }));
      bans.put(banOf("192.0.2.2", running));
      bans.put(banOf("192.0.2.3", { ...running, jail: "web" }));
    });
    const first = openKeeper(folder, ["web"]);
    first.keeper.open(3000);
    first.keeper.close();
    deepStrictEqual(first.outbox.taken, ["unban 192.0.2.1", "unban 192.0.2.3"]);
    deepStrictEqual(
      first.tracker.bans().map(({ host }) => host),
      ["192.0.2.2"],
    );
    const second = openKeeper(folder);
    second.keeper.open(3000);
    second.keeper.close();
    deepStrictEqual(second.outbox.taken, []);
  }));

Deno.test("StateKeeper.open() gives the outbox what an earlier life left", () =>
  withFolder((folder) => {
    const row = messageOf(banOf("192.0.2.1"));
    const memory = { action: "team", memory: { quota: 7 } };
    fill(folder, ({ outbox }) => {
      outbox.put(row);
      outbox.putMemory(memory);
    });
    const { keeper, outbox } = openKeeper(folder);
    keeper.open(3000);
    deepStrictEqual(outbox.restored, [row, memory]);
    keeper.close();
  }));

Deno.test("StateKeeper stores the outbox with the decision that caused it", () =>
  withFolder((folder) => {
    const { keeper, outbox } = openKeeper(folder);
    keeper.open(3000);
    outbox.row = messageOf(banOf("192.0.2.1"));
    keeper.noteDecisions([{ kind: "ban", ban: banOf("192.0.2.1") }]);
    keeper.close();
    const store = openStore({ path: `${folder}/state.db`, log: SILENT });
    deepStrictEqual([...store.outbox()], [outbox.row]);
    store.close();
  }));

Deno.test("StateKeeper tells the outbox that a commit failed, and stores it anew", () =>
  withFolder((folder) => {
    const { keeper, outbox } = openKeeper(`${folder}/state`);
    keeper.open(3000);
    outbox.row = {
      ...messageOf(banOf("192.0.2.1")),
      // No row of SQLite takes it.
      id: 1.5,
    };
    keeper.commit();
    deepStrictEqual(outbox.losses, 1);
    outbox.row = messageOf(banOf("192.0.2.1"));
    keeper.commit();
    keeper.close();
    const store = openStore({ path: `${folder}/state/state.db`, log: SILENT });
    deepStrictEqual([...store.outbox()], [outbox.row]);
    store.close();
  }));
