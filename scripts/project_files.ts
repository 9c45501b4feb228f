/**
 * Lists the project's own files.
 *
 * @module
 */

/** Folders that hold nothing of ours; hidden ones are left out as well. */
const FOREIGN_FOLDERS: readonly string[] = ["dist", "node_modules"];

/**
 * Lists files with one of these endings, sorted.
 *
 * @param root folder, absolute
 * @param endings for example `[".ts"]`
 * @returns paths from `root`, for example `src/util/log.ts`
 */
export function projectFiles(
  root: string,
  endings: readonly string[],
): readonly string[] {
  const found: string[] = [];
  visit("");
  return found.sort();

  function visit(folder: string): void {
    for (const entry of Deno.readDirSync(`${root}/${folder}`)) {
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory) {
        const isForeign = entry.name.startsWith(".") ||
          FOREIGN_FOLDERS.includes(entry.name);
        if (!isForeign) visit(`${path}/`);
      } else if (
        entry.isFile && endings.some((ending) => entry.name.endsWith(ending))
      ) {
        found.push(path);
      }
    }
  }
}
