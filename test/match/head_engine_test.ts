import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { compileExact, compilePrefix } from "../../src/match/compile_exact.ts";
import type { Engine, EngineMatch } from "../../src/match/engine_types.ts";

/** A prefix pattern, and whether it leaves the rest of the line alone. */
const PREFIXES: readonly (readonly [pattern: string, isSplit: boolean])[] = [
  ["^a(?:b|<F-MLFID>c+</F-MLFID>)*: <F-CONTENT>.*</F-CONTENT>$", true],
  ["^a+ ?<F-CONTENT>.+</F-CONTENT>$", true],
  ["(?:<IP4> )?b*<F-CONTENT>.+</F-CONTENT>$", true],
  ["^(?:ab?: |a)(?:b |b)?<F-CONTENT>.*</F-CONTENT>$", true],
  ["a|b: <F-CONTENT>.*</F-CONTENT>$", false],
  ["(?s)^a<F-CONTENT>.*</F-CONTENT>$", false],
  ["^a: <F-CONTENT>b.*</F-CONTENT>$", false],
  ["^a: <F-CONTENT>.*</F-CONTENT> c$", false],
  ["^a: <F-CONTENT>.*?</F-CONTENT>c*$", false],
];

const PIECES = ["a", "b", "c", ": ", " ", "1.2.3.4 ", "\n", "é", "from x"];

const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 })
  .map((pieces) => pieces.join(""));

function describe(match: EngineMatch | null, engine: Engine) {
  return match && {
    start: match.start,
    end: match.end,
    groups: engine.groups.map((name, index) => {
      strictEqual(match.group(name), match.groupAt(index));
      return match.group(name);
    }),
  };
}

for (const [pattern, isSplit] of PREFIXES) {
  Deno.test(`compilePrefix() finds in any text what the whole of ${pattern} does`, () => {
    const whole = compileExact(pattern, {}).engine;
    const { engine } = compilePrefix(pattern, {});
    deepStrictEqual(engine.groups, whole.groups);
    fc.assert(
      fc.property(texts, fc.constantFrom("\n", "", "\r\n"), (text, end) => {
        const line = text + end;
        deepStrictEqual(
          describe(engine.exec(line), engine),
          describe(whole.exec(line), whole),
        );
      }),
      { numRuns: 2000 },
    );
    strictEqual(engine.constructor.name === "HeadEngine", isSplit);
  });
}

Deno.test("compilePrefix() runs the whole pattern where several lines are searched together", () => {
  const { engine } = compilePrefix("^a<F-CONTENT>.*</F-CONTENT>$", {
    maxLines: 2,
  });
  strictEqual(engine.exec("b\nac\n")?.group("content"), "c");
});
