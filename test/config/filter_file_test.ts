import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";
import { parseFilterFile } from "../../src/config/filter_file.ts";
import {
  createFilterLibrary,
  patternsOf,
} from "../../src/config/filter_library.ts";
import { ConfigError } from "../../src/config/problems.ts";
import { MACHINE_FILES } from "../../src/config/read_text.ts";
import { createMemoryFiles } from "./render_case.ts";

const FILTERS = new URL("../../filters/", import.meta.url);

const TEXT = `description = "d"
prefix = '^p: '
fail = ['a <HOST>$']
ignore = ['b$']
ports = ["ssh"]
[mode.more]
fail = ['c <ADDR>$']
[[hit]]
line = "p: a 192.0.2.1"
host = "192.0.2.1"
[[miss]]
line = "p: c 192.0.2.1"
mode = "normal"
`;

Deno.test("parseFilterFile() puts the prefix before every pattern", () => {
  const filter = parseFilterFile(TEXT, "/f/app.toml");
  assert.equal(filter.name, "app");
  assert.equal(filter.dateFormat, "auto");
  assert.deepEqual(filter.ignorePatterns, ["^p: b$"]);
  assert.deepEqual(patternsOf(filter, "normal"), ["^p: a <HOST>$"]);
  assert.deepEqual(patternsOf(filter, "more"), [
    "^p: a <HOST>$",
    "^p: c <ADDR>$",
  ]);
  assert.equal(patternsOf(filter, "less"), undefined);
  assert.deepEqual(filter.hits, [{
    line: "p: a 192.0.2.1",
    host: "192.0.2.1",
  }]);
  assert.deepEqual(filter.misses, [{ line: "p: c 192.0.2.1", mode: "normal" }]);
});

Deno.test("createFilterLibrary() lets the first folder win and lists all names", () => {
  const library = createFilterLibrary(["/own", "/none", "/built-in/"], {
    files: createMemoryFiles(
      new Map([
        ["/own/a.toml", TEXT.replace('"d"', '"own"')],
        ["/built-in/a.toml", TEXT],
        ["/built-in/b.toml", TEXT],
        ["/built-in/notes.txt", ""],
        ["/secret.toml", TEXT],
      ]),
    ),
  });
  assert.equal(library.find("a")?.description, "own");
  assert.equal(library.find("b")?.description, "d");
  assert.equal(library.find("c"), undefined);
  assert.equal(library.find("../secret"), undefined);
  assert.deepEqual(library.names(), ["a", "b"]);
});

Deno.test("createFilterLibrary() throws for a filter that cannot be used, each time", () => {
  const library = createFilterLibrary(["/f"], {
    files: createMemoryFiles(new Map([["/f/x.toml", "fail = 1\n"]])),
  });
  assert.throws(() => library.find("x"), ConfigError);
  assert.throws(() => library.find("x"), ConfigError);
});

for (const { name } of Deno.readDirSync(FILTERS)) {
  Deno.test(`filters/${name} has samples, for each mode too`, () => {
    const path = fileURLToPath(new URL(name, FILTERS));
    const filter = parseFilterFile(MACHINE_FILES.readText(path), path);
    assert.ok(filter.hits.length >= 5);
    assert.ok(filter.misses.length >= 3);
    for (const mode of filter.modes.keys()) {
      assert.ok(filter.hits.some((hit) => hit.mode === mode), mode);
    }
  });
}
