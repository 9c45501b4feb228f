import assert from "node:assert/strict";
import {
  buildPrefilter,
  SOURCE,
  TARGET,
} from "../../../scripts/build_prefilter.ts";

Deno.test("buildPrefilter() of the source gives the module that is in the tree", async () => {
  const built = await buildPrefilter(await Deno.readTextFile(SOURCE));
  assert.equal(built, await Deno.readTextFile(TARGET));
});

Deno.test("buildPrefilter() tells what the compiler says", async () => {
  await assert.rejects(
    buildPrefilter("export function f(): u32 { return x; }"),
    /Cannot find name 'x'/,
  );
});
