import assert from "node:assert/strict";
import { readTime } from "../../importer/time_value.ts";
import { compileBanLength, failureWeight } from "../../src/track/escalation.ts";
import type { Escalation } from "../../src/config/types.ts";
import { evaluateArithmetic } from "../../src/util/arithmetic.ts";
import {
  EARLIER_BANS,
  type EscalationCase,
  readEscalationCases,
} from "./escalation_cases.ts";

Deno.test("compileBanLength() gives each ban the length that fail2ban gives it", () => {
  const cases = readEscalationCases();
  assert.equal(cases.length, 45);
  for (const { why, banTime, options, seconds } of cases) {
    const banLength = compileBanLength({
      banTimeSeconds: banTime < 0 ? Infinity : banTime,
      escalation: toEscalation(options),
      random: () => 0.25,
    });
    assert.equal(seconds.length, EARLIER_BANS.length);
    for (const [index, earlierBans] of EARLIER_BANS.entries()) {
      const given = banLength(earlierBans);
      const wanted = seconds[index] ?? NaN;
      assert.ok(
        wanted < 0
          ? given === Infinity
          : Math.abs(given - wanted) <= wanted * 1e-12,
        `${why}: ${earlierBans} gives ${given}, expected ${wanted}`,
      );
    }
  }
});

Deno.test("compileBanLength() goes to the longest where a formula grows beyond all numbers", () => {
  const escalation = {
    ...toEscalation({ formula: "ban.Time * math.exp(ban.Count)" }),
    maxTimeSeconds: 1000,
  };
  const banLength = compileBanLength({ banTimeSeconds: 60, escalation });
  assert.equal(banLength(1000), 1000);
});

Deno.test("compileBanLength() adds another time by chance to each ban but the first", () => {
  const escalation = toEscalation({ rndtime: "1h" });
  const banLength = compileBanLength({ banTimeSeconds: 60, escalation });
  const lengths = Array.from({ length: 20 }, () => banLength(1));
  assert.ok(lengths.every((length) => length >= 120 && length < 3720));
  assert.ok(new Set(lengths).size > 1);
  assert.equal(banLength(0), 60);
});

Deno.test("failureWeight() grows by powers of two up to the threshold", () => {
  const weights = [0, 1, 2, 3, 4, 5, 99].map((bans) => failureWeight(bans, 9));
  assert.deepEqual(weights, [1, 2, 3, 5, 9, 9, 9]);
  assert.equal(failureWeight(3, 1), 1);
});

function toEscalation(options: EscalationCase["options"]): Escalation {
  const { increment, factor, formula, multipliers, maxtime, rndtime } = options;
  return {
    increment: increment !== "false",
    factor: evaluateArithmetic(factor ?? "1"),
    multipliers: multipliers?.split(" ").map(Number) ?? [],
    maxTimeSeconds: readTime(maxtime ?? "-1") ?? 0,
    ...(formula === undefined ? {} : { formula }),
    rndTimeSeconds: readTime(rndtime ?? "0") ?? 0,
  };
}
