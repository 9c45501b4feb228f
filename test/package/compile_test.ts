import { match, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { runText } from "../support/run.ts";
import { withFolder } from "../support/with_folder.ts";

const COMPILE = fileURLToPath(
  new URL("../../scripts/compile", import.meta.url),
);

Deno.test("compile without a base ends with 69 and names three remedies", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/fail2deno`;
    const { code, out, err } = await runText("sh", [COMPILE, file], {
      DENORT_BIN: `${folder}/none`,
    });
    strictEqual(code, 69, out + err);
    for (const remedy of ["dl.deno.land", "DENORT_BIN", "deno task portable"]) {
      ok(err.includes(remedy), err);
    }
    strictEqual(err.trim().split("\n").length, 1);
    strictEqual([...Deno.readDirSync(folder)].length, 0);
  });
});

for (const words of [["--machine", "sparc"], ["--machine"], ["--colour"]]) {
  Deno.test(`compile refuses ${words.join(" ")}`, async () => {
    const { code, err } = await runText("sh", [COMPILE, ...words]);
    strictEqual(code, 64);
    match(err, /^fail2deno: Cannot compile: .*, expected .*\n$/);
  });
}
