import { deepStrictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import type { ScanEvent } from "../../src/scan/messages.ts";
import { readBatch } from "../../src/scan/read_batch.ts";

const POSITION = {
  device: 1,
  inode: 7,
  offset: 5000,
  head: new Uint8Array(256),
};

/** One failure of 192.0.2.7. */
const ROWS = {
  jails: ["sshd"],
  numbers: Float64Array.of(
    ...[0, 0, 0xffff, 0xc0000207, 128, 1763665683.5, 0, 0],
    ...[81920, 94],
  ),
  users: ["root"],
  texts: [undefined],
};

const REPORT = {
  status: {
    path: "/a",
    state: "waiting",
    reason: "not there",
    bytesRead: 1,
    overlongLines: 0,
    rotations: 0,
  },
  lines: 2,
  candidates: 1,
} as const;

const PATTERN = {
  jail: "sshd",
  role: "fail",
  pattern: "<HOST>",
  engine: "linear",
  candidates: 1,
  hits: 1,
  overBudget: 0,
  seconds: 0.001,
} as const;

/** One of each kind. */
const EVENTS: readonly ScanEvent[] = [
  { kind: "begun", path: "/a", position: POSITION },
  { kind: "opened", path: "/a" },
  {
    kind: "lines",
    path: "/a",
    isResumed: true,
    position: POSITION,
    failures: ROWS,
  },
  { kind: "lines", path: "/a", isResumed: false },
  { kind: "late", failures: ROWS },
  { kind: "report", path: "/a", report: REPORT },
  { kind: "patterns", patterns: [PATTERN] },
  { kind: "ask", id: 1, name: "host.example" },
  {
    kind: "resolved",
    report: { jail: "sshd", name: "host.example", addresses: ["192.0.2.1"] },
  },
  { kind: "unbannable", jail: "sshd", id: "999.1.1.1" },
  {
    kind: "clock",
    report: {
      jail: "app",
      cause: "zone",
      offsetSeconds: -7200,
      zone: "UTC+00:00",
    },
  },
  { kind: "log", level: "warn", message: "Poll", fields: { folder: "/var" } },
  { kind: "closed", path: "/a" },
];

Deno.test("readBatch() does take every kind of event when it comes from another thread", () => {
  deepStrictEqual(readBatch(structuredClone(EVENTS)), EVENTS);
});

/** Each is not what a thread of ours would say. */
const WRONG: Readonly<Record<string, unknown>> = {
  "no batch": { kind: "opened", path: "/a" },
  "an unknown kind": [{ kind: "ban", host: "192.0.2.1" }],
  "a key too much": [{ kind: "opened", path: "/a", more: 1 }],
  "a path that is none": [{ kind: "closed", path: 1 }],
  "a level that is none": [{ ...EVENTS[9], level: "constructor" }],
  "a field that is an object": [{ ...EVENTS[9], fields: { a: {} } }],
  "a place before the beginning": [
    { ...EVENTS[0], position: { ...POSITION, offset: -1 } },
  ],
  "a head too long": [
    { ...EVENTS[0], position: { ...POSITION, head: new Uint8Array(257) } },
  ],
  "rows without their users": [late({ users: [] })],
  "half a row": [late({ numbers: ROWS.numbers.slice(1) })],
  "an engine that is none": [{
    kind: "patterns",
    patterns: [{ ...PATTERN, engine: "x" }],
  }],
};

Deno.test("readBatch() does refuse when a batch is anything else", async (t) => {
  for (const [name, message] of Object.entries(WRONG)) {
    await t.step(name, () => {
      throws(() => readBatch(message), TypeError);
    });
  }
});

Deno.test("readBatch() does refuse when a number of a row is one that no matcher finds", () => {
  const bad = fc.constantFrom(-1, 0.5, NaN, Infinity, 2 ** 32);
  const place = fc.constantFrom(0, 1, 2, 3, 4, 6, 7);
  fc.assert(fc.property(place, bad, (at, value) => {
    throws(() => readBatch([late({ numbers: ROWS.numbers.with(at, value) })]));
  }));
  throws(() => readBatch([late({ numbers: ROWS.numbers.with(5, NaN) })]));
  throws(() => readBatch([late({ numbers: ROWS.numbers.with(4, 129) })]));
  throws(() => readBatch([late({ numbers: ROWS.numbers.with(7, 1) })]));
});

function late(rows: Partial<typeof ROWS>) {
  return { kind: "late", failures: { ...ROWS, ...rows } };
}
