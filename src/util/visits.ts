/**
 * Who waits for an answer of this process: work that is done in turns lets them be answered before its next one.
 *
 * @module
 */

/** So long a visitor is waited for: one who says nothing must not hold anything up. */
const PATIENCE_MS = 50;

const visitors = new Set<WeakKey>();

/** When the last one came. */
let latest = -Infinity;

/** Somebody came, and will ask for something. */
export function beginVisit(visitor: WeakKey): void {
  visitors.add(visitor);
  latest = performance.now();
}

/** Has been answered, or is gone. */
export function endVisit(visitor: WeakKey): void {
  visitors.delete(visitor);
}

/** @returns whether somebody waits who came a short while ago */
export function isVisited(): boolean {
  return visitors.size > 0 && performance.now() - latest < PATIENCE_MS;
}
