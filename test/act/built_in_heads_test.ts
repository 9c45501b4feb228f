import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { BUILT_IN_HEADS } from "../../src/act/built_in_heads.ts";
import { BUILT_IN_ACTIONS } from "../../src/act/handlers/built_in_actions.ts";
import { BUILT_INS } from "../../src/act/sandbox/built_ins.ts";

Deno.test("BUILT_IN_ACTIONS has each action under its id", () => {
  for (const [id, action] of Object.entries(BUILT_IN_ACTIONS)) {
    strictEqual(action.id, id);
  }
});

Deno.test("BUILT_INS loads in the sandbox what BUILT_IN_ACTIONS tells of outside", async () => {
  const loaded = await Promise.all(
    Object.entries(BUILT_INS).map(async ([id, load]) =>
      [id, (await load()).default] as const
    ),
  );
  deepStrictEqual(Object.fromEntries(loaded), BUILT_IN_ACTIONS);
});

Deno.test("BUILT_IN_HEADS has every action in the folder of actions", () => {
  const folder = new URL("../../actions/", import.meta.url);
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => !name.startsWith("_"));
  const ids = BUILT_IN_HEADS.map(({ id }) => `${id}.ts`);
  deepStrictEqual(ids.toSorted(), files.toSorted());
});
