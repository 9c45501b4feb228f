/**
 * Writes the references that are made from the program: all keys into docs/configuration.md, all commands into
 * docs/commands.md, and the control API into docs/openapi.json.
 *
 *     deno task reference
 *
 * @module
 */

import { COMMANDS } from "../src/cli/commands.ts";
import { renderCommands } from "../src/cli/reference.ts";
import { renderReference } from "../src/config/reference.ts";
import { describeApi } from "../src/control/openapi.ts";

rewrite("configuration.md", "### `[global]`", renderReference());
rewrite("commands.md", "## demo", renderCommands(COMMANDS));
Deno.writeTextFileSync(
  pageOf("openapi.json"),
  `${JSON.stringify(describeApi(), null, 2)}\n`,
);

/** The reference is all that follows its first heading, to the end of the page. */
function rewrite(name: string, firstHeading: string, reference: string): void {
  const text = Deno.readTextFileSync(pageOf(name));
  const start = text.indexOf(`\n${firstHeading}`);
  if (start < 0) {
    throw new Error(
      `Cannot write the reference: no heading "${firstHeading}" in docs/${name}`,
    );
  }
  Deno.writeTextFileSync(pageOf(name), text.slice(0, start + 1) + reference);
}

function pageOf(name: string): URL {
  return new URL(`../docs/${name}`, import.meta.url);
}
