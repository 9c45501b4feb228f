import { deepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import type { HandlerOutcome } from "../../../src/act/contract.ts";
import {
  type HandlerCall,
  HandlerError,
} from "../../../src/act/sandbox/types.ts";
import {
  FarSide,
  makeAction,
  makeBan,
  SimulatedClock,
  startDelivery,
  StoredOutbox,
} from "./fixtures.ts";

/** What a far side does to one call. */
const MOODS = [
  "fine",
  "fine",
  "fails",
  "fails after its work",
  "half of it later",
  "hangs a while",
] as const;

const STEP = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("ban", "extend", "unban"),
      host: fc.integer({ min: 0, max: 7 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("wait"),
      seconds: fc.constantFrom(0.3, 1, 5, 40),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: "store" } as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("kill"),
      isClean: fc.boolean(),
    }),
  },
);

/** Such a far side takes no sync, as most do. */
function createFarSide(
  clock: SimulatedClock,
  moods: readonly (typeof MOODS[number])[],
): FarSide {
  const farSide = new FarSide();
  let calls = 0;
  farSide.mood = (call) => {
    const mood = moods[calls++] ?? "fine";
    if (mood === "hangs a while") return pause(clock, 3);
    if (mood === "half of it later") return half(call);
    if (mood === "fine") return {};
    if (mood === "fails after its work") farSide.take(call);
    throw new HandlerError("no", { action: call.action, reason: "threw" });
  };
  return farSide;
}

function pause(clock: SimulatedClock, seconds: number) {
  return new Promise<HandlerOutcome>((resolve) => {
    clock.createAlarm(() => resolve({})).set(clock.nowSeconds() + seconds);
  });
}

function half({ batch }: HandlerCall): HandlerOutcome {
  return {
    retry: batch.filter((_, index) => index % 2 === 0)
      .map(({ id }) => ({ id, afterSeconds: 7, why: "later" })),
  };
}

/** What never takes a sync is never made right by one. */
class WithoutSync extends FarSide {
  readonly #inner: FarSide;

  constructor(inner: FarSide) {
    super();
    this.#inner = inner;
  }

  override call(call: HandlerCall): Promise<HandlerOutcome> {
    return call.method === "sync"
      ? Promise.resolve({})
      : this.#inner.call(call);
  }

  override close(): Promise<void> {
    return this.#inner.close();
  }
}

for (const hasSync of [false, true]) {
  const kind = hasSync ? "with" : "without";
  Deno.test(`Delivery makes a far side ${kind} sync hold just the running bans, whatever fails`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(STEP, { maxLength: 60, size: "max" }),
        fc.array(fc.constantFrom(...MOODS), { maxLength: 30, size: "max" }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, moods, batch) => {
          const clock = new SimulatedClock();
          const inner = createFarSide(clock, moods);
          const farSide = hasSync ? inner : new WithoutSync(inner);
          const actions = [makeAction({ batch })];
          const stored = new StoredOutbox();
          let life = startDelivery({ clock, farSide, actions });
          for (const step of steps) {
            if (step.kind === "wait") await clock.advance(step.seconds);
            else if (step.kind === "store") life.delivery.drain(stored);
            else if (step.kind === "kill") {
              // After a kill the outbox has what was told since the last commit; after a clean end it has not.
              if (step.isClean) life.delivery.drain(stored);
              await life.delivery.close();
              const bans = [...life.running.values()];
              life = startDelivery({ clock, farSide, actions, stored, bans });
            } else {
              const key = `sshd 192.0.2.${step.host}`;
              const isBanned = life.running.has(key);
              const ban = makeBan(`192.0.2.${step.host}`, {
                endSeconds: clock.nowSeconds() + 600,
              });
              if (isBanned === (step.kind === "ban")) continue;
              life.tell(step.kind, ban);
              life.delivery.drain(stored);
            }
          }
          await clock.advance(3600);
          const found = [...inner.bans.get("team") ?? []].sort();
          const expected = [...life.running].map(([key, { endSeconds }]) => [
            key,
            endSeconds,
          ]).sort();
          deepStrictEqual(found, expected);
          ok(life.delivery.status()[0]?.queued === 0);
        },
      ),
      { numRuns: 300 },
    );
  });
}
