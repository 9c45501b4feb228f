import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parseFilterFile } from "../../src/config/filter_file.ts";
import { readFilters } from "../../scripts/filter_jail.ts";
import { checkFilter } from "../../scripts/filter_rules.ts";
import { modesOf, runHit, runSample } from "../../scripts/filter_samples.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FILTERS = readFilters();

Deno.test("there are built-in filters to test", () => {
  assert.ok(FILTERS.length > 0);
});

for (const { filter, text } of FILTERS) {
  Deno.test(`filter ${filter.name} keeps all rules`, () => {
    assert.deepEqual(checkFilter({ filter, text }), []);
  });

  Deno.test(`filter ${filter.name} finds the same where every line meets every pattern`, () => {
    for (const hit of filter.hits) {
      const { mode = "normal", line, before } = hit;
      const naive = { mode, line, before, prefilter: false };
      assert.deepEqual(
        runSample(filter, naive).failures,
        runHit(filter, hit).failures,
        line,
      );
    }
    for (const { line, before } of filter.misses) {
      for (const mode of modesOf(filter)) {
        const run = { mode, line, before };
        assert.deepEqual(
          runSample(filter, { ...run, prefilter: false }).failures,
          runSample(filter, run).failures,
          line,
        );
      }
    }
  });
}

Deno.test("strip_samples takes nothing but the samples", () => {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  for (const { filter, text } of FILTERS) {
    Deno.writeTextFileSync(`${folder}/${filter.name}.toml`, text);
  }
  const { success } = new Deno.Command("sh", {
    args: [`${ROOT}/scripts/strip_samples`, folder],
  }).outputSync();
  assert.ok(success);
  for (const { filter } of FILTERS) {
    const file = `${folder}/${filter.name}.toml`;
    const stripped = parseFilterFile(Deno.readTextFileSync(file), filter.file);
    assert.deepEqual(stripped, { ...filter, hits: [], misses: [] });
  }
  Deno.removeSync(folder, { recursive: true });
});
