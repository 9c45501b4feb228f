import assert from "node:assert/strict";
import {
  type FilterFile,
  NORMAL_MODE,
  parseFilterFile,
} from "../../src/config/filter_file.ts";
import { patternsOf } from "../../src/config/filter_library.ts";
import { toJsonLines } from "../../src/config/json_lines.ts";
import { checkPattern } from "../../src/match/compile.ts";
import { compileCondition } from "../../src/match/json/json_conditions.ts";
import { literalsOfCondition } from "../../src/match/json/json_literals.ts";
import { inspectPattern } from "../../src/match/inspect_pattern.ts";
import { jailOf, matchText } from "./fixtures.ts";

const FOLDER = new URL("../../filters/", import.meta.url);

const filters = [...Deno.readDirSync(FOLDER)]
  .filter(({ name }) => name.endsWith(".toml"))
  .map(({ name }) => {
    const text = Deno.readTextFileSync(new URL(name, FOLDER));
    return parseFilterFile(text, name, checkPattern);
  });

function failuresOf(filter: FilterFile, line: string, mode: string) {
  const failPatterns = patternsOf(filter, mode);
  assert.ok(failPatterns !== undefined, `mode ${mode}`);
  const { dateFormat, ignorePatterns } = filter;
  const json = toJsonLines(filter.json ?? {});
  const jail = jailOf({ dateFormat, failPatterns, ignorePatterns, json });
  const { failures } = matchText(`${line}\n`, [jail]);
  const naive = matchText(`${line}\n`, [jail], { prefilter: false });
  assert.deepEqual(failures, naive.failures);
  return failures;
}

Deno.test("there are built-in filters to test", () => {
  assert.ok(filters.length > 0);
});

for (const filter of filters) {
  for (const { line, host, user, mode = NORMAL_MODE } of filter.hits) {
    Deno.test(`filter ${filter.name} hits ${line}`, () => {
      const [failure, ...more] = failuresOf(filter, line, mode);
      assert.equal(failure?.host, host);
      if (user !== undefined) assert.equal(failure?.user, user);
      assert.deepEqual(more, []);
    });
  }
  const modes = [NORMAL_MODE, ...filter.modes.keys()];
  for (const { line, mode } of filter.misses) {
    for (const tried of mode === undefined ? modes : [mode]) {
      Deno.test(`filter ${filter.name} in mode ${tried} misses ${line}`, () => {
        assert.deepEqual(failuresOf(filter, line, tried), []);
      });
    }
  }
  const json = toJsonLines(filter.json ?? {});
  Deno.test(`filter ${filter.name} has conditions that are looked up in bytes`, () => {
    for (const condition of json?.conditions ?? []) {
      const literals = literalsOfCondition(compileCondition(condition));
      assert.ok("literals" in literals, condition.name);
    }
  });
  Deno.test(`filter ${filter.name} has patterns that run in bounded time on few lines`, () => {
    for (const mode of modes) {
      for (const pattern of patternsOf(filter, mode) ?? []) {
        assert.deepEqual(inspectPattern(pattern, "fail").warnings, []);
      }
    }
  });
}
