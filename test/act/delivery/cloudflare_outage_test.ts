import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import cloudflare from "../../../actions/cloudflare.ts";
import type { HandlerOutcome } from "../../../src/act/contract.ts";
import {
  type HandlerCall,
  HandlerError,
} from "../../../src/act/sandbox/types.ts";
import type { Ban } from "../../../src/track/types.ts";
import { callAction } from "../contract_calls.ts";
import {
  CLOUDFLARE_TOKEN,
  openCloudflare,
} from "../far_side/cloudflare_far_side.ts";
import { takePort } from "../far_side/http_far_side.ts";
import {
  FarSide,
  makeAction,
  makeBan,
  SimulatedClock,
  startDelivery,
  StoredOutbox,
} from "./fixtures.ts";

const PORT = takePort();
const HOSTS = 300;
const OUTAGE_SECONDS = 3600;
const OPTIONS = {
  token: CLOUDFLARE_TOKEN,
  endpoint: `http://127.0.0.1:${PORT}/client/v4`,
  account: "a1",
  list: "l1",
};

/** Calls the action itself, over the network, and knows when nothing is under way. */
class CloudflareHost extends FarSide {
  #underWay: Promise<unknown> = Promise.resolve();

  override call(call: HandlerCall): Promise<HandlerOutcome> {
    const outcome = this.#call(call);
    this.#underWay = outcome.catch(() => {});
    this.calls.push(call);
    return outcome;
  }

  async settled(): Promise<void> {
    let last;
    while (last !== this.#underWay) {
      last = this.#underWay;
      await last;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  async #call(call: HandlerCall): Promise<HandlerOutcome> {
    const { action, method, batch, memory, nowSeconds } = call;
    try {
      const clock = { nowSeconds };
      const options = OPTIONS;
      return await callAction(cloudflare as never, method, {
        ...{ batch, memory, clock, options },
      });
    } catch (cause) {
      throw new HandlerError(String(cause), { action, reason: "threw", cause });
    }
  }
}

Deno.test({
  name:
    "Delivery brings a Cloudflare list that was away for an hour to what is banned, each host once",
  permissions: { net: [`127.0.0.1:${PORT}`] },
  async fn() {
    const clock = new SimulatedClock();
    const host = new CloudflareHost();
    const stored = new StoredOutbox();
    const { delivery, running, tell } = startDelivery({
      clock,
      farSide: host,
      actions: [makeAction({ name: "cloudflare" })],
    });
    const banned = new Map<string, Ban>();
    let decided = 0;
    let mostWaiting = 0;
    const live = async (seconds: number, rate: number) => {
      for (let second = 0; second < seconds; second++) {
        for (let i = 0; i < rate; i++) {
          // A stride that is prime to the number of hosts comes to all of them.
          const number = decided++ * 137 % HOSTS;
          const address = `45.0.${number >> 8}.${number & 255}`;
          const ban = banned.get(address);
          if (ban === undefined) {
            const made = makeBan(address, {
              endSeconds: clock.nowSeconds() + 7200,
            });
            banned.set(address, made);
            tell("ban", made);
          } else {
            banned.delete(address);
            tell("unban", ban);
          }
        }
        await clock.advance(1);
        await host.settled();
        delivery.drain(stored);
        mostWaiting = Math.max(mostWaiting, delivery.status()[0]?.queued ?? 0);
      }
    };
    const open = () =>
      openCloudflare(PORT, { clock: farSideClock(clock), limit: 100_000 });

    // Nobody listens for an hour.
    await live(OUTAGE_SECONDS, 3);
    ok(host.calls.length < 60, `${host.calls.length} calls`);
    ok(mostWaiting <= HOSTS, `${mostWaiting} messages waited`);
    strictEqual(stored.rows.size, delivery.status()[0]?.queued);

    await using far = open();
    const before = host.calls.length;
    await live(400, 0);
    const told = host.calls.slice(before)
      .filter(({ method }) => method === "ban" || method === "unban")
      .flatMap(({ batch }) => batch.map(({ host }) => host));
    strictEqual(new Set(told).size, told.length, "each host is told of once");
    const found = far.rows.map(({ host }) => host);
    strictEqual(new Set(found).size, found.length, "no host is there twice");
    deepStrictEqual(
      found.toSorted(),
      [...running.values()].map(({ host }) => host).sort(),
    );
    const [status] = delivery.status();
    deepStrictEqual([status?.queued, status?.dropped], [0, 0]);
    delivery.drain(stored);
    strictEqual(stored.rows.size, 0);
    await delivery.close();
  },
});

/** The same clock as the far side reads it. */
function farSideClock(clock: SimulatedClock): { nowSeconds: number } {
  return Object.defineProperty({ nowSeconds: 0 }, "nowSeconds", {
    get: clock.nowSeconds,
  });
}
