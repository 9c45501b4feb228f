import assert from "node:assert/strict";
import { escalate } from "../../src/track/escalation.ts";
import type { Escalation } from "../../src/config/types.ts";

const HOUR = 3600;
const WEEK = 7 * 24 * HOUR;
const DOUBLING: Escalation = {
  increment: true,
  factor: 1,
  multipliers: [],
  maxTimeSeconds: WEEK,
};

Deno.test("escalate() gives each ban the length that the table says", () => {
  const cases: readonly {
    readonly why: string;
    readonly base?: number;
    readonly escalation: Partial<Escalation>;
    /** By the number of earlier bans. */
    readonly expected: Readonly<Record<number, number>>;
  }[] = [
    {
      why: "no increment",
      escalation: { increment: false, multipliers: [5], maxTimeSeconds: 1 },
      expected: { 0: HOUR, 9: HOUR },
    },
    {
      why: "multipliers, the last one for all that follow",
      escalation: { multipliers: [1, 2, 4, 8, 16, 32, 64] },
      expected: {
        0: HOUR,
        1: 2 * HOUR,
        6: 64 * HOUR,
        7: 64 * HOUR,
        99: 64 * HOUR,
      },
    },
    {
      why: "multipliers and factor",
      escalation: { multipliers: [1, 10], factor: 0.5 },
      expected: { 0: HOUR / 2, 1: 5 * HOUR },
    },
    {
      why: "doubling up to the longest",
      escalation: {},
      expected: { 0: HOUR, 1: 2 * HOUR, 7: 128 * HOUR, 8: WEEK, 1e9: WEEK },
    },
    {
      why: "doubling twenty times",
      escalation: { maxTimeSeconds: Infinity },
      expected: { 20: 2 ** 20 * HOUR, 21: 2 ** 20 * HOUR },
    },
    {
      why: "a small factor never shortens the doubling",
      escalation: { factor: 0.25 },
      expected: { 0: HOUR, 1: HOUR, 2: HOUR, 3: 2 * HOUR },
    },
    {
      why: "the longest holds from the first ban on",
      escalation: { maxTimeSeconds: 60 },
      expected: { 0: 60, 3: 60 },
    },
    {
      why: "for ever stays for ever",
      base: Infinity,
      escalation: { multipliers: [0, 2] },
      expected: { 0: Infinity, 5: Infinity },
    },
  ];
  for (const { why, base = HOUR, escalation, expected } of cases) {
    for (const [earlierBans, seconds] of Object.entries(expected)) {
      const length = {
        banTimeSeconds: base,
        escalation: { ...DOUBLING, ...escalation },
        earlierBans: Number(earlierBans),
      };
      assert.equal(escalate(length), seconds, `${why}: ${earlierBans}`);
    }
  }
});
