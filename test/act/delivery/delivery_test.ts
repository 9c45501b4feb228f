import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { HandlerError } from "../../../src/act/sandbox/types.ts";
import {
  BEGIN_SECONDS,
  createListLogger,
  FarSide,
  makeAction,
  makeBan,
  startDelivery,
} from "./fixtures.ts";

const A = "192.0.2.1";
const B = "192.0.2.2";

function fail(reason: HandlerError["reason"] = "threw"): never {
  throw new HandlerError("Cannot reach it", { action: "team", reason });
}

Deno.test("Delivery.take() tells of a ban once others were waited for", async () => {
  const { clock, farSide, tell } = startDelivery();
  await clock.advance(0.1);
  tell("ban", makeBan(A, { endSeconds: Infinity }));
  await clock.advance(0.9);
  tell("ban", makeBan("2001:db8::/64"));
  deepStrictEqual(farSide.told("ban"), []);
  await clock.advance(0.1);
  deepStrictEqual(farSide.told("ban"), [`ban ${A},2001:db8::/64`]);
  const [first, second] = farSide.calls.at(-1)?.batch ?? [];
  deepStrictEqual({ ...first, id: 0 }, {
    ...{ id: 0, jail: "sshd", host: A, family: 4, prefix: 32 },
    ...{ bannedAt: BEGIN_SECONDS, endsAt: null, failures: 5, banCount: 1 },
  });
  strictEqual(second?.family, 6);
  strictEqual(second?.prefix, 64);
  ok((second?.id ?? 0) > (first?.id ?? 0));
});

Deno.test("Delivery.take() tells each action of its own jails alone", async () => {
  const { clock, farSide, tell } = startDelivery({
    actions: [
      makeAction({ name: "both", jails: ["sshd", "web"] }),
      makeAction({ name: "one", jails: ["web"] }),
    ],
  });
  tell("ban", makeBan(A));
  tell("ban", makeBan(B, { jail: "web" }));
  tell("ban", makeBan(B, { jail: "other" }));
  await clock.advance(5);
  deepStrictEqual(farSide.hostsOf("both"), [`sshd ${A}`, `web ${B}`]);
  deepStrictEqual(farSide.hostsOf("one"), [`web ${B}`]);
});

Deno.test("Delivery.take() has batches of the configured size", async () => {
  const { clock, farSide, tell } = startDelivery({
    actions: [makeAction({ batch: 2, everySeconds: 60 })],
  });
  await clock.advance(1);
  for (const last of [1, 2, 3, 4, 5]) tell("ban", makeBan(`192.0.2.${last}`));
  await clock.advance(1);
  deepStrictEqual(
    farSide.told("ban"),
    ["ban 192.0.2.1,192.0.2.2", "ban 192.0.2.3,192.0.2.4"],
  );
  await clock.advance(60);
  strictEqual(farSide.told("ban").length, 3);
});

Deno.test("Delivery makes one call at a time for an action, and none of another waits for it", async () => {
  const farSide = new FarSide();
  const { clock, tell } = startDelivery({
    farSide,
    actions: [
      makeAction({ name: "slow", batch: 1 }),
      makeAction({ name: "swift", batch: 1 }),
    ],
  });
  await clock.advance(1);
  let running = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  farSide.mood = async ({ action }) => {
    if (action === "swift") return {};
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => ends.push(resolve));
    running--;
    return {};
  };
  tell("ban", makeBan(A));
  tell("ban", makeBan(B));
  await clock.advance(10);
  deepStrictEqual(farSide.hostsOf("swift"), [`sshd ${A}`, `sshd ${B}`]);
  strictEqual(ends.length, 1);
  ends[0]?.();
  await clock.advance(1);
  ends[1]?.();
  await clock.advance(1);
  strictEqual(most, 1);
  deepStrictEqual(farSide.hostsOf("slow"), [`sshd ${A}`, `sshd ${B}`]);
});

Deno.test("Delivery tells the same entries again after growing pauses when a call fails", async () => {
  const { log, lines } = createListLogger();
  const { clock, farSide, delivery, tell } = startDelivery({ log });
  await clock.advance(1);
  const times: number[] = [];
  farSide.mood = ({ method, nowSeconds }) => {
    if (method === "ban") times.push(nowSeconds);
    if (times.length < 5) fail();
  };
  tell("ban", makeBan(A));
  await clock.advance(3);
  strictEqual(delivery.status()[0]?.state, "waiting");
  await clock.advance(60);
  const pauses = times.slice(1).map((at, i) => at - (times[i] ?? 0));
  deepStrictEqual(pauses, [0.75, 1.5, 3, 6]);
  const ids = farSide.calls.filter(({ method }) => method === "ban")
    .map(({ batch }) => batch[0]?.id);
  strictEqual(new Set(ids).size, 1);
  deepStrictEqual(lines, [
    "warn Action failed, try again",
    "info Action works again",
  ]);
  const [status] = delivery.status();
  strictEqual(status?.delivered, 1);
  strictEqual(status?.retried, 4);
  strictEqual(status?.state, "idle");
  strictEqual(status?.lastError?.message, "Cannot reach it");
});

Deno.test("Delivery shows no secret that an error repeats", async () => {
  const said: unknown[] = [];
  const note = (_: string, fields?: unknown) => said.push(fields);
  const { clock, farSide, delivery, tell } = startDelivery({
    actions: [makeAction({ secrets: ["hunter2"] })],
    log: { error: note, warn: note, info: note, debug: note },
  });
  await clock.advance(1);
  farSide.mood = ({ batch }) => {
    if (batch.length === 1) throw new Error("401 for key hunter2");
    const refused = batch.map(({ id }) => ({ id, why: "no hunter2" }));
    return { refused };
  };
  tell("ban", makeBan(A));
  await clock.advance(1.5);
  strictEqual(
    delivery.status()[0]?.lastError?.message,
    "401 for key [secret]",
  );
  tell("ban", makeBan(B));
  await clock.advance(60);
  strictEqual(delivery.status()[0]?.lastError?.message, "no [secret]");
  strictEqual(said.length, 2);
  ok(!JSON.stringify(said).includes("hunter2"));
});

Deno.test("Delivery honours what an action says of single entries", async () => {
  const { log, lines } = createListLogger();
  const { clock, farSide, delivery, tell } = startDelivery({ log });
  await clock.advance(1);
  farSide.mood = ({ method, batch, memory }) => {
    if (method !== "ban" || batch.length < 3) return;
    const [first, second] = batch;
    strictEqual(memory, null);
    return {
      retry: [{ id: first?.id ?? 0, afterSeconds: 60, why: "429" }],
      refused: [{ id: second?.id ?? 0, why: "422 private address" }],
      memory: { quota: 7 },
    };
  };
  for (const last of [1, 2, 3]) tell("ban", makeBan(`192.0.2.${last}`));
  await clock.advance(50);
  deepStrictEqual(farSide.hostsOf("team"), ["sshd 192.0.2.3"]);
  const [status] = delivery.status();
  deepStrictEqual(
    [status?.delivered, status?.retried, status?.refused, status?.queued],
    [1, 1, 1, 1],
  );
  strictEqual(status?.state, "waiting");
  await clock.advance(15);
  deepStrictEqual(farSide.hostsOf("team"), [
    "sshd 192.0.2.1",
    "sshd 192.0.2.3",
  ]);
  deepStrictEqual(farSide.calls.at(-1)?.memory, { quota: 7 });
  deepStrictEqual(lines, ["warn Action refused entries"]);
});

Deno.test("Delivery asks nobody before the time that an action named for all of a call", async () => {
  const { clock, farSide, tell } = startDelivery({
    actions: [makeAction({ batch: 1, everySeconds: 0 })],
  });
  await clock.advance(1);
  let asked = 0;
  farSide.mood = ({ method, batch: [entry] }) => {
    if (method !== "ban" || asked++ > 0) return;
    return { retry: [{ id: entry?.id ?? 0, afterSeconds: 60, why: "429" }] };
  };
  for (const last of [1, 2, 3]) tell("ban", makeBan(`192.0.2.${last}`));
  await clock.advance(59);
  strictEqual(asked, 1);
  await clock.advance(2);
  strictEqual(farSide.hostsOf("team").length, 3);
});

Deno.test("Delivery syncs at the start, once a day, and when the action is another one", async () => {
  const { clock, farSide, delivery } = startDelivery({
    bans: [makeBan(A), makeBan(B, { jail: "web" })],
  });
  await clock.advance(5);
  deepStrictEqual(farSide.told("sync", "ban"), [`sync ${A}`]);
  await clock.advance(86_400);
  strictEqual(farSide.told("sync").length, 2);
  delivery.setActions([makeAction()]);
  await clock.advance(5);
  strictEqual(farSide.told("sync").length, 2);
  delivery.setActions([makeAction({ jails: ["sshd", "web"] })]);
  await clock.advance(5);
  strictEqual(farSide.told("sync").length, 3);
  deepStrictEqual(farSide.hostsOf("team"), [`sshd ${A}`, `web ${B}`]);
});

Deno.test("Delivery tries a sync again without keeping bans waiting", async () => {
  let isBroken = true;
  const farSide = new FarSide();
  farSide.mood = ({ method }) => {
    if (method === "sync" && isBroken) fail("deadline");
  };
  const { clock, tell } = startDelivery({ farSide });
  await clock.advance(600);
  const before = farSide.calls.length;
  tell("ban", makeBan(A));
  await clock.advance(2);
  deepStrictEqual(farSide.hostsOf("team"), [`sshd ${A}`]);
  isBroken = false;
  await clock.advance(300);
  strictEqual(farSide.calls.at(-1)?.method, "sync");
  ok(farSide.calls.length - before <= 3);
});

Deno.test("Delivery tells of an unban when a sync told of the ban before", async () => {
  const { clock, farSide, tell } = startDelivery({
    actions: [makeAction({ everySeconds: 10 })],
  });
  await clock.advance(86_395);
  tell("ban", makeBan(A));
  await clock.advance(6);
  deepStrictEqual(farSide.told("sync", "ban"), ["sync ", `sync ${A}`]);
  tell("unban", makeBan(A));
  await clock.advance(20);
  deepStrictEqual(farSide.hostsOf("team"), []);
});

Deno.test("Delivery says that it drops messages, and syncs for them", async () => {
  const { log, lines } = createListLogger();
  const { clock, farSide, delivery, tell } = startDelivery({
    log,
    mostWaiting: 10,
  });
  await clock.advance(1);
  farSide.mood = () => fail();
  for (let i = 0; i < 40; i++) tell("ban", makeBan(`192.0.2.${i}`));
  strictEqual(delivery.status()[0]?.dropped, 30);
  strictEqual(delivery.status()[0]?.queued, 10);
  strictEqual(
    lines.filter((line) => line.startsWith("warn Too much waits")).length,
    1,
  );
  await clock.advance(60);
  farSide.mood = () => {};
  await clock.advance(300);
  strictEqual(farSide.hostsOf("team").length, 40);
});

Deno.test("Delivery.status() tells of a process that rests", async () => {
  const { clock, farSide, delivery, tell } = startDelivery();
  await clock.advance(1);
  farSide.mood = () => fail("resting");
  tell("ban", makeBan(A));
  await clock.advance(2);
  const [status] = delivery.status();
  strictEqual(status?.state, "resting");
  ok((status?.untilSeconds ?? 0) > clock.nowSeconds());
});
