/**
 * Going on where an earlier run stopped, also in files that were renamed, copied or packed since.
 *
 *     saved: auth.log, inode 7, 5,000 bytes       now: auth.log.2.gz, auth.log.1 inode 8, auth.log inode 9
 *     read: auth.log.2.gz from 5,000, auth.log.1, auth.log
 *
 * A renamed file is found by its inode; one that was copied or packed by how it begins.
 *
 * @module
 */

import type { EarlierLog } from "./earlier_log.ts";
import { startsWith } from "./file_head.ts";
import { isSameFile } from "./file_identity.ts";
import { FileReader } from "./file_reader.ts";
import { PackedHeads } from "./packed_heads.ts";
import { openPacked } from "./packed_reader.ts";
import { listRotated, type RotatedFile } from "./rotated_files.ts";
import type { Position } from "./types.ts";

/** What an earlier run left. */
export interface ResumptionOptions {
  /** The path as configured. */
  readonly path: string;
  /** Where it stopped in the files that bore the path, the older file first. */
  readonly positions: readonly Position[];
  /** Longest line that is handed out. */
  readonly maxLineBytes: number;
  /** Told of a packed file that cannot be read to its end. */
  readonly onDamage: (path: string, error: unknown) => void;
}

/** At a folder whose files are being renamed. */
const MOST_LOOKS = 5;

/** Finds the files of an earlier run again. */
export class Resumption {
  /** Files that bore the path before, to be read to their end, the oldest first. They are open: the caller closes them. */
  readonly earlier: readonly EarlierLog[];
  /** What bore the path when the others were looked for; the caller closes it. */
  readonly live: FileReader | undefined;
  readonly #positions: readonly Position[];

  private constructor(
    { earlier, live }: Pick<Resumption, "earlier" | "live">,
    positions: readonly Position[],
  ) {
    this.earlier = earlier;
    this.live = live;
    this.#positions = positions;
  }

  /** Looks into the log's folder; where that cannot be read nothing is found. */
  static async begin(options: ResumptionOptions): Promise<Resumption> {
    const { positions } = options;
    const heads = new PackedHeads();
    for (let looks = 1; positions.length > 0; looks++) {
      const look = new Look(options, heads);
      const isLast = looks >= MOST_LOOKS;
      if (heads.isComplete && (isLast || !look.isStale)) {
        return new Resumption(look, positions);
      }
      look.close();
      await heads.learn();
    }
    return new Resumption({ earlier: [], live: undefined }, positions);
  }

  /**
   * Tells where to begin in the file that bears the path now.
   *
   * @returns bytes from its beginning; undefined where no file of the earlier run was found
   */
  startIn(reader: FileReader): number | undefined {
    const known = this.#positions.findLast((each) => reader.holds(each));
    if (known !== undefined) return known.offset;
    return this.earlier.length > 0 ? 0 : undefined;
  }
}

/** A file of the earlier run, and where it lies among the others. */
interface Place {
  readonly log: EarlierLog;
  readonly index: number;
}

/** All that is open after one look at the folder. */
class Look {
  readonly live: FileReader | undefined;
  readonly earlier: EarlierLog[] = [];
  /** Whether a file was renamed or removed meanwhile. */
  isStale = false;
  readonly #options: ResumptionOptions;
  readonly #heads: PackedHeads;
  readonly #files: readonly RotatedFile[];

  constructor(options: ResumptionOptions, heads: PackedHeads) {
    this.#options = options;
    this.#heads = heads;
    // First of all, so that what is renamed meanwhile is known to come last.
    this.live = this.#openLive();
    const files = listRotated(options.path);
    const own = files.findIndex((file) => this.live?.isOpen(file));
    this.#files = own < 0 ? files : files.slice(0, own);
    this.#findEarlier();
  }

  close(): void {
    this.live?.close();
    for (const log of this.earlier) log.close();
  }

  #findEarlier(): void {
    const { positions } = this.#options;
    const newest = positions.at(-1);
    if (newest === undefined) return;
    const isLive = this.live?.holds(newest) === true;
    const last = isLive ? undefined : this.#findLast(positions);
    const end = last?.index ?? this.#files.length;
    for (const position of positions.slice(0, -1)) {
      // One that was left empty is known by its inode alone, which others get once it is removed.
      if (position.head.length === 0) continue;
      const former = this.#findRenamed(position);
      if (former === undefined) continue;
      if (former.index < end) this.earlier.push(former.log);
      else former.log.close();
    }
    if (last === undefined) return;
    this.earlier.push(last.log);
    for (const file of this.#listAfter(last.index)) {
      const log = this.#open(file);
      if (log !== undefined) this.earlier.push(log);
    }
  }

  /** A file that was empty cannot be known again by how it begins; but it came right behind its predecessor. */
  #findLast(positions: readonly Position[]): Place | undefined {
    const [former, newest] = positions.length > 1
      ? positions.slice(-2)
      : [undefined, positions.at(-1)];
    if (newest === undefined) return undefined;
    const isNameless = newest.head.length === 0 && former !== undefined;
    return this.#find(newest) ?? (isNameless ? this.#find(former) : undefined);
  }

  #find(position: Position): Place | undefined {
    return this.#findRenamed(position) ?? this.#findCopy(position);
  }

  #findRenamed(position: Position): Place | undefined {
    const index = this.#files.findIndex((file) =>
      !file.isPacked && isSameFile(file, position)
    );
    return this.#openAt(index, position);
  }

  /** The newest one, where several begin alike. */
  #findCopy(position: Position): Place | undefined {
    if (position.head.length === 0) return undefined;
    const files = this.#files;
    for (let index = files.length - 1; index >= 0; index--) {
      const isCandidate = files[index]?.isNumbered === true;
      const found = isCandidate && this.#openAt(index, position);
      if (found) return found;
    }
    return undefined;
  }

  #openAt(index: number, position: Position): Place | undefined {
    const file = this.#files[index];
    const log = file && this.#open(file, position);
    return log && { log, index };
  }

  #listAfter(index: number): readonly RotatedFile[] {
    const last = this.#files[index];
    const sinceMs = last?.isNumbered === false ? last.modifiedMs : 0;
    return this.#files.slice(index + 1).filter((file) =>
      file.isNumbered && file.modifiedMs >= sinceMs
    );
  }

  /** @returns the file at its place, or undefined where it is another one, or cannot be read */
  #open(file: RotatedFile, position?: Position): EarlierLog | undefined {
    try {
      return file.isPacked
        ? this.#openPacked(file, position)
        : this.#openPlain(file, position);
    } catch {
      // Gone, or not to be read: then its lines are lost, as they would have been for any reader.
      this.isStale = true;
      return undefined;
    }
  }

  #openPlain(file: RotatedFile, position?: Position): FileReader | undefined {
    const { maxLineBytes } = this.#options;
    const reader = new FileReader(file.path, maxLineBytes, position);
    const isListed = reader.isOpen(file);
    const isWanted = position === undefined ||
      (reader.isCopy ? reader.isCopyOf(position) : reader.holds(position));
    if (isListed && isWanted) {
      reader.moveTo(position?.offset ?? 0);
      return reader;
    }
    this.isStale ||= !isListed;
    reader.close();
    return undefined;
  }

  #openPacked(file: RotatedFile, position?: Position): EarlierLog | undefined {
    const { maxLineBytes, onDamage } = this.#options;
    if (position !== undefined && !this.#beginsWith(file, position.head)) {
      return undefined;
    }
    return openPacked(file, { maxLineBytes, position, onDamage });
  }

  #beginsWith(file: RotatedFile, head: Uint8Array): boolean {
    const packed = this.#heads.of(file);
    return packed.length >= head.length && startsWith(packed, head) &&
      head.some((byte) => byte !== 0);
  }

  /** Where it cannot be opened, that is told by whoever follows the path. */
  #openLive(): FileReader | undefined {
    try {
      return new FileReader(this.#options.path, this.#options.maxLineBytes);
    } catch {
      return undefined;
    }
  }
}
