import assert from "node:assert/strict";
import { BoundedEngine } from "../../src/match/bounded_engine.ts";
import { STEP_BUDGET } from "../../src/match/bounded/machine.ts";
import { isLinearFallbackLive } from "../../src/match/canary.ts";
import type { Engine } from "../../src/match/engine_types.ts";
import { createEngine, LONGEST_FOR_OTHERS } from "../../src/match/engine.ts";
import type { SyntaxOptions } from "../../src/match/parsed_pattern.ts";
import { hurtfulLines } from "./hurtful_lines.ts";
import { readShared } from "./shared.ts";

/** A line of 4 KB may cost this, on a machine that has nothing else to do. */
const MOST_MS = 5;

/** The best of so many runs counts, since the machine has other things to do, and compiles what ran often anew. */
const ATTEMPTS = 60;

/** What `work` takes on such a machine; it is no part of any engine, so that an engine that grew slow cannot excuse itself. */
const QUIET_WORK_MS = 4.2;

/** Four KB, and the longest that other engines than ours see. */
const LENGTHS = [4096, LONGEST_FOR_OTHERS];

interface Filter {
  readonly prefregex: string | null;
  readonly failregex: readonly string[];
  readonly ignoreregex: readonly string[];
  readonly maxlines: number | null;
}

const text = readShared("filters-resolved.json");
const filters: readonly Filter[] = text === undefined
  ? []
  : JSON.parse(text).filters;

/** Exponential for an engine that backtracks; shapes that filters of distributions have. */
const CATASTROPHES = [
  "^Login refused(?:, (?:\\w+<[^>]*> \\w+|[^;]+))* ;no password; from <HOST>$",
  "^mail for (?:[^@]+ )*@?<HOST>@ refused\\s*$",
  "^\\S+ \\d+ (?:[^<>\\s]+|(?:<(?:[^>']*|'[^']*')*>)+)\\s+from <HOST>$",
  "^(a+)+b <HOST>$",
  "^(?:a|a)*(?!x)b <HOST>$",
  "^(?P<q>[\"'])(?:a|a|aa)+(?P=q) <HOST>$",
];

/** @returns milliseconds that the best run would have taken on a quiet machine */
function measure(engine: Engine, line: string): number {
  let best = timeOf(engine, line);
  for (let i = 1; i < ATTEMPTS && best > MOST_MS; i++) {
    const slowness = Math.max(1, measureSlowness());
    best = Math.min(best, timeOf(engine, line) / slowness);
  }
  return best;
}

function timeOf(engine: Engine, line: string): number {
  const start = performance.now();
  engine.exec(line);
  return performance.now() - start;
}

/** @returns how many times as long as on a quiet machine things take just now */
function measureSlowness(): number {
  const start = performance.now();
  assert.notEqual(work(), 0);
  return (performance.now() - start) / QUIET_WORK_MS;
}

/** Two million steps of a xorshift generator. */
function work(): number {
  let state = 1;
  for (let i = 0; i < 2_000_000; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}

/** @returns what is wrong, one text for each line that costs too much */
function hurt(pattern: string, options: SyntaxOptions): string[] {
  const engine = createEngine(pattern, undefined, options);
  const slow: string[] = [];
  for (const length of LENGTHS) {
    for (const line of hurtfulLines(pattern, length, options)) {
      const took = measure(engine, line);
      const steps = engine instanceof BoundedEngine ? engine.machine.steps : 0;
      // The last instruction may be a run over the rest of the line.
      if (took > MOST_MS || steps > STEP_BUDGET + length) {
        slow.push(`${took} ms, ${steps} steps: ${pattern} on ${line}`);
      }
    }
  }
  return slow;
}

Deno.test({
  name:
    "createEngine() takes 5 ms at most for a line that hurts a stock pattern",
  ignore: text === undefined || !isLinearFallbackLive(),
  fn() {
    const slow = new Map<string, readonly string[]>();
    for (const { prefregex, failregex, ignoreregex, maxlines } of filters) {
      const multiLine = (maxlines ?? 1) > 1;
      const prefix = prefregex === null ? [] : [prefregex];
      for (const pattern of [...prefix, ...failregex, ...ignoreregex]) {
        const key = `${multiLine} ${pattern}`;
        if (slow.has(key)) continue;
        slow.set(key, hurt(pattern, { multiLine, hosts: "name" }));
      }
    }
    assert.ok(slow.size > 400);
    assert.deepEqual([...slow.values()].flat(), []);
  },
});

for (const pattern of CATASTROPHES) {
  Deno.test({
    name: `createEngine() takes 5 ms at most for a line that hurts ${pattern}`,
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
