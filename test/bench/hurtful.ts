/**
 * What the worst line costs: lines made to hurt each of fail2ban's own patterns, and those that are a catastrophe for an engine
 * that backtracks, at 4 KB and at the longest that V8 sees.
 *
 *     deno task bench:hurtful
 *
 * @module
 */

import { ok } from "node:assert/strict";
import { createEngine, type Engine } from "../../src/match/engine.ts";
import {
  CATASTROPHES,
  HURTFUL_LENGTHS,
  hurtfulLines,
} from "../conformance/hurtful_lines.ts";
import {
  readStockPatterns,
  type StockPattern,
} from "../conformance/stock_patterns.ts";

/** A line may cost this, on a machine that has nothing else to do. */
const MOST_MS = 5;

/** The best of so many runs counts for a line that took too long: the machine has other things to do. */
const ATTEMPTS = 60;

/** So many characters for Python; each further one doubles what they cost. */
const PYTHON_LENGTH = 24;

const stock = readStockPatterns();
if (stock === undefined) {
  console.log("the stock patterns are not at hand: the catastrophes alone");
}
const patterns = [
  ...(stock ?? []),
  ...CATASTROPHES.map((pattern): StockPattern => ({
    pattern,
    options: { hosts: "name" },
  })),
];
const times = patterns.flatMap(timesOf).sort((a, b) => a - b);
ok(times.length > 5000, `${times.length} lines`);
report();

function timesOf({ pattern, options }: StockPattern): number[] {
  const engine = createEngine(pattern, undefined, options);
  return HURTFUL_LENGTHS.flatMap((length) =>
    [...hurtfulLines(pattern, length, options)].map((line) =>
      measure(engine, line)
    )
  );
}

/** @returns milliseconds of the best run */
function measure(engine: Engine, line: string): number {
  let best = timeOf(engine, line);
  for (let i = 1; i < ATTEMPTS && best > MOST_MS; i++) {
    best = Math.min(best, timeOf(engine, line));
  }
  return best;
}

function timeOf(engine: Engine, line: string): number {
  const start = performance.now();
  engine.exec(line);
  return performance.now() - start;
}

function report(): void {
  const at = (share: number) =>
    (times[Math.ceil(times.length * share) - 1] ?? NaN).toFixed(2);
  console.log(
    `${times.length} lines for ${patterns.length} patterns: p50 ${
      at(0.5)
    } ms, p99 ${at(0.99)} ms, worst ${at(1)} ms (goal ${MOST_MS} ms)`,
  );
  console.log(
    `Python: ${pythonMs()} ms for ${PYTHON_LENGTH} characters, twice that for each further one`,
  );
  ok(Number(at(1)) <= MOST_MS, "a line costs more than it may");
}

/** @returns what the engine of fail2ban takes for one of the catastrophes */
function pythonMs(): string {
  const code = `import re, time
start = time.perf_counter()
re.search("^(a+)+b$", "a" * ${PYTHON_LENGTH})
print(round(1000 * (time.perf_counter() - start), 1))`;
  const { stdout } = new Deno.Command("python3", { args: ["-c", code] })
    .outputSync();
  return new TextDecoder().decode(stdout).trim();
}
