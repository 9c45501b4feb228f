import { deepStrictEqual, ok } from "node:assert/strict";
import { COMMANDS } from "../../src/cli/commands.ts";
import { renderCommands } from "../../src/cli/reference.ts";
import { describeApi } from "../../src/control/openapi.ts";
import { ROUTES } from "../../src/control/routes.ts";

function read(name: string): string {
  return Deno.readTextFileSync(new URL(`../../docs/${name}`, import.meta.url));
}

/** The formatter breaks lines and lines up columns. */
function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

Deno.test("docs/commands.md ends with what renderCommands() gives (scripts/task reference)", () => {
  const page = read("commands.md");
  const reference = page.slice(page.indexOf("\n## demo"));
  deepStrictEqual(squeeze(reference), squeeze(renderCommands(COMMANDS)));
});

Deno.test("docs/openapi.json is what describeApi() gives (scripts/task reference)", () => {
  deepStrictEqual(JSON.parse(read("openapi.json")), describeApi());
});

Deno.test("docs/control_api.md and the README name every route and every command", () => {
  const api = read("control_api.md");
  for (const { method, path } of ROUTES) {
    ok(api.includes(`${method} ${path}`), path);
  }
  const readme = read("../README.md");
  for (const { name, isHidden } of COMMANDS) {
    ok(isHidden === true || readme.includes(`| \`${name}`), name);
  }
});
