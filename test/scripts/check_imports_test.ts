import assert from "node:assert/strict";
import {
  checkImports,
  findCycles,
  findUnreached,
  type ModuleGraph,
} from "../../scripts/check_imports.ts";
import { makeTree } from "./make_tree.ts";

function graphOf(edges: Readonly<Record<string, string>>): ModuleGraph {
  return new Map(
    Object.entries(edges).map(([from, to]) => [
      from,
      to.split(" ").filter(Boolean).map((to) => ({ to, isTypeOnly: false })),
    ]),
  );
}

Deno.test("findCycles() finds no circle in a diamond", () => {
  assert.deepEqual(
    findCycles(graphOf({ a: "b c", b: "d", c: "d", d: "" })),
    [],
  );
});

Deno.test("findCycles() finds a circle that is entered from outside, and itself importing itself", () => {
  assert.deepEqual(
    findCycles(graphOf({ a: "b", b: "c", c: "d", d: "b", e: "e" })),
    [["b", "c", "d", "b"], ["e", "e"]],
  );
});

Deno.test("findCycles() finds two circles that share a module", () => {
  assert.deepEqual(
    findCycles(graphOf({ a: "b c", b: "a", c: "a" })),
    [["a", "b", "a"], ["a", "c", "a"]],
  );
});

Deno.test("findUnreached() names what only a test needs", () => {
  const graph = graphOf({
    "main.ts": "src/a.ts",
    "src/a.ts": "src/b.ts",
    "src/b.ts": "",
    "src/dead.ts": "src/deader.ts",
    "src/deader.ts": "",
    "test/dead_test.ts": "src/dead.ts",
  });
  assert.deepEqual(findUnreached(graph), ["src/dead.ts", "src/deader.ts"]);
});

Deno.test("checkImports() passes a tree that keeps the rules", async () => {
  await using tree = await makeTree({
    "main.ts": `import "./src/cli/run.ts";`,
    "src/cli/run.ts": `import { a } from "../util/a.ts"; a;`,
    "src/util/a.ts": `export const a = 1;`,
  });
  assert.deepEqual(await checkImports(tree.root), []);
});

Deno.test("checkImports() reports a circle of types, a layer behind an alias, and a dead module", async () => {
  await using tree = await makeTree({
    "deno.json": `{ "imports": { "up": "./src/cli/run.ts" } }`,
    "main.ts": `import "./src/cli/run.ts";`,
    "src/cli/run.ts": `import "../util/a.ts"; export type R = 1;`,
    "src/util/a.ts": `import type { B } from "./b.ts"; export type A = B;`,
    "src/util/b.ts": `import type { A } from "./a.ts"; export type B = A;
      import type { R } from "up"; export type C = R;`,
    "src/util/dead.ts": `export {};`,
  });
  await assertProblems(tree.root, [
    /^Cannot import "src\/cli\/run\.ts" into "src\/util\/b\.ts": imports go down only/,
    /^Cannot import in a circle: src\/util\/a\.ts → src\/util\/b\.ts → src\/util\/a\.ts$/,
    /^Cannot import in a circle: .*src\/cli\/run\.ts/,
    /^Cannot reach "src\/util\/dead\.ts"/,
  ]);
});

Deno.test("checkImports() reports a missing module, and then does not guess which ones are dead", async () => {
  await using tree = await makeTree({
    "main.ts": `import "./src/util/gone.ts";`,
    "src/util/perhaps.ts": `export {};`,
  });
  await assertProblems(tree.root, [
    /^Cannot read module "src\/util\/gone\.ts": /,
  ]);
});

async function assertProblems(
  root: string,
  expected: readonly RegExp[],
): Promise<void> {
  const problems = await checkImports(root);
  const shown = problems.join("\n");
  for (const pattern of expected) {
    const isThere = problems.some((problem) => pattern.test(problem));
    assert.ok(isThere, `${pattern} in\n${shown}`);
  }
  assert.equal(problems.length, expected.length, shown);
}
