/**
 * A netlink socket: requests to the kernel and its answers.
 *
 * @module
 */

import { describeErrno, type Libc } from "../../util/libc.ts";
import { AF, MSG, SO, SOCK, SOL } from "../../util/socket_numbers.ts";
import { MessageReader } from "./codec.ts";
import {
  ERRNO,
  errnoOfText,
  explainErrno,
  NetlinkError,
  type NetlinkFailure,
} from "./errors.ts";

/** Protocol of `openNetlink`: links, addresses, routes. */
export const NETLINK_ROUTE = 0;
/** Protocol of `openNetlink`: nf_tables among others. */
export const NETLINK_NETFILTER = 12;

/** Flags of a message. */
export const NLM_F = {
  REQUEST: 0x1,
  ACK: 0x4,
  /** In an answer: the table changed while it was dumped. */
  DUMP_INTR: 0x10,
  DUMP: 0x300,
  REPLACE: 0x100,
  EXCL: 0x200,
  CREATE: 0x400,
  APPEND: 0x800,
} as const;

/** Message types that every family has. */
export const NLMSG = { NOOP: 1, ERROR: 2, DONE: 3 } as const;

const NETLINK_ADD_MEMBERSHIP = 1;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;

/** Of an answer to NLMSG_ERROR: the flag that attributes follow, and the two attributes. */
const NLM_F_ACK_TLVS = 0x200;
const NLMSGERR_ATTR_MSG = 1;
const NLMSGERR_ATTR_OFFS = 2;
/** After the error code comes the header of the refused message; NETLINK_CAP_ACK leaves its content out. */
const ERROR_BYTES = 20;

/** Room for a batch of tens of thousands of elements; without CAP_NET_ADMIN the system's limit holds instead. */
const BUFFER_BYTES = 4 << 20;
/** The kernel fills dump answers up to 32 KB when it sees that much room. */
const RECEIVE_BYTES = 64 << 10;
/** The kernel answers before `send` returns, so that this is never reached unless something is badly wrong. */
const TIMEOUT_SECONDS = 5;
const MAX_DUMP_ATTEMPTS = 5;

const NO_FAILURES: readonly NetlinkFailure[] = [];

/** Receives each answer that is neither acknowledgement nor error; it is valid during the call only. */
export type MessageSink = (message: MessageReader) => void;

/** An open socket, connected to the kernel. */
export interface NetlinkSocket {
  /** For `poll`. */
  readonly descriptor: number;
  /** The number by which the kernel tells whose request a message is about. */
  readonly port: number;
  /** Sends messages and reads nothing. @throws {NetlinkError} */
  send(bytes: Uint8Array<ArrayBuffer>): void;
  /** Waits up to 5 s. @returns one datagram, valid until the next call @throws {NetlinkError} */
  receive(): Uint8Array;
  /**
   * Sends messages and reads all that comes back.
   *
   * @param bytes messages; the last one (or the last before a batch's end) asks for an acknowledgement or is a dump
   * @param lastSequence the sequence number of that message
   * @param onMessage receives the answers of a dump or a get
   * @returns what was refused; empty when all went well
   * @throws {NetlinkError} when the socket itself fails
   */
  request(
    bytes: Uint8Array<ArrayBuffer>,
    lastSequence: number,
    onMessage?: MessageSink,
  ): readonly NetlinkFailure[];
  /**
   * Sends a dump request; begins again when the kernel says that things changed meanwhile.
   *
   * @param read called at the start of each attempt; returns the sink for its answers
   */
  dump(
    bytes: Uint8Array<ArrayBuffer>,
    sequence: number,
    read: () => MessageSink,
  ): readonly NetlinkFailure[];
  /** From now on the messages of a multicast group come in. @throws {NetlinkError} without CAP_NET_ADMIN */
  join(group: number): void;
  /**
   * Takes what has come in, and does not wait.
   *
   * @returns one datagram, valid until the next call; `undefined` where there is none
   * @throws {NetlinkError} with ENOBUFS where messages were lost since the last call
   */
  take(): Uint8Array | undefined;
  /** Gives the descriptor back; may be called twice. */
  close(): void;
}

/**
 * Opens a netlink socket in the network namespace of the calling thread.
 *
 * @param protocol NETLINK_ROUTE or NETLINK_NETFILTER
 * @throws {NetlinkError} when the kernel has no such protocol
 */
export function openNetlink(libc: Libc, protocol: number): NetlinkSocket {
  const descriptor = libc.socket(
    AF.NETLINK,
    SOCK.RAW | SOCK.CLOEXEC,
    protocol,
  );
  if (descriptor < 0) throw failure(libc, "open", protocol);
  const socket = new Socket(libc, descriptor, protocol);
  try {
    socket.prepare();
  } catch (error) {
    socket.close();
    throw error;
  }
  return socket;
}

class Socket implements NetlinkSocket {
  readonly descriptor: number;
  readonly #libc: Libc;
  readonly #protocol: number;
  readonly #buffer = new Uint8Array(RECEIVE_BYTES);
  #isClosed = false;

  constructor(libc: Libc, descriptor: number, protocol: number) {
    this.#libc = libc;
    this.descriptor = descriptor;
    this.#protocol = protocol;
  }

  prepare(): void {
    this.#enlarge(SO.SNDBUFFORCE, SO.SNDBUF);
    this.#enlarge(SO.RCVBUFFORCE, SO.RCVBUF);
    // Both are comforts: the kernel's own words, and no copy of the request in every answer.
    this.#set(SOL.NETLINK, NETLINK_EXT_ACK, 1);
    this.#set(SOL.NETLINK, NETLINK_CAP_ACK, 1);
    const timeout = new BigInt64Array([BigInt(TIMEOUT_SECONDS), 0n]);
    this.#libc.setsockopt(
      this.descriptor,
      SOL.SOCKET,
      SO.RCVTIMEO,
      timeout,
      timeout.byteLength,
    );
    // Connected to the kernel (port 0), the socket takes no message that another process might send it.
    const kernel = new Uint8Array(12);
    new DataView(kernel.buffer).setUint16(0, AF.NETLINK, true);
    if (this.#libc.connect(this.descriptor, kernel, kernel.length) < 0) {
      throw failure(this.#libc, "connect", this.#protocol);
    }
  }

  get port(): number {
    // struct sockaddr_nl: the family, padding, and then the port
    const address = new Uint32Array(3);
    const length = new Uint32Array([address.byteLength]);
    if (this.#libc.getsockname(this.descriptor, address, length) < 0) {
      throw failure(this.#libc, "name", this.#protocol);
    }
    return address[1] ?? 0;
  }

  join(group: number): void {
    if (this.#set(SOL.NETLINK, NETLINK_ADD_MEMBERSHIP, group)) return;
    throw failure(this.#libc, "join a group of", this.#protocol);
  }

  take(): Uint8Array | undefined {
    const length = this.#receive(MSG.DONTWAIT);
    if (length >= 0) return this.#datagram(length);
    const error = failure(this.#libc, "receive from", this.#protocol);
    if (error.errno === ERRNO.EAGAIN) return undefined;
    throw error;
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    const sent = Number(
      this.#libc.send(this.descriptor, bytes, BigInt(bytes.length), 0),
    );
    if (sent < 0) throw failure(this.#libc, "send to", this.#protocol);
  }

  receive(): Uint8Array {
    const length = this.#receive(0);
    if (length < 0) throw failure(this.#libc, "receive from", this.#protocol);
    return this.#datagram(length);
  }

  request(
    bytes: Uint8Array<ArrayBuffer>,
    lastSequence: number,
    onMessage?: MessageSink,
  ): readonly NetlinkFailure[] {
    const range: Range = {
      first: new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true),
      last: lastSequence,
    };
    this.send(bytes);
    let failures: NetlinkFailure[] | undefined;
    for (;;) {
      // A refused batch answers with any number of errors, all of them there already: what is left is read, not awaited.
      const length = this.#receive(failures === undefined ? 0 : MSG.DONTWAIT);
      if (length < 0) {
        if (failures !== undefined) return failures;
        throw failure(this.#libc, "receive from", this.#protocol);
      }
      const outcome = readAnswers(this.#datagram(length), range, onMessage);
      if (outcome.failures !== undefined) {
        (failures ??= []).push(...outcome.failures);
      }
      if (outcome.isLast) return failures ?? NO_FAILURES;
    }
  }

  dump(
    bytes: Uint8Array<ArrayBuffer>,
    sequence: number,
    read: () => MessageSink,
  ): readonly NetlinkFailure[] {
    for (let attempt = 1;; attempt++) {
      let wasInterrupted = false;
      const sink = read();
      const failures = this.request(bytes, sequence, (message) => {
        if ((message.flags & NLM_F.DUMP_INTR) !== 0) wasInterrupted = true;
        sink(message);
      });
      const isStale = wasInterrupted || failures[0]?.errno === ERRNO.EINTR;
      if (!isStale || attempt === MAX_DUMP_ATTEMPTS) return failures;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#libc.close(this.descriptor);
  }

  /** @returns the datagram's length or -1 */
  #receive(flags: number): number {
    return Number(
      this.#libc.recv(
        this.descriptor,
        this.#buffer,
        BigInt(this.#buffer.length),
        flags | MSG.TRUNC,
      ),
    );
  }

  #datagram(length: number): Uint8Array {
    if (length > this.#buffer.length) {
      throw new NetlinkError(
        `Cannot receive netlink answer "${length}": too long, expected at most ${this.#buffer.length} bytes`,
        ERRNO.EMSGSIZE,
      );
    }
    return this.#buffer.subarray(0, length);
  }

  #enlarge(force: number, plain: number): void {
    if (this.#set(SOL.SOCKET, force, BUFFER_BYTES)) return;
    this.#set(SOL.SOCKET, plain, BUFFER_BYTES);
  }

  #set(level: number, option: number, value: number): boolean {
    const bytes = new Int32Array([value]);
    return this.#libc.setsockopt(this.descriptor, level, option, bytes, 4) ===
      0;
  }
}

/** Sequence numbers of one request; an answer outside of them belongs to an earlier one that timed out. */
interface Range {
  readonly first: number;
  readonly last: number;
}

interface Outcome {
  readonly failures: NetlinkFailure[] | undefined;
  /** Whether the answer to the last message was among them. */
  readonly isLast: boolean;
}

const LAST: Outcome = { failures: undefined, isLast: true };
const GO_ON: Outcome = { failures: undefined, isLast: false };

function readAnswers(
  datagram: Uint8Array,
  range: Range,
  onMessage: MessageSink | undefined,
): Outcome {
  const reader = new MessageReader(datagram);
  let failures: NetlinkFailure[] | undefined;
  let isLast = false;
  while (reader.next()) {
    const sequence = reader.sequence;
    if (sequence < range.first || sequence > range.last) continue;
    if (reader.type === NLMSG.ERROR || reader.type === NLMSG.DONE) {
      if (reader.errorCode() !== 0) (failures ??= []).push(readFailure(reader));
      if (sequence === range.last) isLast = true;
    } else if (reader.type !== NLMSG.NOOP) {
      onMessage?.(reader);
    }
  }
  if (failures !== undefined) return { failures, isLast };
  return isLast ? LAST : GO_ON;
}

function readFailure(reader: MessageReader): NetlinkFailure {
  let text = "";
  let offset = -1;
  if ((reader.flags & NLM_F_ACK_TLVS) !== 0 && reader.type === NLMSG.ERROR) {
    const attributes = reader.attributes(ERROR_BYTES);
    while (attributes.next()) {
      if (attributes.type === NLMSGERR_ATTR_MSG) text = attributes.string();
      if (attributes.type === NLMSGERR_ATTR_OFFS) offset = attributes.u32();
    }
  }
  return {
    sequence: reader.sequence,
    errno: -reader.errorCode(),
    text,
    offset,
  };
}

/** Must follow the failed call at once, since it reads `errno`. */
function failure(libc: Libc, verb: string, protocol: number): NetlinkError {
  const text = describeErrno(libc);
  const errno = errnoOfText(text);
  const words = errno === 0 ? text : explainErrno(errno);
  return new NetlinkError(
    `Cannot ${verb} netlink socket "${protocol}": ${words}`,
    errno,
  );
}
