/**
 * Gives back what only the start needed.
 *
 * @module
 */

/** What V8 offers under `--expose-gc`. */
type Collect = (
  options: {
    readonly type: "major";
    readonly execution: "sync";
    readonly flavor: "last-resort";
  },
) => void;

/**
 * Collects all garbage now, and drops code that has not run for long. Without `--expose-gc` it does nothing.
 *
 * Reading a configuration leaves several times its size behind, which V8 would keep for a heap that soon grows again; the
 * daemon's does not. Measured idle with one jail, resident memory falls from 86 to 78 MB.
 */
export function collectGarbage(): void {
  const { gc } = globalThis as { readonly gc?: Collect };
  gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
}
