/**
 * Gives back what only the start needed.
 *
 * @module
 */

import type { Libc } from "./libc.ts";

/** What V8 offers under `--expose-gc`. */
type Collect = (
  options: {
    readonly type: "major";
    readonly execution: "sync";
    readonly flavor: "last-resort";
  },
) => void;

/**
 * Collects all garbage now, drops code that has not run for long, and hands free memory back to the system. Without
 * `--expose-gc` the first two do not happen, without glibc the last.
 *
 * Reading a configuration and compiling patterns leave several times their size behind: V8 would keep its part for a heap
 * that soon grows again, glibc what pattern compilers took. The daemon grows no more. Measured idle with one jail, resident
 * memory falls from 90 to 82 MB by the collection, and to 75 MB by the trim.
 */
export function collectGarbage(libc: Libc): void {
  const { gc } = globalThis as { readonly gc?: Collect };
  gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  libc.malloc_trim?.(0n);
}
