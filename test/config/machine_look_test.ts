import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { MACHINE_LOOK } from "../../src/config/machine_look.ts";
import { withFolder } from "../support/with_folder.ts";

Deno.test("MACHINE_LOOK tells when a file with something in it was written, and of nothing else", async () => {
  await withFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/a.log`, "x");
    Deno.utimeSync(`${folder}/a.log`, 1000, 1000);
    Deno.writeTextFileSync(`${folder}/b.log`, "");
    const paths = MACHINE_LOOK.expand(`${folder}/*.log`);
    deepStrictEqual(paths, [`${folder}/a.log`, `${folder}/b.log`]);
    deepStrictEqual(
      [...paths, folder, `${folder}/none`].map((path) =>
        MACHINE_LOOK.writtenSeconds(path)
      ),
      [1000, undefined, undefined, undefined],
    );
  });
});

Deno.test({
  name: "MACHINE_LOOK has no journal where journalctl may not be run",
  permissions: { read: true, run: false },
  fn() {
    strictEqual(MACHINE_LOOK.lastEntrySeconds(["_COMM=x"]), undefined);
  },
});
