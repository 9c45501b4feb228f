import assert from "node:assert/strict";
import { parseIni } from "../../importer/ini_file.ts";
import { MergedConfig } from "../../importer/merged_config.ts";
import { TreeError } from "../../importer/tree_error.ts";

function merge(...texts: readonly string[]): MergedConfig {
  const config = new MergedConfig();
  for (const [index, text] of texts.entries()) {
    config.merge(parseIni(text, `${index}.conf`));
  }
  return config;
}

const NONE: ReadonlyMap<string, string> = new Map();

Deno.test("get() puts in references late, from the section, then from [DEFAULT]", () => {
  const config = merge(
    "[DEFAULT]\na = default\nb = <%(a)s>\n[s]\na = own\nc = %(B)s %(__name__)s 5%%\n",
  );
  assert.equal(config.get("s", "b"), "<own>");
  assert.equal(config.get("s", "C"), "<own> s 5%");
  assert.equal(config.get("s", "none"), undefined);
  assert.equal(config.get("other", "a"), undefined);
});

Deno.test("get() prefers the values that it is given", () => {
  const config = merge("[s]\na = own\nb = %(a)s\n");
  assert.equal(config.get("s", "b", new Map([["a", "given"]])), "given");
});

Deno.test("get() takes raw values of other sections, in lower case only", () => {
  const config = merge(
    "[DEFAULT]\nz = 0\n[b]\nv = %(w)s\n[B]\nv = 2\n[s]\nw = here\nx = %(b/v)s %(default/z)s\ny = %(B/v)s\n",
  );
  assert.equal(config.get("s", "x"), "here 0");
  assert.throws(() => config.get("s", "y"), /"%\(B\/v\)s" is not defined/);
});

Deno.test("get() knows what a later file replaced, one level deep", () => {
  const two = merge("[s]\nx = one\n", "[s]\nx = %(known/x)s two\n");
  assert.equal(two.get("s", "x"), "one two");
  const three = merge(
    "[s]\nx = one\n",
    "[s]\nx = %(known/x)s two\n",
    "[s]\nx = %(known/x)s three\n",
  );
  assert.throws(() => three.get("s", "x"), /deeper than 10 levels/);
});

Deno.test("get() refuses what is no reference, with its place", () => {
  const config = merge("[s]\n\nx = 100%\n");
  assert.throws(() => config.get("s", "x"), (error) => {
    assert.ok(error instanceof TreeError);
    assert.deepEqual([error.place?.line, error.place?.column], [3, 5]);
    return true;
  });
});

Deno.test("get() bounds values that multiply", () => {
  const lines = Array.from(
    { length: 9 },
    (_, index) => `x${index} = ${`%(x${index + 1})s`.repeat(40)}`,
  );
  const grows = merge(`[s]\n${lines.join("\n")}\nx9 = long\n`);
  assert.throws(() => grows.get("s", "x0"), TreeError);
  const empty = merge(`[s]\n${lines.join("\n")}\nx9 =\n`);
  assert.throws(() => empty.get("s", "x0"), /too many references/);
});

Deno.test("merge() makes conditional keys of conditional sections", () => {
  const config = merge("[Init]\na = 4\n[Init?family=inet6]\na = 6\n");
  assert.equal(config.get("Init", "a"), "4");
  assert.equal(config.get("Init", "a?family=inet6"), "6");
});

Deno.test("getTag() reads other sections and known values", () => {
  const config = merge(
    "[s]\nx = one\n[other]\ny = %(z)s\nz = zed\n",
    "[s]\nx = two\n",
  );
  assert.equal(config.getTag("s", "other/y", NONE), "zed");
  assert.equal(config.getTag("s", "known/x", NONE), "one");
  assert.equal(config.getTag("s", "x", NONE), "two");
  assert.equal(config.getTag("s", "none/x", NONE), undefined);
});
