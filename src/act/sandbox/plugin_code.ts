/**
 * From where an action is to what a sandbox process loads.
 *
 * @module
 */

import { checkPluginFile } from "./check_plugin_file.ts";
import type { ActionCode } from "./messages.ts";
import type { PluginPlace } from "./types.ts";

/**
 * Reads a custom action's file; a built-in one is in the program.
 *
 * @throws {PluginFileError} when the file may not be used
 */
export function readPluginCode(
  place: PluginPlace,
  ownUid: number | null,
): ActionCode {
  if (place.kind === "built_in") return { builtIn: place.id };
  const { path, text } = checkPluginFile(place.path, { ownUid });
  return { text, language: path.endsWith(".js") ? "javascript" : "typescript" };
}

/** Tells which actions share a process: all built-in ones, and no two files. */
export function processKey(place: PluginPlace): string {
  return place.kind === "built_in" ? "built-in actions" : place.path;
}
