/**
 * `fail2deno action check FILE`.
 *
 * @module
 */

import { readManifest } from "../act/sandbox/ask_once.ts";
import { PluginFileError } from "../act/sandbox/check_plugin_file.ts";
import type { Manifest } from "../act/sandbox/manifest.ts";
import { MalformedError } from "../act/sandbox/outcome.ts";
import { HandlerError } from "../act/sandbox/types.ts";
import { ActionError } from "../act/types.ts";
import { escapeText } from "../util/escape.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import { type Invocation, UsageError } from "./command.ts";
import { findSandboxAccess } from "./sandbox_access.ts";
import { absolutePath, print } from "./setup.ts";
import { formatSample, planSample, type SamplePlan } from "./sample_plan.ts";
import { formatTable } from "./table.ts";

/** What was found. */
type Finding =
  | {
    readonly file: string;
    readonly action: Manifest;
    /** Of a plan action: what it plans for a jail such as most are. */
    readonly sample?: SamplePlan;
  }
  | { readonly file: string; readonly problems: readonly string[] };

/** Tells whether a file can be used as an action, and what it is. */
export async function checkAction(invocation: Invocation): Promise<ExitCode> {
  const [, word] = invocation.words;
  if (word === undefined) {
    throw new UsageError("Cannot check an action: no file, expected one");
  }
  const finding = await find(absolutePath(word));
  print(invocation, finding, () => format(finding));
  return "action" in finding ? EXIT.ok : EXIT.badInput;
}

async function find(file: string): Promise<Finding> {
  const access = findSandboxAccess();
  try {
    const place = { kind: "file", path: file } as const;
    const action = await readManifest(place, access);
    if (action.kind !== "plan") return { file, action };
    return { file, action, sample: await planSample(file, action, access) };
  } catch (error) {
    return { file, problems: listProblems(error) };
  }
}

function listProblems(error: unknown): readonly string[] {
  if (error instanceof PluginFileError || error instanceof ActionError) {
    return [error.message];
  }
  if (!(error instanceof HandlerError)) throw error;
  return error.cause instanceof MalformedError
    ? error.cause.problems
    : [error.message];
}

function format(finding: Finding): string {
  if ("action" in finding) {
    return formatManifest(finding.file, finding.action) +
      (finding.sample === undefined ? "" : formatSample(finding.sample));
  }
  const lines = finding.problems.map((text) => `  ${escapeText(text)}\n`);
  const file = escapeText(finding.file, 200);
  return `${file} cannot be used as an action:\n${lines.join("")}`;
}

function formatManifest(file: string, manifest: Manifest): string {
  const { id, version, kind, methods, permissions, options = {} } = manifest;
  const rows = Object.entries(options).map((
    [name, { type, required, default: value, describe }],
  ) => [
    name,
    type,
    required === true ? "required" : JSON.stringify(value) ?? "",
    escapeText(describe),
  ]);
  const hosts = permissions.net ?? [];
  return `${id} ${version}: ${escapeText(manifest.describe)}\n` +
    `  file     ${escapeText(file, 200)}\n` +
    `  kind     ${kind} action\n` +
    `  answers  ${methods.join(", ")}\n` +
    `  reaches  ${hosts.length === 0 ? "nothing" : hosts.join(", ")}\n` +
    (rows.length === 0
      ? "  options  none\n"
      : `\n${formatTable(["OPTION", "TYPE", "DEFAULT", "WHAT"], rows)}`);
}
