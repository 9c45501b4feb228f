/**
 * `fail2deno action list`.
 *
 * @module
 */

import { type ActionSummary, BUILT_IN_HEADS } from "../act/built_in_heads.ts";
import type { OptionSchema } from "../act/contract.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import type { Invocation } from "./command.ts";
import { configFile, DEFAULT_CONFIG_FILE, print } from "./setup.ts";
import { formatTable } from "./table.ts";

/** Asks a file what it is, without giving it a chance to do anything. */
export type ManifestReader = (path: string) => Promise<ActionSummary>;

/** An action that may be chosen. */
export interface ListedAction extends Partial<ActionSummary> {
  readonly id: string;
  /** Path of its file; absent for those of the program. */
  readonly path?: string;
  /** Why its file cannot be used. */
  readonly problem?: string;
}

/** Names of files that can be actions. */
const FILE = /^([a-z][a-z0-9_]{0,31})\.(?:ts|js|mjs)$/;

/** Tells what there is, and what each may do. */
export async function listActions(
  invocation: Invocation,
  readManifest?: ManifestReader,
): Promise<ExitCode> {
  const file = configFile(invocation) ?? DEFAULT_CONFIG_FILE;
  const folder = file.replace(/[^/]*$/, "actions");
  const files = await Promise.all(
    findFiles(folder).map((one) => describeFile(one, readManifest)),
  );
  const actions = [...BUILT_IN_HEADS, ...files];
  print(invocation, actions, () => format(actions));
  return EXIT.ok;
}

function findFiles(folder: string): readonly ListedAction[] {
  try {
    return [...Deno.readDirSync(folder)].flatMap(({ name }) => {
      const id = FILE.exec(name)?.[1];
      return id === undefined ? [] : [{ id, path: `${folder}/${name}` }];
    }).sort((one, other) => one.id < other.id ? -1 : 1);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function describeFile(
  listed: ListedAction,
  readManifest: ManifestReader | undefined,
): Promise<ListedAction> {
  if (readManifest === undefined || listed.path === undefined) return listed;
  try {
    return { ...listed, ...await readManifest(listed.path) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { ...listed, problem };
  }
}

function format(actions: readonly ListedAction[]): string {
  return formatTable(
    ["ACTION", "KIND", "REACHES", "WHAT IT DOES"],
    actions.map((action) => [
      action.id,
      action.kind ?? "file",
      describeReach(action),
      action.problem ?? action.describe ?? action.path ?? "",
    ]),
  );
}

/** A plan action reaches nothing itself: the core carries out what it plans. */
function describeReach({ permissions, options = {} }: ListedAction): string {
  if (permissions === undefined) return "?";
  const places = (permissions.net ?? []).map((place) => {
    const [, name] = /^\{(.+)\}$/.exec(place) ?? [];
    return name === undefined ? place : describeOption(name, options[name]);
  });
  return places.join(", ") || "-";
}

function describeOption(
  name: string,
  option: OptionSchema | undefined,
): string {
  const url = typeof option?.default === "string"
    ? URL.parse(option.default)
    : null;
  return url === null ? `host in ${name}` : url.host;
}
