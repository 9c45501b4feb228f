import assert from "node:assert/strict";
import { readTime } from "../../importer/time_value.ts";
import { compileBanLength, failureWeight } from "../../src/track/escalation.ts";
import type { Escalation } from "../../src/config/types.ts";
import { evaluateArithmetic } from "../../src/util/arithmetic.ts";
import { ESCALATION_CASES, type EscalationCase } from "./escalation_cases.ts";

Deno.test("compileBanLength() gives each ban the length that fail2ban gives it", () => {
  let checked = 0;
  for (const each of ESCALATION_CASES) {
    const banLength = compileBanLength({
      banTimeSeconds: each.banTime < 0 ? Infinity : each.banTime,
      escalation: toEscalation(each),
      random: () => 0.25,
    });
    for (const [earlierBans, wanted] of Object.entries(each.seconds)) {
      const seconds = banLength(Number(earlierBans));
      assert.ok(
        wanted < 0
          ? seconds === Infinity
          : Math.abs(seconds - wanted) <= wanted * 1e-12,
        `${each.why}: ${earlierBans} gives ${seconds}, expected ${wanted}`,
      );
      checked++;
    }
  }
  assert.equal(checked, 7 * 45);
});

Deno.test("compileBanLength() goes to the longest where a formula grows beyond all numbers", () => {
  const escalation = {
    ...toEscalation({ options: { formula: "ban.Time * math.exp(ban.Count)" } }),
    maxTimeSeconds: 1000,
  };
  const banLength = compileBanLength({ banTimeSeconds: 60, escalation });
  assert.equal(banLength(1000), 1000);
});

Deno.test("compileBanLength() adds another time by chance to each ban but the first", () => {
  const escalation = toEscalation({ options: { rndtime: "1h" } });
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

function toEscalation(
  { options, increment = true }: Pick<EscalationCase, "options" | "increment">,
): Escalation {
  const { factor, formula, multipliers, maxtime, rndtime } = options;
  return {
    increment,
    factor: evaluateArithmetic(factor ?? "1"),
    multipliers: multipliers?.split(" ").map(Number) ?? [],
    maxTimeSeconds: readTime(maxtime ?? "-1") ?? 0,
    ...(formula === undefined ? {} : { formula }),
    rndTimeSeconds: readTime(rndtime ?? "0") ?? 0,
  };
}
