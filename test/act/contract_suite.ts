/**
 * What every handler action has to bear: told twice, told of much, told of nonsense, and a far side that fails it.
 *
 *     testContract({ action: webhook, ports: [takePort()], open, hostile })
 *
 * Each test runs with the permissions of a sandbox: the far side's ports, and nothing else.
 *
 * @module
 */

import { deepStrictEqual, match, ok, rejects } from "node:assert/strict";
import type {
  BanEntry,
  HandlerAction,
  HandlerOutcome,
} from "../../src/act/contract.ts";
import {
  callAction,
  deliver,
  makeEntry,
  makeLong,
  MIXED_BATCH,
  reread,
  TEST_START,
} from "./contract_calls.ts";
import type { TestClock } from "./far_side/http_far_side.ts";

/** A far side, and what has been brought to it. */
export interface OpenedFarSide extends AsyncDisposable {
  /** For the action, to reach it. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Hosts that it knows as banned, or was told of; without those that are somebody else's. */
  hosts(): readonly string[];
  /** What is there of others; must never change. */
  foreign?(): unknown;
  /** Takes so many changes from now on, and fails at all others; where there is a `sync`. */
  failAfter?(changes: number): void;
}

/** An action with its far side. */
export interface ContractSubject {
  /** What is tested, where an action has several ways. */
  readonly name?: string;
  readonly action: HandlerAction<unknown>;
  /** That the far side needs. */
  readonly ports: readonly number[];
  /** Starts a sound far side. */
  open(clock: TestClock): OpenedFarSide;
  /** Starts far sides that are not. */
  readonly hostile: Readonly<Record<string, () => OpenedFarSide>>;
  /** Of these entries, hosts that the action refuses, as it says. */
  refuses(entry: BanEntry): boolean;
  /** As the far side names it. */
  named?(entry: BanEntry): string;
  /** So many of 10,000 hosts the far side hears of by name; a chat is told a number of the rest. Default: all. */
  readonly shown?: number;
  /** Texts that no error may tell. */
  readonly secrets: readonly string[];
}

const MAX_MEMORY = 256 * 1024;

/** What stands in every action's table, and is the core's. */
const CORE_KEYS = ["name", "plugin", "file", "batch", "every", "deadline"];

/** Deadline of calls to far sides that do not answer. */
const SHORT_DEADLINE_MS = 400;

/** Registers all tests. */
export function testContract(subject: ContractSubject): void {
  const { action } = subject;
  const name = subject.name ?? action.id;
  testManifest(name, action);
  testBans(name, subject);
  if (action.unban !== undefined) testUnbans(name, subject);
  if (action.sync !== undefined) testSync(name, subject);
  testFailures(name, subject);
}

function testManifest(name: string, action: HandlerAction<unknown>): void {
  Deno.test(
    `${name} says what it is and wants`,
    { permissions: "none" },
    () => {
      match(action.id, /^[a-z][a-z0-9_]{0,31}$/);
      match(action.version, /^\d+\.\d+\.\d+$/);
      match(action.describe, /^[A-Z].*[^.]$/);
      for (const [option, schema] of Object.entries(action.options ?? {})) {
        match(option, /^[a-z][a-z0-9_]*$/);
        ok(!CORE_KEYS.includes(option), option);
        match(schema.describe, /^[A-Z].*[^.]$/);
        ok(schema.required !== true || schema.default === undefined, option);
        ok(schema.type !== "secret" || schema.default === undefined, option);
        if (schema.type === "choice") {
          ok(schema.choices?.includes(String(schema.default)), option);
        }
      }
      for (const place of action.permissions.net ?? []) {
        const [, option = ""] = /^\{(\w+)\}$/.exec(place) ?? [];
        const type = action.options?.[option]?.type;
        ok(type === "url" || type === "host", place);
      }
    },
  );
}

function testBans(name: string, subject: ContractSubject): void {
  const { action } = subject;
  testAtFarSide(
    `${name}.ban() tells of IPv4, IPv6 and networks, once for the same batch twice`,
    subject,
    async (far, clock) => {
      const call = { batch: MIXED_BATCH, options: far.options, clock };
      const { memory, refused } = await deliver(action, "ban", call);
      expectHosts(far, subject, MIXED_BATCH);
      deepStrictEqual(
        [...refused],
        MIXED_BATCH.filter(subject.refuses).map(({ id }) => id),
      );
      const before = far.hosts();
      await deliver(action, "ban", { ...call, memory: reread(memory) });
      deepStrictEqual(far.hosts(), before);
    },
  );

  testAtFarSide(
    `${name}.ban() tells once when its memory is lost in between`,
    subject,
    async (far, clock) => {
      const call = { batch: MIXED_BATCH, options: far.options, clock };
      await callAction(action, "ban", call);
      const before = far.hosts();
      await callAction(action, "ban", call);
      deepStrictEqual(far.hosts(), before);
    },
  );

  testAtFarSide(
    `${name}.ban() takes 10,000 entries, and its memory stays small`,
    subject,
    async (far, clock) => {
      const batch = Array.from({ length: 10_000 }, (_, at) => makeLong(at));
      const { memory, refused } = await deliver(action, "ban", {
        batch,
        options: far.options,
        clock,
      });
      deepStrictEqual([...refused], []);
      ok(JSON.stringify(memory).length < MAX_MEMORY);
      expectHosts(far, subject, batch.slice(0, subject.shown));
    },
  );

  testAtFarSide(
    `${name}.ban() does without a memory that it cannot read`,
    subject,
    async (far, clock) => {
      const batch = [makeEntry(1)];
      for (const memory of [[], "x", { reported: 7, ban: {} }, 5]) {
        await callAction(action, "ban", {
          batch,
          options: far.options,
          clock,
          memory,
        });
      }
      expectHosts(far, subject, batch);
    },
  );
}

function testUnbans(name: string, subject: ContractSubject): void {
  const { action } = subject;
  testAtFarSide(
    `${name}.unban() of hosts that nobody knows is a success`,
    subject,
    async (far, clock) => {
      const { refused } = await deliver(action, "unban", {
        batch: MIXED_BATCH,
        options: far.options,
        clock,
      });
      deepStrictEqual([...refused], []);
    },
  );
}

function testSync(name: string, subject: ContractSubject): void {
  const { action } = subject;
  const batch = Array.from({ length: 8 }, (_, at) => makeEntry(at + 1));
  for (const changes of [0, 1, 3]) {
    testAtFarSide(
      `${name}.sync() and cleanup() mend what a failure after ${changes} changes left`,
      subject,
      async (far, clock) => {
        const foreign = structuredClone(far.foreign?.());
        const call = { batch, options: far.options, clock };
        await deliver(action, "ban", { ...call, batch: [makeEntry(99)] });
        far.failAfter?.(changes);
        await callAction(action, "sync", call).catch(() => {});
        far.failAfter?.(Infinity);
        await deliver(action, "sync", call);
        expectHosts(far, subject, batch);
        far.failAfter?.(changes);
        await callAction(action, "cleanup", call).catch(() => {});
        far.failAfter?.(Infinity);
        await callAction(action, "cleanup", call);
        deepStrictEqual(far.hosts(), []);
        deepStrictEqual(far.foreign?.(), foreign);
      },
    );
  }
}

function testFailures(name: string, subject: ContractSubject): void {
  const { action } = subject;
  const batch = [makeEntry(1), makeEntry(2)];
  for (const [how, openHostile] of Object.entries(subject.hostile)) {
    test(
      `${name} comes back from a far side that is ${how}`,
      subject,
      async () => {
        await using far = openHostile();
        for (const method of ["ban", "unban", "sync", "cleanup"] as const) {
          await expectNoSecret(
            subject,
            callAction(action, method, {
              batch,
              options: far.options,
              clock: { nowSeconds: TEST_START },
              deadlineMs: SHORT_DEADLINE_MS,
            }),
          );
        }
        deepStrictEqual(far.hosts(), []);
      },
    );
  }

  test(`${name}.ban() fails where nobody listens`, subject, async () => {
    const clock = { nowSeconds: TEST_START };
    const far = subject.open(clock);
    await far[Symbol.asyncDispose]();
    const call = callAction(action, "ban", {
      batch,
      options: far.options,
      clock,
    });
    await expectNoSecret(subject, call);
    await rejects(call);
  });
}

/** A call that fails must fail in time, and keep to itself what is secret. */
async function expectNoSecret(
  { secrets }: ContractSubject,
  call: Promise<HandlerOutcome>,
): Promise<void> {
  const start = performance.now();
  const said = await call.then(JSON.stringify, (error) => Deno.inspect(error));
  ok(
    performance.now() - start < SHORT_DEADLINE_MS + 20_000,
    "it took too long",
  );
  for (const secret of secrets) ok(!said.includes(secret), said);
}

/** Runs a test beside a sound far side. */
export function testAtFarSide(
  title: string,
  subject: ContractSubject,
  run: (far: OpenedFarSide, clock: TestClock) => Promise<void>,
): void {
  test(title, subject, async () => {
    const clock = { nowSeconds: TEST_START };
    await using far = subject.open(clock);
    await run(far, clock);
  });
}

function test(
  title: string,
  { ports }: ContractSubject,
  run: () => Promise<void>,
): void {
  const net = ports.map((port) => `127.0.0.1:${port}`);
  Deno.test(title, { permissions: { net } }, run);
}

function expectHosts(
  far: OpenedFarSide,
  { refuses, named = ({ host }) => host }: ContractSubject,
  batch: readonly BanEntry[],
): void {
  const expected = batch.filter((entry) => !refuses(entry)).map(named);
  deepStrictEqual([...far.hosts()].sort(), [...new Set(expected)].sort());
}
