import assert from "node:assert/strict";
import { checkDocs } from "../../scripts/check_docs.ts";
import { makeTree } from "./make_tree.ts";

const MODULE = "/**\n * A module.\n *\n * @module\n */\n\n";

Deno.test("checkDocs() takes a module whose exports are documented, members without a word", async () => {
  await using tree = await makeTree({
    "src/a.ts": `${MODULE}/** A shape. */
export interface Shape { readonly name: string }
/** @returns its name */
export function nameOf(shape: Shape): string { return shape.name; }
const hidden = 1; hidden;
`,
    "test/a_test.ts": "export const x: number = 1;",
  });
  assert.deepEqual(await checkDocs(tree.root), []);
});

Deno.test("checkDocs() reports a module, an export and a type that lack it", async () => {
  await using tree = await makeTree({
    "src/a.ts": "/** One. */\nexport const ONE: number = 1;\n",
    "src/b.ts": `${MODULE}interface Hidden { readonly a: number }
export function bare(): void {}
/** Uses a type that nobody can name. */
export function leaky(value: Hidden): number { return value.a; }
`,
  });
  assert.deepEqual(await checkDocs(tree.root), [
    `Cannot take "src/a.ts": no documentation with @module`,
    `Cannot export "bare" of "src/b.ts": no documentation`,
    `Cannot export "leaky" of "src/b.ts": it uses "Hidden", expected that to be exported, too`,
  ]);
});
