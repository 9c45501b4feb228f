/**
 * `fail2deno self-check`.
 *
 * @module
 */

import type { ControlClient } from "../control/client.ts";
import { DaemonUnreachableError } from "../control/types.ts";
import { EXIT } from "../util/exit_codes.ts";
import { openLibc } from "../util/libc.ts";
import type { Command, Invocation } from "./command.ts";
import { formatFindings } from "./self_check/finding.ts";
import type { DaemonAnswer, Machine } from "./self_check/look_around.ts";
import { loadActionConfig, openDaemon, print } from "./setup.ts";

/** Tells whether this machine is protected, and what is missing. */
export const SELF_CHECK: Command = {
  name: "self-check",
  summary: "Is this machine protected, and what is missing?",
  details:
    "Looks at the kernel's nf_tables, programs of other firewalls, logs, a fail2ban that runs, and the daemon; changes nothing. " +
    "Ends with 0 when nothing is missing, else with 1.",
  examples: [
    { line: "fail2deno self-check", summary: "each finding, and its remedy" },
    { line: "fail2deno self-check --json", summary: "the same for programs" },
  ],
  json: "`{ ok, findings: [{ state, subject, text, remedy? }] }`",
  asksDaemon: true,
  run: selfCheck,
};

async function selfCheck(invocation: Invocation) {
  const config = await loadActionConfig(invocation, { isOutside: true });
  const { lookAround } = await import("./self_check/look_around.ts");
  const findings = lookAround(config, {
    machine: await openMachine(),
    daemon: await ask(await openDaemon(invocation)),
  });
  const isProtected = findings.every(({ state }) => state !== "missing");
  print(
    invocation,
    { ok: isProtected, findings },
    () => formatFindings(findings),
  );
  return isProtected ? EXIT.ok : EXIT.no;
}

async function openMachine(): Promise<Machine> {
  const { findObstacle } = await import("./demo/kernel_view.ts");
  const { MACHINE_PATHS } = await import("../config/check_paths.ts");
  const libc = openLibc();
  return {
    findObstacle: () => findObstacle(libc),
    exists: isThere,
    paths: MACHINE_PATHS,
  };
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function ask(daemon: ControlClient): Promise<DaemonAnswer> {
  try {
    return await daemon.status();
  } catch (error) {
    if (!(error instanceof DaemonUnreachableError)) throw error;
    return { reason: error.message, isDenied: error.isDenied };
  }
}
