/**
 * What loading a configuration needs to know of actions: those that are with the program, and files of one's own.
 *
 * @module
 */

import type { ActionHead } from "../act/contract.ts";
import { BUILT_IN_ACTIONS } from "../act/handlers/built_in_actions.ts";
import type { ActionAccess } from "../config/action_manifest.ts";
import { findPluginFiles } from "../config/plugin_files.ts";
import { MACHINE_FILES } from "../config/read_text.ts";
import { MACHINE_SECRETS } from "../config/secret_reader.ts";

/** Asks a module what it says of itself, in a process of its own. @throws {Error} why the file cannot be used */
export type ManifestReader = (path: string) => Promise<ActionHead>;

/** How actions are reached. */
export interface ActionAccessOptions {
  /** The configuration; absent: the embedded one. */
  readonly file?: string | undefined;
  /** Absent: files of one's own cannot be used. */
  readonly readManifest?: ManifestReader | undefined;
  /** Whether this is not the service itself, whose credentials are then out of reach. */
  readonly isOutside: boolean;
}

/** Reads what the files that the configuration names say of themselves. */
export async function loadActionAccess(
  { file, readManifest = refuse, isOutside }: ActionAccessOptions,
): Promise<ActionAccess> {
  const paths = findPluginFiles(file, MACHINE_FILES);
  const heads = new Map(
    await Promise.all(
      paths.map(async (path) =>
        [path, await attempt(path, readManifest)] as const
      ),
    ),
  );
  return {
    ...MACHINE_SECRETS,
    isOutside,
    builtIns: Object.keys(BUILT_IN_ACTIONS),
    manifestOf(place) {
      if (place.kind === "file") return heads.get(place.path);
      if (!Object.hasOwn(BUILT_IN_ACTIONS, place.id)) return undefined;
      const action = BUILT_IN_ACTIONS[place.id];
      return action && { ...action, methods: Object.keys(action) };
    },
  };
}

async function attempt(
  path: string,
  readManifest: ManifestReader,
): Promise<ActionHead | Error> {
  try {
    return await readManifest(path);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function refuse(path: string): Promise<ActionHead> {
  return Promise.reject(
    new Error(
      `Cannot use action "${path}": this program has no sandbox, expected a plugin that is with it`,
    ),
  );
}
