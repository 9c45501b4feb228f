import assert from "node:assert/strict";
import fc from "fast-check";
import { formatEntry, type TomlValue } from "../../importer/toml_text.ts";
import { parseToml } from "../../src/config/parse_toml.ts";
import { toPlain } from "../../src/config/tree.ts";

function roundTrip(key: string, value: TomlValue, note?: string): unknown {
  const text = formatEntry({ key, value, note });
  return toPlain(parseToml(`${text}after = 1\n`, "x.toml"));
}

Deno.test("formatEntry() keeps the backslashes of patterns as they are", () => {
  assert.equal(
    formatEntry({ key: "fail", value: ['^\\d+ "x" <HOST>$'] }),
    `fail = ['^\\d+ "x" <HOST>$']\n`,
  );
  assert.equal(
    formatEntry({ key: "a", value: "it's \\d" }),
    "a = '''it's \\d'''\n",
  );
});

Deno.test("formatEntry() writes what reads back to the same, whatever the text", () => {
  const text = fc.string({ unit: "binary", maxLength: 30 });
  const hard = fc.array(fc.constantFrom("'", '"', "\\", "\n", "\t", "#", "a"), {
    maxLength: 12,
  }).map((parts) => parts.join(""));
  const any = fc.oneof(text, hard);
  fc.assert(fc.property(
    any.filter((key) => key !== "after"),
    fc.oneof(any, fc.array(any, { maxLength: 4 }), fc.integer(), fc.boolean()),
    any,
    (key, value, note) => {
      assert.deepEqual(
        JSON.stringify(roundTrip(key, value, note)),
        JSON.stringify({ ...Object.fromEntries([[key, value]]), after: 1 }),
      );
    },
  ));
});
