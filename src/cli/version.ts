/**
 * `fail2deno version`.
 *
 * @module
 */

import { EXIT } from "../util/exit_codes.ts";
import { VERSION as PROGRAM_VERSION } from "../version.ts";
import type { Command } from "./command.ts";
import { print } from "./setup.ts";

/** Says which program this is. */
export const VERSION: Command = {
  name: "version",
  summary: "Print the version of the program and of what it runs on",
  examples: [
    { line: "fail2deno version", summary: "for people" },
    { line: "fail2deno version --json", summary: "for programs" },
  ],
  json: "`{ fail2deno, deno, v8 }`",
  run: (invocation) => {
    const versions = {
      fail2deno: PROGRAM_VERSION,
      deno: Deno.version.deno,
      v8: Deno.version.v8,
    };
    print(
      invocation,
      versions,
      () =>
        `fail2deno ${versions.fail2deno} (Deno ${versions.deno}, V8 ${versions.v8})\n`,
    );
    return Promise.resolve(EXIT.ok);
  },
};
