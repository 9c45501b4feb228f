import { match, strictEqual } from "node:assert/strict";
import { COMMANDS } from "../../src/cli/commands.ts";
import { isFile } from "../support/is_file.ts";
import { runInProcess as run } from "../support/program.ts";
import { runText } from "../support/run.ts";
import { withFolder } from "../support/with_folder.ts";

const NAMES = [undefined, ...COMMANDS.map(({ name }) => name)];

for (const name of NAMES) {
  Deno.test(`man ${name ?? ""} is a page without mistakes`, async () => {
    const { code, out } = await run("man", ...name === undefined ? [] : [name]);
    strictEqual(code, 0);
    match(out, /^\.TH FAIL2DENO.*\n\.SH NAME\nfail2deno/);
    for (
      const { form } of COMMANDS.find((each) => each.name === name)?.options ??
        []
    ) {
      const escaped = form.replaceAll("-", "\\-");
      strictEqual(out.includes(`.B ${escaped}`), true, form);
    }
    if (!isFile("/usr/bin/mandoc")) return;
    await withFolder(async (folder) => {
      const page = `${folder}/page.8`;
      Deno.writeTextFileSync(page, out);
      const lint = await runText("mandoc", ["-Tlint", "-Wwarning", page]);
      // Pages have no date: they are made anew with each build.
      const problems = (lint.out + lint.err).split("\n").filter((line) =>
        line !== "" && !line.includes("missing date")
      );
      strictEqual(problems.join("\n"), "");
    });
  });
}

Deno.test("man shows examples as they are to be typed", {
  ignore: !isFile("/usr/bin/mandoc"),
}, async () => {
  const { out } = await run("man", "test-filter");
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/page.8`, out);
    const shown = await runText("mandoc", ["-Tascii", `${folder}/page.8`]);
    // deno-lint-ignore no-control-regex -- bold and underlined letters are printed twice
    const text = shown.out.replaceAll(/.\x08/g, "");
    match(text, /fail2deno test-filter -p 'from <HOST> port' 'Failed password/);
  });
});

Deno.test("man suggests the command that was meant", async () => {
  const { code, err } = await run("man", "statsu");
  strictEqual(code, 64);
  match(err, /did you mean "status"/);
});
