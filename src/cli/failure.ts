/**
 * From an error to words on standard error and an exit code. Nobody sees a stack trace unless it is our fault.
 *
 * @module
 */

import { ActionError } from "../act/types.ts";
import { ConfigError, formatProblems } from "../config/problems.ts";
import { ControlError, DaemonUnreachableError } from "../control/types.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import { type CliContext, InputError, UsageError } from "./command.ts";

/** Tells the error and says what the process should exit with. */
export function reportFailure(error: unknown, context: CliContext): ExitCode {
  if (error instanceof ConfigError) {
    context.err(
      formatProblems(error.problems, { color: context.isErrColored }),
    );
    return EXIT.config;
  }
  context.err(`fail2deno: ${describe(error)}\n`);
  return exitCodeOf(error);
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ControlError && error.status === 422) return EXIT.config;
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof ControlError || error instanceof InputError) {
    return EXIT.badInput;
  }
  if (error instanceof ActionError) {
    return error.reason === "permission"
      ? EXIT.permission
      : EXIT.firewallUnavailable;
  }
  if (error instanceof DaemonUnreachableError) {
    return error.isDenied ? EXIT.permission : EXIT.firewallUnavailable;
  }
  if (isDenied(error)) return EXIT.permission;
  if (error instanceof Deno.errors.NotFound) return EXIT.badInput;
  return EXIT.internal;
}

function isDenied(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable ||
    error instanceof Deno.errors.PermissionDenied;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof Deno.errors.NotCapable)) return error.message;
  // Deno's own words end with a flag of its command line, which nobody here can give.
  const denied = /^Requires (\w+) access(?: to (".*"))?, run/.exec(
    error.message,
  );
  return denied === null
    ? error.message
    : `Cannot use ${denied[2] ?? denied[1]}: the program has no permission to ${
      denied[1]
    } there, expected a path that "fail2deno permissions" lists`;
}
