import assert from "node:assert/strict";
import { BoundedEngine } from "../../src/match/bounded_engine.ts";
import { STEP_BUDGET } from "../../src/match/bounded/machine.ts";
import { isLinearFallbackLive } from "../../src/match/canary.ts";
import { createEngine } from "../../src/match/engine.ts";
import type { SyntaxOptions } from "../../src/match/parsed_pattern.ts";
import {
  CATASTROPHES,
  HURTFUL_LENGTHS,
  hurtfulLines,
} from "./hurtful_lines.ts";
import { readStockPatterns } from "./stock_patterns.ts";

const stock = readStockPatterns();

/**
 * Steps are counted, which are the same on each machine; what they come to in milliseconds `deno task bench:hurtful` shows.
 * Where V8 runs a pattern, it does so in linear time, or this would not end.
 *
 * @returns what is wrong, one text for each line that costs too much
 */
function hurt(pattern: string, options: SyntaxOptions): string[] {
  const engine = createEngine(pattern, undefined, options);
  const own = createEngine(pattern, "bounded", options);
  assert.ok(own instanceof BoundedEngine);
  const slow: string[] = [];
  for (const length of HURTFUL_LENGTHS) {
    for (const line of hurtfulLines(pattern, length, options)) {
      engine.exec(line);
      own.exec(line);
      const { steps } = own.machine;
      // The last instruction may be a run over the rest of the line.
      if (steps > STEP_BUDGET + length) {
        slow.push(`${steps} steps: ${pattern} on ${line}`);
      }
    }
  }
  return slow;
}

Deno.test({
  name: "createEngine() keeps its bound for lines that hurt a stock pattern",
  ignore: stock === undefined || !isLinearFallbackLive(),
  fn() {
    const patterns = stock ?? [];
    assert.ok(patterns.length > 400);
    assert.deepEqual(
      patterns.flatMap(({ pattern, options }) => hurt(pattern, options)),
      [],
    );
  },
});

for (const pattern of CATASTROPHES) {
  Deno.test({
    name: `createEngine() keeps its bound for a line that hurts ${pattern}`,
    ignore: !isLinearFallbackLive(),
    fn() {
      assert.deepEqual(hurt(pattern, { hosts: "name" }), []);
    },
  });
}

Deno.test("hurtfulLines() gives lines that hurt an engine without a bound", () => {
  // 2^24 steps: longer ones would not end.
  const lines = [...hurtfulLines("^(a+)+b <HOST>$", 24)];
  const naive = createEngine("^(a+)+b$", "backtracking");
  const bounded = createEngine("^(a+)+b$", "bounded");
  assert.ok(bounded instanceof BoundedEngine);
  assert.ok(lines.some((line) => /^a{15}/.test(line)));
  for (const line of lines) {
    assert.equal(bounded.exec(line), naive.exec(line));
    assert.ok(bounded.machine.steps < 2_000);
  }
});
