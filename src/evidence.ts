/**
 * Remembers which lines counted against a host, and finds their text again when somebody asks.
 *
 * Of a line in a file only its place is kept; of a line that stands in none (the journal, a stream, a ban of another jail),
 * or in another encoding, the text, in a ring that all share. docs/decisions/0031.
 *
 * @module
 */

import type { Failure } from "./match/types.ts";
import type { Passage } from "./scan/types.ts";
import { readLineAt } from "./source/read_line_at.ts";
import { EvidenceTable, type LineMark } from "./track/evidence_table.ts";
import type { DatedHost } from "./track/failure_table.ts";
import type { Verdict } from "./track/types.ts";
import type { Network } from "./util/address.ts";
import { TextRing } from "./util/text_ring.ts";

/** What evidence needs of the tracker. */
export interface EvidenceOptions {
  /** Two random words that nobody outside the process knows. */
  readonly seed: Uint32Array;
  /** Whom a jail counts a host's failures for; undefined for an unknown jail. */
  readonly countedAs: (jail: string, host: DatedHost) => Network | undefined;
}

/** A line that counted. */
export interface EvidenceLine {
  readonly timeSeconds: number;
  /** Index of the pattern that hit. */
  readonly pattern: number;
  /** The path as configured; of the journal `journal:` and its match; absent where it is not known any more. */
  readonly source: string | undefined;
  /** Without its newline; undefined where it cannot be read any more. */
  readonly text: string | undefined;
}

/** Hosts of all jails whose lines are remembered: 1 MB when all of them are. */
const MOST_HOSTS = 4096;

/** Files that lines are remembered in; a rotation makes a new one. */
const MOST_FILES = 1024;

const RING_BYTES = 1 << 18;
const LONGEST_TEXT = 1024;

/** Where lines stand. */
interface KnownFile {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  /** Whether the lines are in the ring. */
  readonly isRing: boolean;
}

/** See the module. */
export class Evidence {
  readonly #options: EvidenceOptions;
  readonly #table: EvidenceTable;
  readonly #ring = new TextRing({ size: RING_BYTES, longest: LONGEST_TEXT });
  readonly #jails = new Map<string, number>();
  readonly #files = new Map<number, KnownFile>();
  readonly #numbers = new Map<string, number>();
  #lastFile = 0;
  #passage: Passage | undefined;
  /** Number of the passage's file; 0: not looked up yet. */
  #passageFile = 0;
  /** One for all lines. */
  readonly #mark = {
    ...{ file: 0, offset: 0, byteLength: 0, pattern: 0, timeSeconds: 0 },
  };

  constructor(options: EvidenceOptions) {
    this.#options = options;
    const { seed } = options;
    this.#table = new EvidenceTable({ capacity: MOST_HOSTS, seed });
  }

  /** The failures that come next were found there; undefined: not in a file that is known. */
  enter(passage: Passage | undefined): void {
    if (passage === this.#passage) return;
    this.#passage = passage;
    this.#passageFile = 0;
  }

  /** Remembers the line of a failure that counted. */
  note(failure: Failure, verdict: Verdict): void {
    if (verdict !== "counted" && verdict !== "banned") return;
    const host = this.#options.countedAs(failure.jail, failure);
    if (host === undefined) return;
    const jail = this.#jailNumber(failure.jail);
    this.#fillMark(failure);
    this.#table.note(host, jail, this.#mark);
    if (verdict === "banned") this.#table.keep(host, jail);
  }

  /** @returns the lines that counted last, the oldest first, read again from where they stand */
  linesOf(jail: string, host: Network): EvidenceLine[] {
    const number = this.#jails.get(jail);
    if (number === undefined) return [];
    return this.#table.marksOf(host, number).map((mark) => this.#read(mark));
  }

  #fillMark(failure: Failure): void {
    const mark = this.#mark;
    const { offset = -1, byteLength = 0 } = failure;
    const isInFile = offset >= 0 && this.#passage?.position !== undefined;
    mark.pattern = failure.pattern;
    mark.timeSeconds = Math.max(0, failure.timeSeconds);
    mark.file = isInFile
      ? this.#passageFile ||= this.#fileNumber(isInFile)
      : this.#fileNumber(isInFile);
    mark.offset = isInFile ? offset : this.#ring.write(failure.line);
    mark.byteLength = isInFile ? byteLength : this.#ring.lastLength;
  }

  #jailNumber(name: string): number {
    const known = this.#jails.get(name);
    if (known !== undefined) return known;
    const number = this.#jails.size;
    this.#jails.set(name, number);
    return number;
  }

  #fileNumber(isInFile: boolean): number {
    const path = this.#passage?.source ?? "";
    const { device = 0, inode = 0 } = isInFile
      ? this.#passage?.position ?? {}
      : {};
    const key = `${device} ${inode} ${path}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#numbers.size >= MOST_FILES) this.#forgetOldestFile();
    const number = ++this.#lastFile;
    this.#numbers.set(key, number);
    this.#files.set(number, { path, device, inode, isRing: !isInFile });
    return number;
  }

  #forgetOldestFile(): void {
    for (const [key, number] of this.#numbers) {
      this.#numbers.delete(key);
      this.#files.delete(number);
      return;
    }
  }

  #read(mark: LineMark): EvidenceLine {
    const file = this.#files.get(mark.file);
    return {
      timeSeconds: mark.timeSeconds,
      pattern: mark.pattern,
      source: file === undefined || file.path === "" ? undefined : file.path,
      text: file === undefined ? undefined : this.#textOf(file, mark),
    };
  }

  #textOf(file: KnownFile, { offset, byteLength }: LineMark) {
    if (file.isRing) {
      const text = this.#ring.read(offset, byteLength);
      return text === "" ? undefined : text;
    }
    return readLineAt({ ...file, offset, byteLength });
  }
}
