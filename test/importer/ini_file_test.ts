import assert from "node:assert/strict";
import fc from "fast-check";
import { parseIni } from "../../importer/ini_file.ts";

function read(text: string) {
  const { defaults, sections, problems } = parseIni(text, "x.conf");
  const plain = (entries: ReadonlyMap<string, { value: string }>) =>
    Object.fromEntries([...entries].map(([key, { value }]) => [key, value]));
  return {
    defaults: plain(defaults),
    sections: Object.fromEntries(
      [...sections].map(([name, entries]) => [name, plain(entries)]),
    ),
    problems: problems.map(({ line, column, message }) =>
      `${line}:${column} ${message.split(":")[0]}`
    ),
  };
}

Deno.test("parseIni() reads keys with = and :, and folds them to lower case", () => {
  assert.deepEqual(read("[A]\nOne = 1\ntwo: 2 = 3\n[DEFAULT]\nthree=\n"), {
    defaults: { three: "" },
    sections: { A: { one: "1", two: "2 = 3" } },
    problems: [],
  });
});

Deno.test("parseIni() joins continuation lines, keeps blank ones, drops comments among them", () => {
  const text =
    "[A]\nlist = one\n  two ; aside\n# note\n\n\tthree;four\n\nnext = 5\n";
  assert.deepEqual(read(text).sections, {
    A: { list: "one\ntwo\n\nthree;four", next: "5" },
  });
});

Deno.test("parseIni() says where Python would refuse, and reads on", () => {
  const text = "lost = 1\n[A]\nx = 1\nx = 2\n  more\nnothing\n[A]\ny = 3\n";
  assert.deepEqual(read(text), {
    defaults: {},
    sections: { A: { x: "2\nmore", y: "3" } },
    problems: [
      "1:1 Cannot read the line",
      '4:1 Cannot take "x" in [A] again',
      "6:1 Cannot read the line in [A]",
      "7:1 Cannot take section [A] again",
    ],
  });
});

Deno.test("parseIni() refuses a byte order mark", () => {
  assert.deepEqual(read("\ufeff[A]\n[B]\nx = 1\n"), {
    defaults: {},
    sections: { B: { x: "1" } },
    problems: ["1:1 Cannot read the file's first line"],
  });
});

Deno.test("parseIni() gives the place of each value", () => {
  const { sections } = parseIni("[A]\r\n  key  =   value ; x\r\n", "x.conf");
  const place = sections.get("A")?.get("key")?.place;
  assert.equal(place?.line, 2);
  assert.equal(place?.column, 12);
  assert.equal(place?.source.slice(place.column - 1, 16), "value");
});

Deno.test("parseIni() takes any text without throwing, and finds places inside of it", () => {
  const piece = fc.constantFrom("[A]", "x", "=", " ", "\n", ";", "#", ":", "%");
  fc.assert(fc.property(
    fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 60 }),
    (pieces) => {
      const text = pieces.join("");
      const file = parseIni(text, "x.conf");
      const lines = text.split(/\r\n|[\n\r]/);
      for (const entries of [file.defaults, ...file.sections.values()]) {
        for (const { place } of entries.values()) {
          assert.equal(place.source, lines[place.line - 1]);
        }
      }
    },
  ));
});
