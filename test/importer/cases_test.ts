import assert from "node:assert/strict";
import { DIVIDER, renderCase } from "./render_case.ts";

const folder = new URL("cases/", import.meta.url);

for (const { name } of Deno.readDirSync(folder)) {
  Deno.test(`an import gives what ${name} wants`, () => {
    const text = Deno.readTextFileSync(new URL(name, folder));
    const at = text.indexOf(DIVIDER);
    assert.ok(at > 0, "no divider");
    assert.equal(
      renderCase(text.slice(0, at)),
      text.slice(at + DIVIDER.length),
    );
  });
}
