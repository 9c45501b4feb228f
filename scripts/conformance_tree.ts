/**
 * Several configurations as one tree of files, so that one may include files of another.
 *
 * @module
 */

import { posix } from "node:path";
import { MACHINE_TREE, type TreeFiles } from "../importer/tree_files.ts";

/**
 * Shows folders beneath `/` by their names, and nothing else.
 *
 *     { "config": "/srv/a", "tests/config": "/srv/b" }   →   /tests/config/../../config/x is /srv/a/x
 *
 * @param folders by name, a path without a slash at its ends; may grow later
 */
export function createMountedTree(
  folders: ReadonlyMap<string, string>,
): TreeFiles {
  return {
    readText: (path) => within(path, MACHINE_TREE.readText, undefined),
    listFolder: (path) => within(path, MACHINE_TREE.listFolder, []),
    exists: (path) => within(path, MACHINE_TREE.exists, false),
  };

  function within<Result>(
    path: string,
    use: (real: string) => Result,
    absent: Result,
  ): Result {
    const whole = posix.normalize(path);
    for (const [name, folder] of folders) {
      if (whole === `/${name}`) return use(folder);
      if (whole.startsWith(`/${name}/`)) {
        return use(folder + whole.slice(name.length + 1));
      }
    }
    return absent;
  }
}
