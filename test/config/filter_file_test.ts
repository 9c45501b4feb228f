import assert from "node:assert/strict";
import { parseFilterFile } from "../../src/config/filter_file.ts";
import {
  createFilterLibrary,
  patternsOf,
} from "../../src/config/filter_library.ts";
import { headPattern } from "../../src/config/log_heads.ts";
import { ConfigError } from "../../src/config/problems.ts";
import { createMemoryFiles } from "./render_case.ts";

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
    "^p: c <ADDR>$",
    "^p: a <HOST>$",
  ]);
  assert.equal(patternsOf(filter, "less"), undefined);
  assert.deepEqual(filter.hits, [{
    line: "p: a 192.0.2.1",
    host: "192.0.2.1",
    attacker: [],
  }]);
  assert.deepEqual(filter.misses, [{ line: "p: c 192.0.2.1", mode: "normal" }]);
});

const MODES = `description = "d"
fail = ['a <HOST>$']
[mode.auth]
with = []
fail = ['b <HOST>$']
[mode.ddos]
fail = ['c <HOST>$', 'a <HOST>$']
[mode.all]
with = ["auth", "ddos", "normal"]
`;

Deno.test("patternsOf() puts a mode's own patterns before those that it takes, each once", () => {
  const filter = parseFilterFile(MODES, "app.toml");
  const [a, b, c] = ["a <HOST>$", "b <HOST>$", "c <HOST>$"];
  assert.deepEqual(patternsOf(filter, "normal"), [a]);
  assert.deepEqual(patternsOf(filter, "auth"), [b]);
  assert.deepEqual(patternsOf(filter, "ddos"), [c, a]);
  assert.deepEqual(patternsOf(filter, "all"), [b, c, a]);
});

Deno.test("parseFilterFile() refuses a mode with one that is not there, or with itself", () => {
  for (const other of ["many", "all"]) {
    const text = MODES.replace('with = ["auth",', `with = ["${other}",`);
    assert.throws(
      () => parseFilterFile(text, "app.toml"),
      (error) =>
        error instanceof ConfigError &&
        error.problems[0]?.line === 9 &&
        error.message.includes(`mode "all" with "${other}"`),
    );
  }
});

Deno.test("parseFilterFile() puts the head that a filter names before its prefix", () => {
  const text = `description = "d"
head = "syslog"
program = "app(?:-auth)?"
prefix = "login: "
fail = ['no <HOST>$']
`;
  const [pattern = ""] = parseFilterFile(text, "app.toml").failPatterns;
  assert.equal(
    pattern,
    `${headPattern("syslog", "app(?:-auth)?")}login: no <HOST>$`,
  );
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
