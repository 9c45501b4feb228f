/**
 * What a plan action plans for a jail such as most are, to look at before it is used.
 *
 * @module
 */

import type { Json, OptionSchema } from "../act/contract.ts";
import { askPlan } from "../act/sandbox/ask_plan.ts";
import type { Manifest } from "../act/sandbox/manifest.ts";
import type { PlanQuestion } from "../config/action_manifest.ts";
import type { PlannedBackend } from "../config/backend_types.ts";
import { escapeText } from "../util/escape.ts";
import type { SandboxAccess } from "./sandbox_access.ts";

/** The question and its answer. */
export interface SamplePlan extends PlannedBackend {
  readonly asked: Omit<PlanQuestion, "path">;
}

const JAIL = {
  jail: "sshd",
  ports: [{ from: 22, to: 22 }],
  protocols: ["tcp"],
} as const;

/** Has it plan, with its defaults, and with samples of what it requires. @throws {Error} what is wrong with the plan */
export async function planSample(
  path: string,
  { options = {} }: Manifest,
  access: SandboxAccess,
): Promise<SamplePlan> {
  const values = Object.entries(options).flatMap(([name, option]) => {
    const value = sampleOf(option);
    return value === undefined ? [] : [[name, value] as const];
  });
  const asked = { ...JAIL, options: Object.fromEntries(values) };
  return { asked, ...await askPlan({ ...asked, path }, access) };
}

/** @returns the default; of what has none, something of its type where it is required */
function sampleOf(option: OptionSchema): Json | undefined {
  if (option.default !== undefined || option.required !== true) {
    return option.default;
  }
  const { choices = [], min = 1 } = option;
  switch (option.type) {
    case "integer":
    case "duration":
      return min;
    case "integers":
      return [min];
    case "boolean":
      return true;
    case "choice":
      return choices[0];
    case "strings":
      return ["sample"];
    case "url":
      return "https://example.org/";
    case "host":
      return "example.org";
    default:
      return "sample";
  }
}

/** @returns lines for a person */
export function formatSample({ asked, kind, plan }: SamplePlan): string {
  const text = JSON.stringify(plan, null, 2).split("\n")
    .map((line) => `  ${escapeText(line, 200)}\n`).join("");
  const options = escapeText(JSON.stringify(asked.options), 200);
  return `\nA jail "${asked.jail}" with port 22 of TCP and options ${options} ` +
    `bans by ${kind}, with this plan:\n\n${text}`;
}
