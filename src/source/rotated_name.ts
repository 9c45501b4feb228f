/**
 * Which names rotation gives to a log that was.
 *
 * @module
 */

/** Behind the whole name: `.1`, `-20261126`, `.2026-11-26`, `.old`. */
const BEHIND = /^(?:[.-]\d[\d.-]*|\.old)$/;

/** Between name and extension only a whole date: `worker-2.log` beside `worker.log` is a log of its own. */
const BETWEEN = /^[.-]\d{4}-?\d\d-?\d\d[\d.-]*$/;

/** No text that could be searched. */
const COMPRESSED = /\.(?:gz|zst|xz|bz2|lz4|Z)$/;

/** @returns whether the file's name says that it is compressed */
export function isCompressed(path: string): boolean {
  return COMPRESSED.test(path);
}

/**
 * Tells whether a file is what rotation left of a log, by their names.
 *
 *     auth.log.1, auth.log-20261126, auth.log.old     of auth.log
 *     app-20261126.log, app-2026-11-26.log            of app.log
 *
 * @param logs paths of logs
 */
export function isRotated(path: string, logs: ReadonlySet<string>): boolean {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const name = path.slice(folder.length);
  const dot = name.lastIndexOf(".");
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const extension = name.slice(stem.length);
  for (let at = 1; at < name.length; at++) {
    if (name[at] !== "." && name[at] !== "-") continue;
    const before = folder + name.slice(0, at);
    if (logs.has(before) && BEHIND.test(name.slice(at))) return true;
    const isInStem = at < stem.length && logs.has(before + extension);
    if (isInStem && BETWEEN.test(stem.slice(at))) return true;
  }
  return false;
}
