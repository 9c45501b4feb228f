/**
 * Reads what `journalctl -o export` writes: entries of fields, as bytes, without making a text of any.
 *
 *     __CURSOR=s=73a6…;i=5d1;…          a field
 *     MESSAGE                            one with bytes that are no text: its length as 64 bits, little endian,
 *     \x07\0\0\0\0\0\0\0two\nsix         then its bytes
 *                                        an empty line ends the entry
 *
 * An entry takes 0.6 µs where `-o json` takes 5 µs to parse, and journalctl writes it twice as fast.
 *
 * @module
 */

const NEWLINE = 10;
const EQUALS = 61;
const LENGTH_BYTES = 8;

/** A field may come many times; more of one entry than that are left out. */
const MAX_VALUES = 64;

/** The largest message is 1 MiB, and the other fields of an entry are small. */
const MAX_ENTRY_BYTES = 4 * 1024 * 1024;

const FIRST_BUFFER_BYTES = 256 * 1024;

const NO_EXPORT =
  "Cannot read the journal's export: a value does not end where it says, expected a newline";

/** The values of one entry, valid only during the call that hands it over. */
export interface EntryView {
  /** Holds the values, and much else. */
  readonly bytes: Uint8Array;
  /** How many values there are. */
  readonly count: number;
  /** For each value, which of the wanted fields it is of. */
  readonly fields: Uint16Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Whether a value was left out because it was longer than the limit. */
  readonly isCut: boolean;
}

/** How to read. */
export interface ExportParserOptions {
  /** Names of the fields that are handed over; all others are passed over. */
  readonly fields: readonly string[];
  /** Longest value that is handed over. */
  readonly maxValueBytes: number;
  readonly onEntry: (entry: EntryView) => void;
}

/** Takes the output in pieces of any size. */
export class ExportParser implements EntryView {
  bytes: Uint8Array = new Uint8Array(FIRST_BUFFER_BYTES);
  count = 0;
  isCut = false;
  readonly fields: Uint16Array = new Uint16Array(MAX_VALUES);
  readonly starts: Uint32Array = new Uint32Array(MAX_VALUES);
  readonly ends: Uint32Array = new Uint32Array(MAX_VALUES);
  readonly #names: readonly Uint8Array[];
  readonly #options: ExportParserOptions;
  /** Bytes in the buffer. */
  #length = 0;
  /** Where the next field begins. */
  #at = 0;
  /** Where the entry begins. */
  #entryAt = 0;
  /** Bytes of a value too long that are still to come; `Infinity`: those up to a newline. */
  #passOver = 0;

  constructor(options: ExportParserOptions) {
    const encoder = new TextEncoder();
    this.#names = options.fields.map((name) => encoder.encode(name));
    this.#options = options;
  }

  /**
   * Hands over the entries that end in this piece.
   *
   * @throws {RangeError} where it is not the format
   */
  push(piece: Uint8Array): void {
    this.#append(this.#skip(piece));
    while (this.#at < this.#length && this.#readField());
  }

  /** @returns what follows the rest of a value that was too long */
  #skip(piece: Uint8Array): Uint8Array {
    if (this.#passOver === 0) return piece;
    const newline = this.#passOver === Infinity ? piece.indexOf(NEWLINE) : -1;
    const passed = newline < 0
      ? Math.min(this.#passOver, piece.length)
      : newline + 1;
    this.#passOver = newline < 0 ? this.#passOver - passed : 0;
    return piece.subarray(passed);
  }

  #append(piece: Uint8Array): void {
    if (this.#entryAt > 0) this.#moveToFront();
    const length = this.#length + piece.length;
    if (length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, this.#length));
      this.bytes = grown;
    }
    this.bytes.set(piece, this.#length);
    this.#length = length;
  }

  /** What is left of the buffer is the entry that has begun. */
  #moveToFront(): void {
    const by = this.#entryAt;
    this.bytes.copyWithin(0, by, this.#length);
    this.#length -= by;
    this.#at -= by;
    this.#entryAt = 0;
    for (let i = 0; i < this.count; i++) {
      this.starts[i] = (this.starts[i] ?? 0) - by;
      this.ends[i] = (this.ends[i] ?? 0) - by;
    }
  }

  /** @returns whether it was there as a whole */
  #readField(): boolean {
    const { bytes } = this;
    const from = this.#at;
    let nameEnd = from;
    while (nameEnd < this.#length && !endsName(bytes[nameEnd])) nameEnd++;
    if (nameEnd === this.#length) return this.#await(from);
    if (bytes[nameEnd] === NEWLINE) {
      return nameEnd === from
        ? this.#endEntry(from + 1)
        : this.#readBinary(from, nameEnd);
    }
    const newline = bytes.indexOf(NEWLINE, nameEnd);
    if (newline < 0 || newline >= this.#length) return this.#await(from);
    this.#add({ from, nameEnd }, nameEnd + 1, newline);
    return this.#goTo(newline + 1);
  }

  #readBinary(from: number, nameEnd: number): boolean {
    const start = nameEnd + 1 + LENGTH_BYTES;
    if (start > this.#length) return false;
    const end = start + readLength(this.bytes, nameEnd + 1);
    if (end < this.#length) {
      if (this.bytes[end] !== NEWLINE) throw new RangeError(NO_EXPORT);
      this.#add({ from, nameEnd }, start, end);
      return this.#goTo(end + 1);
    }
    if (end - start > this.#limit) this.#cut(from, end + 1 - this.#length);
    return false;
  }

  /** The end of a line is not there yet; a line too long is not waited for. */
  #await(from: number): false {
    if (this.#length - from > this.#limit) this.#cut(from, Infinity);
    return false;
  }

  /** Takes the beginning of a value that is too long out of the buffer. */
  #cut(from: number, passOver: number): void {
    this.isCut = true;
    this.#length = from;
    this.#passOver = passOver;
  }

  get #limit(): number {
    const isLarge = this.#at - this.#entryAt > MAX_ENTRY_BYTES;
    return isLarge ? 0 : this.#options.maxValueBytes;
  }

  #add(
    { from, nameEnd }: { readonly from: number; readonly nameEnd: number },
    start: number,
    end: number,
  ): void {
    const field = this.#findField(from, nameEnd);
    if (field < 0) return;
    if (this.count === MAX_VALUES || end - start > this.#limit) {
      this.isCut = true;
      return;
    }
    this.fields[this.count] = field;
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
  }

  #findField(from: number, end: number): number {
    const { bytes } = this;
    for (let index = 0; index < this.#names.length; index++) {
      const name = this.#names[index];
      if (name === undefined || name.length !== end - from) continue;
      let i = 0;
      while (i < name.length && name[i] === bytes[from + i]) i++;
      if (i === name.length) return index;
    }
    return -1;
  }

  #endEntry(next: number): true {
    if (this.count > 0) this.#options.onEntry(this);
    this.count = 0;
    this.isCut = false;
    this.#entryAt = next;
    return this.#goTo(next);
  }

  #goTo(next: number): true {
    this.#at = next;
    return true;
  }
}

function endsName(byte: number | undefined): boolean {
  return byte === EQUALS || byte === NEWLINE;
}

function readLength(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = LENGTH_BYTES - 1; i >= 0; i--) {
    value = value * 256 + (bytes[at + i] ?? 0);
  }
  return value;
}
