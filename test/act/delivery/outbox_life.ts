/**
 * One life of a process that bans, stores and tells, until it is killed: `outbox_life.ts FOLDER SEED DECISIONS`.
 *
 * The far side is a file to which each call is appended before it counts as delivered. A decision is written to another file
 * once it is committed. With DECISIONS 0 it tells what is left, and ends by itself.
 *
 * @module
 */

import { Delivery } from "../../../src/act/delivery/delivery.ts";
import { StateKeeper } from "../../../src/state_keeper.ts";
import { createTracker } from "../../../src/track/tracker.ts";
import type { Decision } from "../../../src/track/types.ts";
import { Alarm } from "../../../src/util/alarm.ts";
import { SILENT } from "../../../src/util/log.ts";
import { Random } from "../../bench/corpora/random.ts";
import { jailOf, network, SEED } from "../../track/fixtures.ts";
import { makeAction } from "./fixtures.ts";

const [folder = "", seed = "1", decisions = "0"] = Deno.args;
const random = new Random(Number(seed));

function append(name: string, record: unknown): void {
  Deno.writeTextFileSync(`${folder}/${name}`, `${JSON.stringify(record)}\n`, {
    append: true,
  });
}

const pending: Decision[] = [];
const tracker = createTracker({
  maxTracked: 16,
  maxBans: 1000,
  seed: SEED,
  onDecision: (decision) => pending.push(decision),
  onBan() {},
});
tracker.setJails([jailOf()]);

const delivery = new Delivery({
  host: {
    setActions() {},
    // Nothing is made right by a sync: what is lost stays lost.
    async call({ method, batch }) {
      if (method === "sync") return {};
      await new Promise((resolve) => setTimeout(resolve, 2));
      const hosts = batch.map(({ id, host }) => ({ id, host }));
      append("told", { method, hosts });
      if (random.below(10) < 3) throw new Error("no answer");
      return { memory: { told: batch.at(-1)?.id ?? 0 } };
    },
    close: () => Promise.resolve(),
  },
  log: SILENT,
  bansOf: () => [],
  onChange: () => keeper.noteOutbox(),
  nowSeconds: () => Date.now() / 1000,
  random: () => 0,
  // The pauses of a far side that is away would be most of this life.
  createAlarm: (onRing) => {
    const alarm = new Alarm(onRing);
    return {
      set: (atSeconds) =>
        alarm.set(Math.min(atSeconds, Date.now() / 1000 + 0.01)),
      clear: () => alarm.clear(),
    };
  },
});
const keeper = new StateKeeper({
  folder,
  records: tracker.records,
  outbox: delivery,
  log: SILENT,
  isSimulated: () => false,
  isForgetful: () => false,
  onLateRestore() {},
});
delivery.setActions([makeAction({ batch: 7, everySeconds: 0 })]);
keeper.open(Date.now() / 1000);
delivery.start();

for (let i = 0; i < Number(decisions); i++) {
  const host = `192.0.2.${random.below(64)}`;
  const nowSeconds = Date.now() / 1000;
  const isBanned = tracker.bans("sshd").some((ban) => ban.host === host);
  if (isBanned) tracker.unban({ jail: "sshd", network: network(host) });
  else {
    tracker.ban({
      ...{ jail: "sshd", network: network(host) },
      ...{ nowSeconds, seconds: 86_400 },
    });
  }
  const decided = pending.splice(0);
  delivery.take(decided);
  keeper.noteDecisions(decided);
  // On a slow disk it would come later, and what was told before it would be told of nobody.
  keeper.commit();
  append("decided", { host, isBanned: !isBanned });
  if (i % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
while ((delivery.status()[0]?.queued ?? 0) > 0) {
  await new Promise((resolve) => setTimeout(resolve, 10));
}
append("bans", tracker.bans("sshd").map(({ host }) => host).sort());
await delivery.close();
keeper.close();
