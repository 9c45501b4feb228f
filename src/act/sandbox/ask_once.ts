/**
 * Asks an action one thing, in a sandbox process of its own that reaches nothing and ends afterwards.
 *
 * @module
 */

import { escapeText } from "../../util/escape.ts";
import type { OwnProgram } from "../../util/own_program.ts";
import type { PlanContext } from "../contract.ts";
import { type CustomPlan, validateCustomPlan } from "../plan.ts";
import { type Manifest, toManifest } from "./manifest.ts";
import type { Method } from "./messages.ts";
import { MalformedError } from "./outcome.ts";
import { readPluginCode } from "./plugin_code.ts";
import { NOBODY, SandboxProcess } from "./sandbox_process.ts";
import { HandlerError, type PluginPlace } from "./types.ts";

/** How the process is started. */
export interface AskOptions {
  /** See `findOwnProgram`. */
  readonly program: OwnProgram;
  /** The daemon's user, beside root the only one whose files are used; see `Deno.uid`. */
  readonly ownUid: number | null;
  /** `UID:GID` that a sandbox becomes where this is root; default: nobody. */
  readonly ids?: string;
  /** For start and answer together; default 10 s. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 10_000;

/**
 * Asks an action what it is.
 *
 * @throws {PluginFileError} when its file may not be used
 * @throws {HandlerError} when it cannot be loaded, or is not as the contract has it
 */
export async function readManifest(
  place: PluginPlace,
  options: AskOptions,
): Promise<Manifest> {
  return await ask(
    place,
    { ...options, method: "describe", context: {} },
    (value) => {
      const manifest = toManifest(value);
      if (place.kind === "file") checkName(manifest, place.path);
      return manifest;
    },
  );
}

/**
 * Has a custom plan action plan for a jail.
 *
 * @returns the plan, which is safer than one of a built-in action: it never has commands
 * @throws {PluginFileError} when its file may not be used
 * @throws {HandlerError} when it makes no plan
 * @throws {ActionError} when the plan is not in the grammar, or names what is not its jail's
 */
export async function planInSandbox(
  path: string,
  context: PlanContext<unknown>,
  options: AskOptions,
): Promise<CustomPlan> {
  const place = { kind: "file", path } as const;
  return await ask(
    place,
    { ...options, method: "plan", context: { ...context } },
    (value) => validateCustomPlan(value, { action: path, jail: context.jail }),
  );
}

/** So that a person who reads the configuration finds the file, and an error its action. */
function checkName({ id }: Manifest, path: string): void {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.[jt]s$/, "");
  if (name === id) return;
  throw new MalformedError([`id: "${id}", expected the file's "${name}"`]);
}

interface Question extends AskOptions {
  readonly method: Method;
  readonly context: Readonly<Record<string, unknown>>;
}

async function ask<Answer>(
  place: PluginPlace,
  { program, ownUid, ids = NOBODY, ...question }: Question,
  read: (value: unknown) => Answer,
): Promise<Answer> {
  const { method, context, deadlineMs = DEADLINE_MS } = question;
  const code = readPluginCode(place, ownUid);
  const worker = place.kind === "file" ? place.path : place.id;
  const process = new SandboxProcess({
    program,
    ids,
    onSaid() {},
    onReady() {},
  });
  try {
    process.openWorker({ worker, code, net: [] });
    const call = { worker, method, batch: [], context, deadlineMs };
    return read(await process.call(call));
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    throw new HandlerError(
      `Cannot use action "${escapeText(worker, 200)}": ${
        escapeText(error.message)
      }`,
      { action: worker, reason: "malformed", cause: error },
    );
  } finally {
    process.kill("died", "it has answered");
    await process.ended;
  }
}
