/**
 * A log that a program writes steadily while it is rotated: every line names a host of its own.
 *
 * @module
 */

import { syslogTime } from "./daemon.ts";

/** Programs do not open their log again in the moment in which it is renamed. */
const REOPEN_AFTER_MS = 25;

/** A log with its writer. */
export class RotatedLog implements Disposable {
  readonly path: string;
  /** Lines written so far. */
  written = 0;
  #file: Deno.FsFile;
  #inode: number | null;
  #lostSinceMs: number | undefined;

  /** Makes it. */
  constructor(path: string) {
    this.path = path;
    this.#file = openToAppend(path);
    this.#inode = this.#file.statSync().ino;
  }

  /** Writes lines until there are `count`; each piece by one call, as a program does that buffers some lines. */
  writeUpTo(count: number): void {
    this.#openAgain();
    const begin = `${syslogTime(new Date())} box app[7]: failed from `;
    while (this.written < count) {
      let piece = "";
      const end = Math.min(count, this.written + 25);
      while (this.written < end) {
        piece += `${begin}${hostOf(this.written++)}\n`;
      }
      const bytes = new TextEncoder().encode(piece);
      if (this.#file.writeSync(bytes) !== bytes.length) {
        throw new Error(
          `Cannot write "${this.path}": disk full, expected room`,
        );
      }
    }
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #openAgain(): void {
    if (inodeOf(this.path) === this.#inode) return;
    const nowMs = performance.now();
    this.#lostSinceMs ??= nowMs;
    if (nowMs - this.#lostSinceMs < REOPEN_AFTER_MS) return;
    this.#lostSinceMs = undefined;
    this.#file.close();
    this.#file = openToAppend(this.path);
    this.#inode = this.#file.statSync().ino;
  }
}

/** @returns the host of the line with that number, from 0 */
function hostOf(line: number): string {
  return `10.${line >> 16}.${(line >> 8) & 255}.${line & 255}`;
}

/** @returns the number of the line that names the host */
export function lineOf(host: string): number {
  const [, high = 0, middle = 0, low = 0] = host.split(".").map(Number);
  return high << 16 | middle << 8 | low;
}

function openToAppend(path: string): Deno.FsFile {
  return Deno.openSync(path, { append: true, create: true });
}

function inodeOf(path: string): number | null {
  try {
    return Deno.statSync(path).ino;
  } catch {
    return null;
  }
}
