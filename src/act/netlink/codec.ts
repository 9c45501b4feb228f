/**
 * Writes and reads netlink messages.
 *
 * A datagram is a row of messages, each a 16-byte header, a fixed header of its family, and attributes. Everything starts
 * on a multiple of 4 bytes. Headers are in the machine's byte order (little-endian on all that Deno runs on); what an
 * attribute holds is its family's affair, and nf_tables wants big-endian.
 *
 *     20 00 00 00  10 00  01 00  01 00 00 00  00 00 00 00   length 32, type 16, flags 1, sequence 1, port 0
 *     00 00 00 0a                                           family header (here nfgenmsg)
 *     0a 00 01 00  74 61 62 6c 65 00  00 00                 attribute: length 10, type 1, "table\0", padding
 *
 * See https://docs.kernel.org/userspace-api/netlink/intro.html
 *
 * @module
 */

/** Bytes before a message's family header. */
export const MESSAGE_HEADER_BYTES = 16;

/** Longest attribute, its 4-byte header included: the length is a 16-bit number. */
export const MAX_ATTRIBUTE_BYTES = 0xffff;

const ATTRIBUTE_HEADER_BYTES = 4;
const NESTED_FLAG = 0x8000;
const TYPE_MASK = 0x3fff;
const EMPTY = new Uint8Array(0);

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What stands before a message's attributes. */
export interface MessageHead {
  /** What the message is, in its family's numbers. */
  readonly type: number;
  /** NLM_F_… bits. */
  readonly flags: number;
  /** Comes back in the answer, so that it can be told from others. */
  readonly sequence: number;
  /** The family's own header, for example nfgenmsg or rtgenmsg; default none. */
  readonly header?: Uint8Array;
}

/**
 * Builds messages in one growing buffer, which is used again after `reset()`.
 *
 * @example
 * ```ts
 * const writer = new MessageWriter();
 * writer.beginMessage({ type: 16, flags: 1, sequence: 1, header: new Uint8Array([0, 0, 0, 10]) });
 * writer.string(1, "table");
 * writer.endMessage();
 * writer.bytes().length; // 32
 * ```
 */
export class MessageWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;
  #messageStart = 0;

  /** Takes a buffer. @param capacity bytes to begin with; it grows as needed */
  constructor(capacity = 16384) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** Forgets what was written and keeps the buffer. */
  reset(): void {
    this.#length = 0;
  }

  /** Gives the messages. @returns what was written: a view that is valid until the next write */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Starts a message; attributes follow. */
  beginMessage(head: MessageHead): void {
    const header = head.header ?? EMPTY;
    const start = this.#claim(MESSAGE_HEADER_BYTES + header.length);
    this.#messageStart = start;
    this.#view.setUint16(start + 4, head.type, true);
    this.#view.setUint16(start + 6, head.flags, true);
    this.#view.setUint32(start + 8, head.sequence, true);
    this.#view.setUint32(start + 12, 0, true);
    this.#bytes.set(header, start + MESSAGE_HEADER_BYTES);
  }

  /** Ends the message by filling its length in. */
  endMessage(): void {
    const length = this.#length - this.#messageStart;
    this.#view.setUint32(this.#messageStart, length, true);
  }

  /** Adds NLM_F_… bits to the message begun last. */
  addFlags(flags: number): void {
    const at = this.#messageStart + 6;
    this.#view.setUint16(at, this.#view.getUint16(at, true) | flags, true);
  }

  /** One byte. */
  u8(type: number, value: number): void {
    const at = this.#attribute(type, 1);
    this.#bytes[at] = value;
  }

  /** Machine order. */
  u16(type: number, value: number): void {
    const at = this.#attribute(type, 2);
    this.#view.setUint16(at, value, true);
  }

  /** Machine order. */
  u32(type: number, value: number): void {
    const at = this.#attribute(type, 4);
    this.#view.setUint32(at, value, true);
  }

  /** Big-endian. */
  u16be(type: number, value: number): void {
    const at = this.#attribute(type, 2);
    this.#view.setUint16(at, value);
  }

  /** Big-endian. */
  u32be(type: number, value: number): void {
    const at = this.#attribute(type, 4);
    this.#view.setUint32(at, value);
  }

  /** Big-endian. @param value whole, 0 to 2^53 */
  u64be(type: number, value: number): void {
    const at = this.#attribute(type, 8);
    this.#view.setUint32(at, Math.floor(value / 2 ** 32));
    this.#view.setUint32(at + 4, value % 2 ** 32);
  }

  /** Words of 32 bits, each big-endian: addresses. @param from index of the first word */
  words(type: number, words: Uint32Array, from = 0): void {
    let at = this.#attribute(type, 4 * (words.length - from));
    for (let i = from; i < words.length; i++) {
      this.#view.setUint32(at, words[i] ?? 0);
      at += 4;
    }
  }

  /** Bytes as they are. */
  raw(type: number, bytes: Uint8Array): void {
    const at = this.#attribute(type, bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Text in UTF-8, ended by a NUL. */
  string(type: number, text: string): void {
    const bytes = encoder.encode(text);
    const at = this.#attribute(type, bytes.length + 1);
    this.#bytes.set(bytes, at);
    this.#bytes[at + bytes.length] = 0;
  }

  /** Opens an attribute that holds attributes. @returns what `endNested` wants */
  beginNested(type: number): number {
    const at = this.#attribute(type | NESTED_FLAG, 0);
    return at - ATTRIBUTE_HEADER_BYTES;
  }

  /** Closes an attribute that `beginNested` opened. @throws {RangeError} when it is longer than MAX_ATTRIBUTE_BYTES */
  endNested(start: number): void {
    const length = this.#length - start;
    if (length > MAX_ATTRIBUTE_BYTES) {
      throw new RangeError(
        `Cannot write netlink attribute "${length}": too long, expected at most ${MAX_ATTRIBUTE_BYTES} bytes`,
      );
    }
    this.#view.setUint16(start, length, true);
  }

  /** Writes an attribute's header; the buffer may be another one afterwards. @returns where its content goes */
  #attribute(type: number, bytes: number): number {
    const length = ATTRIBUTE_HEADER_BYTES + bytes;
    if (length > MAX_ATTRIBUTE_BYTES) {
      throw new RangeError(
        `Cannot write netlink attribute "${length}": too long, expected at most ${MAX_ATTRIBUTE_BYTES} bytes`,
      );
    }
    const start = this.#claim(length);
    this.#view.setUint16(start, length, true);
    this.#view.setUint16(start + 2, type, true);
    return start + ATTRIBUTE_HEADER_BYTES;
  }

  /** Makes room, padding included and zeroed, since the kernel sees it. @returns where the room starts */
  #claim(bytes: number): number {
    const start = this.#length;
    const end = start + align(bytes);
    if (end > this.#bytes.length) this.#grow(end);
    if (end > start) this.#view.setUint32(end - 4, 0);
    this.#length = end;
    return start;
  }

  #grow(needed: number): void {
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/**
 * Walks the messages of a datagram. A length that does not fit ends the walk.
 *
 * @example
 * ```ts
 * const reader = new MessageReader(datagram);
 * while (reader.next()) console.log(reader.type, reader.sequence);
 * ```
 */
export class MessageReader {
  readonly #view: DataView;
  #start = 0;
  #length = 0;

  /** Stands before the first message. */
  constructor(datagram: Uint8Array) {
    this.#view = new DataView(
      datagram.buffer,
      datagram.byteOffset,
      datagram.byteLength,
    );
  }

  /** Goes to the next message. @returns whether there is one */
  next(): boolean {
    this.#start += align(this.#length);
    const left = this.#view.byteLength - this.#start;
    if (left < MESSAGE_HEADER_BYTES) return false;
    this.#length = this.#view.getUint32(this.#start, true);
    return this.#length >= MESSAGE_HEADER_BYTES && this.#length <= left;
  }

  /** What the message is, in its family's numbers. */
  get type(): number {
    return this.#view.getUint16(this.#start + 4, true);
  }

  /** NLM_F_… bits. */
  get flags(): number {
    return this.#view.getUint16(this.#start + 6, true);
  }

  /** Of the request that it answers. */
  get sequence(): number {
    return this.#view.getUint32(this.#start + 8, true);
  }

  /** Of the socket whose request it answers, or tells others of. */
  get port(): number {
    return this.#view.getUint32(this.#start + 12, true);
  }

  /** What follows the header, as long as the datagram's buffer is kept. */
  payload(): Uint8Array {
    return new Uint8Array(
      this.#view.buffer as ArrayBuffer,
      this.#view.byteOffset + this.#start + MESSAGE_HEADER_BYTES,
      this.#length - MESSAGE_HEADER_BYTES,
    );
  }

  /** The number at the payload's start that NLMSG_ERROR and NLMSG_DONE bring: 0 or a negative errno. */
  errorCode(): number {
    if (this.#length < MESSAGE_HEADER_BYTES + 4) return 0;
    return this.#view.getInt32(this.#start + MESSAGE_HEADER_BYTES, true);
  }

  /**
   * Walks what follows the family's header.
   *
   * @param familyHeaderBytes size of the family's own header, which is skipped
   */
  attributes(familyHeaderBytes: number): AttributeReader {
    return new AttributeReader(
      this.payload().subarray(align(familyHeaderBytes)),
    );
  }
}

/** Walks the attributes of a message or of a nested attribute. A length that does not fit ends the walk. */
export class AttributeReader {
  readonly #view: DataView;
  #start = 0;
  #length = 0;

  /** Stands before the first attribute. */
  constructor(attributes: Uint8Array) {
    this.#view = new DataView(
      attributes.buffer,
      attributes.byteOffset,
      attributes.byteLength,
    );
  }

  /** Goes to the next attribute. @returns whether there is one */
  next(): boolean {
    this.#start += align(this.#length);
    const left = this.#view.byteLength - this.#start;
    if (left < ATTRIBUTE_HEADER_BYTES) return false;
    this.#length = this.#view.getUint16(this.#start, true);
    return this.#length >= ATTRIBUTE_HEADER_BYTES && this.#length <= left;
  }

  /** Its number, without the flags for nesting and byte order. */
  get type(): number {
    return this.#view.getUint16(this.#start + 2, true) & TYPE_MASK;
  }

  /** Bytes of its content. */
  get length(): number {
    return this.#length - ATTRIBUTE_HEADER_BYTES;
  }

  /** One byte. @throws {RangeError} when it holds less */
  u8(): number {
    return this.#view.getUint8(this.#content(1));
  }

  /** Machine order. @throws {RangeError} when it holds less */
  u16(): number {
    return this.#view.getUint16(this.#content(2), true);
  }

  /** Machine order. @throws {RangeError} when it holds less */
  u32(): number {
    return this.#view.getUint32(this.#content(4), true);
  }

  /** Big-endian. @throws {RangeError} when it holds less */
  u16be(): number {
    return this.#view.getUint16(this.#content(2));
  }

  /** Big-endian. @throws {RangeError} when it holds less */
  u32be(): number {
    return this.#view.getUint32(this.#content(4));
  }

  /** Big-endian; exact up to 2^53. @throws {RangeError} when it holds less */
  u64be(): number {
    const at = this.#content(8);
    return this.#view.getUint32(at) * 2 ** 32 + this.#view.getUint32(at + 4);
  }

  /** Text up to the first NUL. */
  string(): string {
    const bytes = this.bytes();
    const end = bytes.indexOf(0);
    return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
  }

  /** Its content, as long as the datagram's buffer is kept. */
  bytes(): Uint8Array {
    return new Uint8Array(
      this.#view.buffer as ArrayBuffer,
      this.#view.byteOffset + this.#start + ATTRIBUTE_HEADER_BYTES,
      this.length,
    );
  }

  /** Walks the attributes inside of this one. */
  nested(): AttributeReader {
    return new AttributeReader(this.bytes());
  }

  #content(bytes: number): number {
    if (this.length < bytes) {
      throw new RangeError(
        `Cannot read netlink attribute "${this.type}": ${this.length} bytes, expected ${bytes}`,
      );
    }
    return this.#start + ATTRIBUTE_HEADER_BYTES;
  }
}

/** @returns the next multiple of 4 */
function align(bytes: number): number {
  return (bytes + 3) & ~3;
}
