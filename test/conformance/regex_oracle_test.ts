import assert from "node:assert/strict";
import { presentGroups } from "../../src/match/caught_groups.ts";
import { Rejector } from "../../src/match/bounded/rejector.ts";
import { BoundedEngine } from "../../src/match/bounded_engine.ts";
import type { Engine } from "../../src/match/engine_types.ts";
import { createEngine } from "../../src/match/engine.ts";
import type { SyntaxOptions } from "../../src/match/parsed_pattern.ts";
import { parsePattern } from "../../src/match/parse_pattern.ts";
import { translatePattern } from "../../src/match/translate.ts";
import { engineKinds } from "../match/fixtures.ts";
import { isAscii } from "../../src/match/plain_text.ts";
import { readShared } from "./shared.ts";

type Span = readonly [number, number];

/** What Python found; offsets in code points. */
interface Found {
  readonly span: Span;
  readonly groups: Readonly<Record<string, string>>;
  /** Of the first group, [-1, -1] where it took no part; null where there is none. */
  readonly g1: Span | null;
}

interface Oracle {
  readonly regexes: readonly {
    readonly pattern: string;
    readonly flags: string;
  }[];
  readonly inputs: readonly string[];
  readonly results: readonly (readonly [
    number,
    number,
    Span | null,
    Found | null,
  ])[];
}

const ABSENT: Span = [-1, -1];

const text = readShared("regex-oracle.json");
const oracle: Oracle = text === undefined
  ? { regexes: [], inputs: [], results: [] }
  : JSON.parse(text);

/** A pattern on each of its engines; the first is the one that is chosen. */
interface Prepared {
  readonly engines: readonly Engine[];
  /** With the flag d, which tells where a group was. */
  readonly spelled: RegExp | undefined;
  readonly firstNumber: number;
}

function prepare({ pattern, flags }: Oracle["regexes"][number]): Prepared {
  const options = optionsOf(flags);
  const { numbers, source } = translatePattern(pattern, options);
  const chosen = createEngine(pattern, undefined, options);
  const others = engineKinds(pattern, options)
    .filter((kind) => kind !== chosen.kind && kind !== "backtracking")
    .map((kind) => createEngine(pattern, kind, options));
  const isSpelled = chosen.kind === "linear";
  return {
    engines: [chosen, ...others],
    spelled: isSpelled ? new RegExp(source, "d") : undefined,
    firstNumber: parsePattern(pattern, options).groupCount > 0
      ? numbers[1] ?? 0
      : 0,
  };
}

function optionsOf(flags: string): SyntaxOptions {
  return {
    multiLine: flags.includes("m"),
    ignoreCase: flags.includes("i"),
    hosts: "name",
  };
}

/** What an engine finds; `g1` is undefined where the engine does not tell. */
type Told = Omit<Found, "g1"> & { readonly g1: Span | null | undefined };

function find(
  engine: Engine,
  { input, from }: { readonly input: string; readonly from: number },
  prepared: Prepared,
): Told | null {
  assert.ok(from === 0 || engine instanceof BoundedEngine);
  const match = engine instanceof BoundedEngine
    ? engine.exec(input, from)
    : engine.exec(input);
  if (match === null) return null;
  const points = (unit: number) => [...input.slice(0, unit)].length;
  const groups = presentGroups(match, engine.groups);
  const first = firstSpan(engine, input, prepared);
  const g1 = first && first !== ABSENT
    ? [points(first[0]), points(first[1])] as const
    : first;
  return { span: [points(match.start), points(match.end)], groups, g1 };
}

function firstSpan(
  engine: Engine,
  input: string,
  { spelled, firstNumber }: Prepared,
): Span | null | undefined {
  if (firstNumber === 0) return null;
  if (engine instanceof BoundedEngine) {
    const [from = -1, to = -1] = engine.machine.slots.subarray(2, 4);
    return to < 0 ? ABSENT : [from, to];
  }
  const isTold = engine.kind === "linear" && spelled !== undefined &&
    isAscii(input);
  return isTold
    ? spelled.exec(input)?.indices?.[firstNumber] ?? ABSENT
    : undefined;
}

/** A pair on every engine. @returns one line for each that disagrees */
function compare(
  prepared: Prepared,
  [regex, input, bounds, expected]: Oracle["results"][number],
): string[] {
  const whole = oracle.inputs[input] ?? "";
  const [from, to] = bounds ?? [0, Infinity];
  const part = [...whole].slice(0, to).join("");
  return prepared.engines.flatMap((engine) => {
    const got = find(engine, { input: part, from }, prepared);
    const isTold = got === null || got.g1 !== undefined;
    const wanted = isTold || expected === null
      ? expected
      : { ...expected, g1: undefined };
    try {
      assert.deepEqual(got, wanted);
      return [];
    } catch {
      return [
        `${engine.kind}: ${oracle.regexes[regex]?.pattern} on ${
          JSON.stringify(part)
        }: got ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`,
      ];
    }
  });
}

Deno.test({
  name: "createEngine() agrees with Python on every pair of the oracle",
  ignore: text === undefined,
  fn() {
    const prepared = oracle.regexes.map(prepare);
    const wrong = oracle.results.flatMap((result) => {
      const own = prepared[result[0]];
      assert.ok(own !== undefined);
      return compare(own, result);
    });
    assert.deepEqual(wrong.slice(0, 10), [], `${wrong.length} disagree`);
    assert.ok(oracle.results.length > 10_000);
    const overruns = oracle.regexes.filter((_, index) =>
      prepared[index]?.engines.some((engine) => engine.overruns > 0)
    );
    assert.deepEqual(overruns, []);
    console.info(countKinds(prepared));
  },
});

Deno.test({
  name: "Rejector rejects no pair that Python matches",
  ignore: text === undefined,
  fn() {
    const rejectors = oracle.regexes.map(({ pattern, flags }) =>
      new Rejector(parsePattern(pattern, optionsOf(flags)))
    );
    let rejected = 0;
    for (const [regex, input, found] of oracle.results) {
      const passes = rejectors[regex]?.mayMatch(oracle.inputs[input] ?? "");
      if (passes === false) rejected++;
      assert.ok(passes || found === null, oracle.regexes[regex]?.pattern);
    }
    assert.ok(rejected > 1000, `${rejected} of ${oracle.results.length}`);
  },
});

function countKinds(prepared: readonly Prepared[]): string {
  const counts = Map.groupBy(prepared, ({ engines }) => engines[0]?.kind);
  return [...counts].map(([kind, all]) => `${kind} ${all.length}`).join(", ");
}
