/**
 * `fail2deno action new NAME [FOLDER]`.
 *
 * @module
 */

import { BUILT_IN_HEADS } from "../act/built_in_heads.ts";
import { escapeText } from "../util/escape.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import { InputError, type Invocation, UsageError } from "./command.ts";
import { formatPlanPlugin } from "./plan_plugin_template.ts";
import { formatPlugin } from "./plugin_template.ts";
import { absolutePath, print } from "./setup.ts";
import { attemptWrite } from "./write_text.ts";

/** As the contract has ids. */
const NAME = /^[a-z][a-z0-9_]{0,31}$/;

/**
 * Writes an action to begin with.
 *
 * @throws {UsageError} when the name is none
 * @throws {InputError} when there is such a file, or no such folder
 */
export function newAction(invocation: Invocation): ExitCode {
  const [, name = "", folder = "."] = invocation.words;
  requireName(name);
  const path = `${
    absolutePath(folder).replace(/\/+(?:\.\/*)?$/, "")
  }/${name}.ts`;
  const isPlan = invocation.options.plan === true;
  writeNew(path, isPlan ? formatPlanPlugin(name) : formatPlugin(name));
  print(invocation, { path }, () => `${escapeText(path, 200)} is written\n`);
  return EXIT.ok;
}

function requireName(name: string): void {
  const shown = escapeText(name, 40);
  if (!NAME.test(name)) {
    throw new UsageError(
      `Cannot name an action "${shown}": expected at most 32 of a-z, 0-9 and _, beginning with a letter`,
    );
  }
  if (BUILT_IN_HEADS.some(({ id }) => id === name)) {
    throw new UsageError(
      `Cannot name an action "${shown}": one of the program's has that name, expected another one`,
    );
  }
}

function writeNew(path: string, text: string): void {
  const shown = escapeText(path, 200);
  try {
    // Others must not write to it, or it is refused when it is to be used.
    attemptWrite(
      path,
      () =>
        Deno.writeTextFileSync(path, text, { createNew: true, mode: 0o644 }),
    );
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new InputError(
        `Cannot write "${shown}": it is there already, expected a new name`,
      );
    }
    if (error instanceof Deno.errors.NotFound) {
      throw new InputError(
        `Cannot write "${shown}": its folder is not there, expected one`,
      );
    }
    throw error;
  }
}
