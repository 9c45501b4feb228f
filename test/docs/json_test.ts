import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { MACHINE_FILES } from "../../src/config/read_text.ts";
import type { JailConfig } from "../../src/config/types.ts";
import { checkPattern } from "../../src/match/check_pattern.ts";
import { createMemoryFiles, MAIN_FILE } from "../config/render_case.ts";
import { matchText, NOW } from "../match/fixtures.ts";

/** A block of the page: what its fence says, and its text. */
interface Block {
  readonly fence: string;
  readonly text: string;
}

/** Lines of a log, in the jails of the configuration before them. */
interface Example {
  readonly config: string;
  readonly log: string;
  /** Absent: no line is a failure. */
  readonly host: string | undefined;
}

const page = Deno.readTextFileSync(
  new URL("../../docs/json.md", import.meta.url),
);

function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^```(.+)\n([^]*?)^```$/gm)].map((
    [, fence = "", text = ""],
  ) => ({ fence, text }));
}

function examplesOf(blocks: readonly Block[]): Example[] {
  let config = "";
  return blocks.flatMap(({ fence, text }) => {
    if (fence === "toml") config = text;
    const [, host] = /^log host=(\S+)$/.exec(fence) ?? [];
    return /^log\b/.test(fence) ? [{ config, log: text, host }] : [];
  });
}

function jailsOf(config: string): readonly JailConfig[] {
  const memory = createMemoryFiles(new Map([[MAIN_FILE, config]]));
  const { jails, warnings } = loadConfig({
    file: MAIN_FILE,
    filtersFolders: [new URL("../../filters/", import.meta.url)],
    ...memory,
    readText: (path) =>
      path === MAIN_FILE ? config : MACHINE_FILES.readText(path),
    exists: (path) => path === MAIN_FILE || MACHINE_FILES.exists(path),
    checkPattern,
    strict: true,
  });
  assert.deepEqual(warnings, []);
  return jails;
}

const blocks = blocksOf(page);
const examples = examplesOf(blocks);

Deno.test("docs/json.md has a line of a log for every configuration", () => {
  const configs = blocks.filter(({ fence }) => fence === "toml");
  assert.ok(configs.length >= 7);
  for (const { text } of configs) {
    assert.ok(examples.some(({ config }) => config === text), text);
  }
});

for (const { config, log, host } of examples) {
  const name = /^\[jail\.(\w+)\]/m.exec(config)?.[1];
  const first = log.slice(0, 60);
  Deno.test(`docs/json.md: jail ${name} finds ${host ?? "nobody"} in ${first}…`, () => {
    const { failures } = matchText(log, jailsOf(config), {
      nowSeconds: NOW,
      trustsStamps: true,
    });
    const expected = host === undefined ? [] : [host];
    assert.deepEqual(failures.map((failure) => failure.host), expected);
  });
}

Deno.test("docs/json.md has the log format that filters/nginx-json.toml is for", () => {
  const filter = Deno.readTextFileSync(
    new URL("../../filters/nginx-json.toml", import.meta.url),
  );
  const format = blocks.find(({ fence }) => fence === "nginx")?.text ?? "";
  const fields = (text: string) =>
    [...text.matchAll(/"(\w+)":"?\$(\w+)/g)].map((
      [, key, field],
    ) => [key, field]);
  assert.ok(fields(format).length >= 8);
  assert.deepEqual(fields(filter), fields(format));
});
