/**
 * Calls of handler actions as the core makes them, for tests.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type {
  BanEntry,
  FeedOutcome,
  HandlerAction,
  HandlerContext,
  HandlerOutcome,
  Json,
} from "../../src/act/contract.ts";
import { readFeed } from "../../src/act/sandbox/outcome.ts";
import type { TestClock } from "./far_side/http_far_side.ts";

/** Beginning of all tests, in seconds since 1970. */
export const TEST_START = 1_781_000_000;

/** A call that never comes back is given up then; a sandbox would have killed it. */
const PATIENCE_MS = 20_000;

/** @returns an entry, of a public address unless something else is said */
export function makeEntry(id: number, part: Partial<BanEntry> = {}): BanEntry {
  return {
    id,
    jail: "sshd",
    host: `45.${(id >> 16) & 255}.${(id >> 8) & 255}.${id & 255}`,
    family: 4,
    prefix: 32,
    bannedAt: TEST_START - 5,
    endsAt: TEST_START + 3595,
    failures: 5,
    banCount: 1,
    ...part,
  };
}

/** One of each kind. */
export const MIXED_BATCH: readonly BanEntry[] = [
  makeEntry(1),
  makeEntry(2, { jail: "nginx", endsAt: null }),
  makeEntry(3, { host: "2a00:1450::/64", family: 6, prefix: 64 }),
  makeEntry(4, { host: "2a00:1450::7", family: 6, prefix: 128 }),
  makeEntry(5, { host: "46.1.2.0/24", prefix: 24 }),
  makeEntry(6, { host: "46.1.4.0/23", prefix: 23 }),
];

/** @returns one of ten thousand, every other one with an address as long as can be */
export function makeLong(at: number): BanEntry {
  const end = (at + 4096).toString(16);
  return at % 2 === 0 ? makeEntry(at + 1) : makeEntry(at + 1, {
    host: `2a00:1450:4001:81c1:aaaa:bbbb:cccc:${end}`,
    family: 6,
    prefix: 128,
  });
}

/** How a call is made. */
export interface CallOptions {
  readonly options: Readonly<Record<string, unknown>>;
  readonly clock: TestClock;
  readonly memory?: Json;
  readonly deadlineMs?: number;
}

/** Calls an action as the core does, and checks what it says. */
export async function callAction(
  action: HandlerAction<unknown>,
  method: "ban" | "unban" | "sync" | "cleanup" | "feed",
  { batch = [], options, clock, memory = null, deadlineMs = PATIENCE_MS }:
    & CallOptions
    & { readonly batch?: readonly BanEntry[] },
): Promise<HandlerOutcome & FeedOutcome> {
  const timer = new AbortController();
  const handle = setTimeout(() => timer.abort(), deadlineMs);
  const context: HandlerContext<unknown> = {
    options: { ...defaultsOf(action), ...options },
    memory,
    nowSeconds: clock.nowSeconds,
    signal: timer.signal,
  };
  try {
    const outcome = method === "cleanup" || method === "feed"
      ? await action[method]?.(context)
      : await action[method]?.(batch, context);
    if (method === "feed") readFeed(reread((outcome ?? {}) as Json));
    else checkOutcome(outcome ?? {}, batch);
    return outcome ?? {};
  } finally {
    clearTimeout(handle);
  }
}

/** Delivers until nothing is left to be told again, as the queue does; time passes only where an outcome wants it to. */
export async function deliver(
  action: HandlerAction<unknown>,
  method: "ban" | "unban" | "sync",
  call: CallOptions & { readonly batch: readonly BanEntry[] },
): Promise<{ readonly memory: Json; readonly refused: ReadonlySet<number> }> {
  const refused = new Set<number>();
  let memory = call.memory ?? null;
  let batch = call.batch;
  for (let turn = 0; batch.length > 0 || turn === 0; turn++) {
    ok(turn < 2000, `${batch.length} entries come back for ever`);
    const now = turn === 0 || method !== "sync" ? method : "ban";
    const outcome = await callAction(action, now, { ...call, batch, memory });
    memory = outcome.memory ?? memory;
    for (const { id } of outcome.refused ?? []) refused.add(id);
    const again = new Map(outcome.retry?.map((one) => [one.id, one]));
    const pauses = [...again.values()].map((one) => one.afterSeconds ?? 60);
    if (pauses.length > 0) call.clock.nowSeconds += Math.max(...pauses);
    batch = batch.filter(({ id }) => again.has(id));
  }
  return { memory, refused };
}

function checkOutcome(
  { retry = [], refused = [], memory }: HandlerOutcome,
  batch: readonly BanEntry[],
): void {
  const ids = new Set(batch.map(({ id }) => id));
  for (const { id, why } of [...retry, ...refused]) {
    ok(ids.delete(id), `${id} is not of the batch, or told of twice`);
    strictEqual(typeof why, "string");
  }
  for (const { afterSeconds = 0 } of retry) {
    ok(afterSeconds >= 0 && afterSeconds <= 86_400, String(afterSeconds));
  }
  if (memory !== undefined) deepStrictEqual(reread(memory), memory);
}

function defaultsOf(action: HandlerAction<unknown>): Record<string, Json> {
  const options = Object.entries(action.options ?? {});
  return Object.fromEntries(
    options.flatMap(([name, schema]) =>
      schema.default === undefined ? [] : [[name, schema.default]]
    ),
  );
}

/** @returns what is left of it after a restart */
export function reread(memory: Json): Json {
  return JSON.parse(JSON.stringify(memory));
}
