/**
 * `fail2deno db vacuum`.
 *
 * @module
 */

import { vacuumState } from "../store/vacuum_state.ts";
import { escapeText } from "../util/escape.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import type { Invocation } from "./command.ts";
import { print } from "./setup.ts";
import { existingState, explainFlaw, useAlone } from "./state_file.ts";

/** Makes the state small. */
export async function vacuumDatabase(
  invocation: Invocation,
): Promise<ExitCode> {
  const path = await existingState(invocation);
  const folder = path.replace(/\/[^/]*$/, "");
  try {
    const outcome = useAlone("vacuum", folder, () => vacuumState(path));
    print(
      invocation,
      { path, ...outcome },
      () =>
        `${escapeText(path, 200)}: ${toKilobytes(outcome.before)} before, ${
          toKilobytes(outcome.after)
        } now\n`,
    );
  } catch (error) {
    throw explainFlaw(error, path);
  }
  return EXIT.ok;
}

function toKilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} kB`;
}
