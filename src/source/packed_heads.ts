/**
 * How packed files begin when they are unpacked, each looked up once.
 *
 * @module
 */

import { unpackHead } from "./packed_reader.ts";
import type { RotatedFile } from "./rotated_files.ts";

const UNKNOWN = new Uint8Array(0);

/** Heads of packed files, by the file and not by its name. */
export class PackedHeads {
  readonly #heads = new Map<string, Uint8Array>();
  readonly #wanted = new Map<string, RotatedFile>();

  /** Whether all that were asked for are known. */
  get isComplete(): boolean {
    return this.#wanted.size === 0;
  }

  /** @returns the first bytes that it unpacks to; none before they are learnt */
  of(file: RotatedFile): Uint8Array {
    const key = keyOf(file);
    const head = this.#heads.get(key);
    if (head === undefined) this.#wanted.set(key, file);
    return head ?? UNKNOWN;
  }

  /** Learns those that were asked for. */
  async learn(): Promise<void> {
    for (const [key, { path }] of this.#wanted) {
      this.#heads.set(key, await unpackHead(path));
    }
    this.#wanted.clear();
  }
}

function keyOf({ device, inode, modifiedMs }: RotatedFile): string {
  return `${device} ${inode} ${modifiedMs}`;
}
