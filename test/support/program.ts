/**
 * The command line within the test's own process.
 *
 * @module
 */

import type { CliContext } from "../../src/cli/command.ts";
import { runProgram } from "../../src/cli/program.ts";
import type { RunResult } from "./run.ts";

/** Runs a command that needs no process of its own, on a terminal of 80 columns without colours. */
export async function runInProcess(...words: string[]): Promise<RunResult> {
  const said = { out: "", err: "" };
  const context: CliContext = {
    out: (text) => said.out += text,
    err: (text) => said.err += text,
    isTerminal: false,
    isColored: false,
    isErrColored: false,
    isErrTerminal: false,
    width: 80,
    programFolder: new URL("../../", import.meta.url),
  };
  return { code: await runProgram(words, context), ...said };
}
