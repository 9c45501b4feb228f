import { deepEqual, ok } from "node:assert/strict";
import { GIVEN_UP } from "../../src/match/bytes/verdicts.ts";
import { isAscii } from "../../src/match/plain_text.ts";
import { parsePattern } from "../../src/match/parse_pattern.ts";
import { ByteBench, runBounded } from "../match/bytes/support.ts";
import { hurtfulLines } from "./hurtful_lines.ts";
import { readStockPatterns } from "./stock_patterns.ts";

const stock = readStockPatterns()?.filter(({ options }) => !options.multiLine);

/** Long enough for every loop to go wrong, and short enough for the slower engine. */
const LENGTH = 160;

Deno.test({
  name:
    "ByteRoom.compile() makes fail2ban's own patterns hit as Python's rules say",
  ignore: stock === undefined,
  fn() {
    const tally = { patterns: 0, lines: 0, hits: 0, givenUp: 0, left: 0 };
    for (const { pattern, options } of stock ?? []) {
      const parsed = parsePattern(pattern, options);
      const bench = new ByteBench();
      const bytes = bench.compile(parsed);
      if (bytes === undefined) {
        tally.left++;
        continue;
      }
      tally.patterns++;
      const lines = new Set(
        [...hurtfulLines(pattern, LENGTH, options)].map((line) =>
          `${line.replaceAll("\n", "")}\n`
        ),
      );
      for (const line of lines) {
        if (!isAscii(line)) continue;
        const hit = bench.run(bytes, line);
        tally.lines++;
        if (hit === GIVEN_UP) tally.givenUp++;
        else {
          deepEqual(hit, runBounded(parsed, line), `${pattern} on ${line}`);
          if (hit !== null) tally.hits++;
        }
      }
    }
    const told = JSON.stringify(tally);
    ok(tally.patterns >= 380, told);
    ok(tally.hits > 500 && tally.givenUp < tally.lines / 10, told);
  },
});
