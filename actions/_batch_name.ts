/**
 * A name by which a far side can tell that it is told twice.
 *
 * @module
 */

import type { BanEntry } from "../src/act/contract.ts";

/**
 * @returns `ban-4711-8f14e45fceea167a`: the same for the same entries only, since whoever has seen it may leave the message
 */
export async function nameBatch(
  event: "ban" | "unban",
  batch: readonly BanEntry[],
): Promise<string> {
  const ids = batch.map(({ id }) => id).join();
  const bytes = new TextEncoder().encode(ids);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const hash = new Uint8Array(digest, 0, 8).toHex();
  return `${event}-${batch[0]?.id}-${hash}`;
}
