/**
 * A log to which all happens that may happen to one, and the model of what is to be read of it.
 *
 * @module
 */

import { gzipSync } from "node:zlib";
import { isThere } from "../support/is_there.ts";
import { append, toBytes, writeAll } from "./tail_fixture.ts";

/** What comes when the old file is given up already. */
export type Late = "nothing" | "line" | "part";

/** What happens to a log once. */
export type LogStep =
  | { readonly kind: "append"; readonly lines: number }
  | { readonly kind: "appendPart" }
  | { readonly kind: "rename"; readonly late: Late }
  | { readonly kind: "truncate" }
  | { readonly kind: "remove"; readonly late: Late }
  /** The copy holds lines that are written just before it is made. */
  | { readonly kind: "copytruncate"; readonly late: Late }
  /** The next line makes it anew. */
  | { readonly kind: "vanish" }
  /** The path, a symbolic link, leads to another file. */
  | { readonly kind: "switch"; readonly late: Late }
  /** Renamed and packed. */
  | { readonly kind: "pack"; readonly late: Late }
  /** Rotated files that were read are removed, so that their inodes are given to others. */
  | { readonly kind: "expire" };

/** Writes numbered text to the log, so that no two files begin alike, and knows all that was written. */
export class LogWriter {
  readonly path: string;
  written = "";
  /** Rotations and truncations that a tail can see. */
  rotations = 0;
  #count = 0;
  #targets = 0;
  #rotated = 0;
  /** Whether rotated files hold nothing that is still to be read. */
  #canExpire = false;
  /** Whether the file that was read last is known by its inode alone. */
  #isNameless = false;

  /** Makes the log. @param isLink whether its path is a symbolic link */
  constructor(path: string, { isLink }: { readonly isLink: boolean }) {
    this.path = path;
    if (isLink) Deno.symlinkSync(this.#makeTarget(), path);
    else append(path, "");
  }

  /** Nobody reads from now on. @param isNameless whether the reader's last file was empty when it was begun */
  beginDowntime(
    { read, isNameless }: { read: string; isNameless: boolean },
  ): void {
    this.#isNameless = isNameless;
    this.#canExpire = !isNameless && read === this.written;
  }

  /** Does it; on a log that is not there writes a line instead. */
  run(step: LogStep): void {
    if (!isThere(this.path)) {
      append(this.path, this.#note("\n"));
      this.rotations++;
      return;
    }
    switch (step.kind) {
      case "append":
        for (let line = 0; line < step.lines; line++) {
          append(this.path, this.#note("\n"));
        }
        return;
      case "appendPart":
        return append(this.path, this.#note(" and "));
      case "truncate":
        return this.#truncate();
      case "copytruncate":
        return this.#copyAndTruncate(step.late);
      case "vanish":
        return Deno.removeSync(this.path);
      case "expire":
        return this.#expire();
      default:
        return this.#replace(step);
    }
  }

  #truncate(): void {
    if (Deno.statSync(this.path).size > 0) this.rotations++;
    // The call does not follow links.
    Deno.truncateSync(Deno.realPathSync(this.path), 0);
  }

  #replace(
    { kind, late }: LogStep & {
      readonly kind: "rename" | "pack" | "remove" | "switch";
    },
  ): void {
    const old = Deno.openSync(this.path, { append: true });
    if (kind === "remove") Deno.removeSync(this.path);
    else if (kind !== "switch") {
      this.#shift();
      Deno.renameSync(this.path, `${this.path}.1`);
    }
    writeAll(old, toBytes(this.#noteLate(late)));
    if (kind === "switch") {
      Deno.symlinkSync(this.#makeTarget(), `${this.path}.new`);
      Deno.renameSync(`${this.path}.new`, this.path);
    } else append(this.path, "");
    old.close();
    if (kind === "pack" && !this.#isNameless) pack(`${this.path}.1`);
    this.rotations++;
  }

  /** What a file was begun with tells its copy from others, so one that is empty is only truncated. */
  #copyAndTruncate(late: Late): void {
    if (Deno.statSync(this.path).size === 0 || this.#isNameless) return;
    append(this.path, this.#noteLate(late));
    this.#shift();
    Deno.copyFileSync(this.path, `${this.path}.1`);
    Deno.truncateSync(this.path, 0);
    this.rotations++;
  }

  /** As logrotate does: each number goes up. */
  #shift(): void {
    this.#canExpire = false;
    for (let number = this.#rotated++; number > 0; number--) {
      for (const end of ["", ".gz"]) {
        const name = `${this.path}.${number}${end}`;
        if (!isThere(name)) continue;
        Deno.renameSync(name, `${this.path}.${number + 1}${end}`);
      }
    }
  }

  #expire(): void {
    if (!this.#canExpire) return;
    for (let number = this.#rotated; number > 0; number--) {
      for (const end of ["", ".gz"]) {
        const name = `${this.path}.${number}${end}`;
        if (isThere(name)) Deno.removeSync(name);
      }
    }
    this.#rotated = 0;
  }

  #makeTarget(): string {
    const target = `${this.path}-target-${++this.#targets}`;
    append(target, "");
    return target;
  }

  #noteLate(late: Late): string {
    return late === "nothing"
      ? ""
      : this.#note(late === "line" ? "\n" : " and ");
  }

  #note(ending: string): string {
    const text = `${String(++this.#count).padStart(6, "0")} x${ending}`;
    this.written += text;
    return text;
  }
}

/** The packed file keeps the time of the plain one, as logrotate has it. */
function pack(path: string): void {
  const { mtime } = Deno.statSync(path);
  Deno.writeFileSync(`${path}.gz`, gzipSync(Deno.readFileSync(path)));
  if (mtime) Deno.utimeSync(`${path}.gz`, mtime, mtime);
  Deno.removeSync(path);
}
