/**
 * "Did you mean …": the known word that a mistyped one resembles.
 *
 * @module
 */

/**
 * Finds the candidate with the fewest letters to insert, drop, change or swap; case, `_`, `-` and `.` do not count.
 *
 * @param word what was written
 * @returns the nearest candidate, or undefined where none is near: more than a third of the letters would change
 */
export function suggest(
  word: string,
  candidates: Iterable<string>,
): string | undefined {
  const folded = fold(word);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(folded.length / 3)) + 1;
  if (folded.length > 64) return undefined;
  for (const candidate of candidates) {
    const distance = measureDistance(folded, fold(candidate));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function fold(word: string): string {
  return word.toLowerCase().replaceAll(/[_.-]/g, "");
}

/** Edit distance with swaps of neighbours (optimal string alignment), three rows at a time. */
function measureDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] &&
        a[i - 2] === b[j - 1];
      if (isSwap) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
