/**
 * Writes the manual pages and what makes shells complete commands into a folder, for packages.
 *
 *     deno task man FOLDER
 *
 * @module
 */

import { COMMANDS } from "../src/cli/commands.ts";
import { commandPage, programPage } from "../src/cli/man_page.ts";
import { bashCompletion } from "../src/cli/shells/bash.ts";
import { fishCompletion } from "../src/cli/shells/fish.ts";
import { zshCompletion } from "../src/cli/shells/zsh.ts";

const [folder] = Deno.args;
if (folder === undefined) {
  throw new Error("Cannot write pages: no folder, expected one");
}

const pages: Readonly<Record<string, string>> = {
  "fail2deno.8": programPage(COMMANDS),
  ...Object.fromEntries(
    COMMANDS.filter(({ isHidden }) => isHidden !== true)
      .map((command) => [`fail2deno-${command.name}.8`, commandPage(command)]),
  ),
  "fail2deno.bash": bashCompletion(COMMANDS),
  "_fail2deno": zshCompletion(COMMANDS),
  "fail2deno.fish": fishCompletion(COMMANDS),
};

Deno.mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(pages)) {
  Deno.writeTextFileSync(`${folder}/${name}`, text);
}
