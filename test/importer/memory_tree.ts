import type { TreeFiles } from "../../importer/tree_files.ts";

/** A tree in memory: paths to texts. Asking for a path in `broken` throws what stands there. */
export function createMemoryTree(
  texts: Readonly<Record<string, string>>,
  broken: Readonly<Record<string, Error>> = {},
): TreeFiles {
  return {
    readText(path) {
      const error = broken[path];
      if (error !== undefined) throw error;
      return texts[path];
    },
    listFolder: (folder) =>
      Object.keys(texts).filter((path) =>
        path.startsWith(`${folder}/`) &&
        !path.slice(folder.length + 1).includes("/")
      ).map((path) => path.slice(folder.length + 1)),
    exists: (path) => path in texts || path in broken,
  };
}
