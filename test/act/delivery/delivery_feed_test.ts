import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import type { CallOutcome } from "../../../src/act/sandbox/types.ts";
import {
  BEGIN_SECONDS,
  FarSide,
  makeAction,
  makeBan,
  type Mood,
  SimulatedClock,
  startDelivery,
  StoredOutbox,
} from "./fixtures.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const FEED = makeAction({ jails: [], feeds: ["blacklist"] });
const LIST: CallOutcome = {
  hosts: ["45.0.0.7"],
  seconds: 2 * DAY,
  againSeconds: DAY,
  memory: "next",
};

/** A far side of which a feed is all that is asked. */
function feeding(mood: Mood): FarSide {
  const farSide = new FarSide();
  farSide.mood = mood;
  return farSide;
}

Deno.test("Delivery asks a feed at the start and when it is time, and hands on what it brings", async () => {
  const farSide = feeding(() => LIST);
  const { clock, brought, delivery } = startDelivery({
    ...{ farSide, actions: [FEED] },
  });
  await clock.advance(DAY - 1);
  const one = { action: "team", jails: ["blacklist"], hosts: ["45.0.0.7"] };
  deepStrictEqual(brought, [{ ...one, seconds: 2 * DAY }]);
  deepStrictEqual(delivery.status()[0]?.feed, {
    jails: ["blacklist"],
    nextSeconds: BEGIN_SECONDS + DAY,
    last: { hosts: 1, atSeconds: BEGIN_SECONDS },
  });
  await clock.advance(1);
  strictEqual(brought.length, 2);
  deepStrictEqual(farSide.calls.map(({ method, memory }) => [method, memory]), [
    ["feed", null],
    ["feed", "next"],
  ]);
});

Deno.test("Delivery leaves a feed that fails what it has, tells why, and asks again", async () => {
  let turn = 0;
  const farSide = feeding(() => {
    if (++turn === 2) return { why: "503", againSeconds: 5 * HOUR };
    if (turn === 3) throw new Error("no route");
    return LIST;
  });
  const { clock, brought, delivery } = startDelivery({
    ...{ farSide, actions: [FEED] },
  });
  await clock.advance(DAY);
  strictEqual(brought.length, 1);
  match(delivery.status()[0]?.lastError?.message ?? "", /503/);
  strictEqual(delivery.status()[0]?.feed?.last?.hosts, 1);
  await clock.advance(5 * HOUR);
  match(delivery.status()[0]?.lastError?.message ?? "", /no route/);
  strictEqual(brought.length, 1);
  await clock.advance(HOUR);
  strictEqual(turn, 4);
  strictEqual(brought.length, 2);
});

Deno.test("Delivery gives a feed its memory after a restart, which brings nothing before it is time", async () => {
  const clock = new SimulatedClock();
  const stored = new StoredOutbox();
  const first = startDelivery({
    farSide: feeding(() => LIST),
    ...{ clock, stored, actions: [FEED] },
  });
  await clock.advance(HOUR);
  first.delivery.drain(stored);
  await first.delivery.close();
  const farSide = feeding(({ memory }) =>
    memory === "next" ? { againSeconds: 23 * HOUR } : LIST
  );
  const second = startDelivery({ clock, stored, farSide, actions: [FEED] });
  await clock.advance(HOUR);
  deepStrictEqual(second.brought, []);
  strictEqual(
    second.delivery.status()[0]?.feed?.nextSeconds,
    BEGIN_SECONDS + DAY,
  );
});

Deno.test("Delivery asks no feed that is no jail's, or that has left", async () => {
  const farSide = feeding(({ method }) => method === "feed" ? LIST : {});
  const { clock, brought, delivery, tell } = startDelivery({ farSide });
  tell("ban", makeBan("45.0.0.8"));
  await clock.advance(2 * DAY);
  deepStrictEqual(brought, []);
  deepStrictEqual(farSide.told("feed"), []);
  delivery.setActions([FEED]);
  await clock.advance(1);
  strictEqual(brought.length, 1);
  delivery.setActions([]);
  await clock.advance(3 * DAY);
  strictEqual(brought.length, 1);
});

Deno.test("Delivery tells an action of bans while it is a feed, too", async () => {
  const farSide = feeding(({ method }) => method === "feed" ? LIST : {});
  const action = makeAction({ feeds: ["blacklist"] });
  const { clock, tell, brought } = startDelivery({
    ...{ farSide, actions: [action] },
  });
  tell("ban", makeBan("45.0.0.8"));
  await clock.advance(HOUR);
  deepStrictEqual(farSide.hostsOf("team"), ["sshd 45.0.0.8"]);
  strictEqual(brought.length, 1);
});
