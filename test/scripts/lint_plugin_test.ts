import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import plugin, { MAX_FUNCTION_LINES } from "../../scripts/lint_plugin.ts";

/** Rule, file, code, and how many complaints it deserves. */
const CASES: readonly (readonly [string, string, string, number])[] = [
  ["layers", "src/util/a.ts", `import { x } from "../cli/run.ts";`, 1],
  ["layers", "src/util/a.ts", `export * from "../cli/run.ts";`, 1],
  ["layers", "src/util/a.ts", `export { x } from "../cli/run.ts";`, 1],
  ["layers", "src/util/a.ts", `await import("../cli/run.ts");`, 1],
  ["layers", "src/util/a.ts", `type X = import("../cli/run.ts").X;`, 1],
  ["layers", "src/util/a.ts", `import { z } from "zod";`, 1],
  ["layers", "src/util/a.ts", `export const x = 1; await import(x);`, 0],
  ["layers", "src/act/a.ts", `import type { T } from "../track/b.ts";`, 0],
  ["layers", "src/act/a.ts", `export type { T } from "../track/b.ts";`, 0],
  ["layers", "src/act/a.ts", `import { type T } from "../track/b.ts";`, 1],
  ["layers", "src/act/a.ts", `import { T } from "./b.ts";`, 0],
  ["pure-stages", "src/match/a.ts", `Deno.readFileSync("/x");`, 1],
  ["pure-stages", "src/track/a.ts", `globalThis.Deno.exit();`, 1],
  ["pure-stages", "src/track/a.ts", `type X = Deno.FsFile;`, 1],
  ["pure-stages", "src/source/a.ts", `Deno.readFileSync("/x");`, 0],
  ["pure-stages", "test/match/a_test.ts", `Deno.test("x", () => {});`, 0],
  ["no-default-export", "src/act/a.ts", `export default 1;`, 1],
  [
    "no-default-export",
    "src/act/a.ts",
    `const a = 1; export { a as default };`,
    1,
  ],
  ["no-default-export", "actions/a.ts", `export default 1;`, 0],
  ["no-exported-arrow", "src/util/a.ts", `export const a = () => 1, b = 2;`, 1],
  [
    "no-exported-arrow",
    "src/util/a.ts",
    `const a = () => 1; export function b() {}`,
    0,
  ],
  ["file-name", "src/util/camelCase.ts", `1;`, 1],
  ["file-name", "src/util/kebab-case.ts", `1;`, 1],
  ["file-name", "src/util/index.ts", `1;`, 1],
  ["file-name", "src/util/_snake_case2.ts", `1;`, 0],
  ["no-stray-console", "src/act/a.ts", `console.log(1);`, 1],
  ["no-stray-console", "main.ts", `console.error(1);`, 1],
  ["no-stray-console", "src/cli/a.ts", `console.log(1);`, 0],
  ["function-length", "src/util/a.ts", functionOf(MAX_FUNCTION_LINES), 0],
  ["function-length", "src/util/a.ts", functionOf(MAX_FUNCTION_LINES + 1), 1],
  [
    "function-length",
    "src/util/a.ts",
    `const é = "𝄞";\nexport class C { m() {${
      "\n".repeat(MAX_FUNCTION_LINES)
    }} }`,
    1,
  ],
  ["ignore-reason", "src/util/a.ts", `// deno-lint-ignore no-eval\n1;`, 1],
  [
    "ignore-reason",
    "src/util/a.ts",
    `/* deno-lint-ignore-file no-eval */\n1;`,
    1,
  ],
  [
    "ignore-reason",
    "src/util/a.ts",
    `// deno-lint-ignore no-eval -- the point\n1;`,
    0,
  ],
];

for (const [rule, path, code, count] of CASES) {
  const verb = count === 0 ? "accepts" : "reports";
  const shown = code.length > 60
    ? `${code.slice(0, 40).trim()}…(${code.length})`
    : code;
  Deno.test(`${rule} ${verb} ${JSON.stringify(shown)} in ${path}`, () => {
    const found = Deno.lint.runPlugin(plugin, path, code)
      .filter((diagnostic) => diagnostic.id === `house/${rule}`);
    assert.equal(found.length, count, JSON.stringify(found));
  });
}

Deno.test("lint plugin takes absolute file names as the linter passes them", () => {
  const path = fileURLToPath(new URL("../../src/match/a.ts", import.meta.url));
  const found = Deno.lint.runPlugin(plugin, path, `Deno.exit();`);
  assert.deepEqual(found.map(({ id }) => id), ["house/pure-stages"]);
});

function functionOf(lines: number): string {
  return `function long() {${"\n".repeat(lines - 1)}}`;
}
