/**
 * Starts scanning threads.
 *
 * @module
 */

/**
 * Starts a thread that may read beneath these folders, and nothing else: no network, no program, no writing, no library.
 *
 * @param roots absolute; granted to this process
 */
export function spawnScanWorker(roots: readonly string[]): Worker {
  // Bundler and compiler look for this very expression.
  return new Worker(new URL("./scan_worker.ts", import.meta.url), {
    type: "module",
    name: "scan",
    deno: { permissions: scanPermissions(roots) },
  });
}

/** @returns what such a thread is granted; kinds that are not named are denied */
export function scanPermissions(
  roots: readonly string[],
): Deno.PermissionOptionsObject {
  return { read: roots.length > 0 ? [...roots] : false };
}
