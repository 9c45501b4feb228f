/**
 * File name patterns as Python's `glob` takes them, without `**`.
 *
 * @module
 */

/** Files that one pattern may come to. */
const MAX_FILES = 10_000;

/** How folders are looked at. */
export interface GlobFiles {
  /** @returns names in it, in any order; may throw where it cannot be listed */
  listFolder(path: string): readonly string[];
  exists(path: string): boolean;
}

/** @returns whether the path is a pattern */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/** @returns the folder above the first part that is a pattern: `/srv` of `/srv/www-*.log` */
export function globRoot(pattern: string): string {
  const parts = pattern.split("/");
  return parts.slice(0, parts.findIndex(isGlob)).join("/") || "/";
}

/** @returns existing paths that the absolute pattern matches, sorted, 10,000 at the most */
export function expandGlob(pattern: string, files: GlobFiles): string[] {
  let found = [""];
  for (const part of pattern.split("/").slice(1)) {
    found = isGlob(part)
      ? found.flatMap((folder) =>
        listMatches(folder, part, files).map((name) => `${folder}/${name}`)
      ).slice(0, MAX_FILES)
      : found.map((folder) => `${folder}/${part}`);
  }
  return found.filter((path) => files.exists(path)).sort();
}

function listMatches(
  folder: string,
  part: string,
  files: GlobFiles,
): readonly string[] {
  try {
    return files.listFolder(folder === "" ? "/" : folder)
      .filter((name) => matchesName(name, part));
  } catch {
    // A folder that may not be listed has no files that could be read.
    return [];
  }
}

/** Compares without a regular expression: `*a*a*a*…` would take a backtracking one hours. */
function matchesName(name: string, part: string): boolean {
  if (name.startsWith(".") && !part.startsWith(".")) return false;
  const steps = part.match(/\*+|\[!?\]?[^\]]*\]|./gs) ?? [];
  let open = new Set([0]);
  for (const step of steps) {
    const next = new Set<number>();
    if (step.startsWith("*")) {
      for (let at = Math.min(...open); at <= name.length; at++) next.add(at);
    } else {
      for (const at of open) {
        if (at < name.length && matchesChar(name[at] ?? "", step)) {
          next.add(at + 1);
        }
      }
    }
    if (next.size === 0) return false;
    open = next;
  }
  return open.has(name.length);
}

function matchesChar(char: string, step: string): boolean {
  if (step === "?") return true;
  if (step.length === 1) return char === step;
  const isNegated = step.startsWith("[!");
  const members = step.slice(isNegated ? 2 : 1, -1);
  let isIn = false;
  for (let at = 0; at < members.length; at++) {
    const from = members[at] ?? "";
    const to = members[at + 1] === "-" ? members[at + 2] : undefined;
    isIn ||= to === undefined ? char === from : char >= from && char <= to;
    if (to !== undefined) at += 2;
  }
  return isIn !== isNegated;
}
