import assert from "node:assert/strict";
import { renderCase } from "./render_case.ts";

const FOLDER = new URL("cases/", import.meta.url);
const SEPARATOR = "\n----------\n";

const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort();

Deno.test("loadConfig() has at least 25 golden cases", () => {
  assert.ok(names.length >= 25, `${names.length} cases`);
});

for (const name of names) {
  Deno.test(`loadConfig() gives what case ${name} expects`, () => {
    const text = Deno.readTextFileSync(new URL(name, FOLDER));
    const split = text.indexOf(SEPARATOR);
    assert.ok(split >= 0, "the case lacks its separator");
    assert.equal(
      renderCase(text.slice(0, split + 1)),
      text.slice(split + SEPARATOR.length),
    );
  });
}
