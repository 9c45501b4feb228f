/**
 * Makes links between network namespaces by rtnetlink, so that no `ip` program is needed.
 *
 * @module
 */

import { familyOf, parseAddress } from "../../util/address.ts";
import type { Libc } from "../../util/libc.ts";
import { AF } from "../../util/socket_numbers.ts";
import { MESSAGE_HEADER_BYTES, MessageWriter } from "./codec.ts";
import { explainFailure, NetlinkError } from "./errors.ts";
import { NETLINK_ROUTE, NLM_F, openNetlink } from "./socket.ts";

/**
 * Two ends of one wire, the second in another namespace.
 *
 *     { name: "attacker", index: 100, peer: { name: "eth0", index: 100, pid: 4711 } }
 */
export interface VethPair {
  /** At most 15 characters. */
  readonly name: string;
  /** Chosen by the caller, so that nobody has to ask for it afterwards; free in its namespace. */
  readonly index: number;
  readonly peer: {
    readonly name: string;
    readonly index: number;
    /** A process in the namespace that gets this end. */
    readonly pid: number;
  };
}

/**
 * The address of a link's own end, and the only one behind it; the kernel makes the route.
 *
 *     { index: 100, local: "192.0.2.1", remote: "192.0.2.66" }
 */
export interface PointToPoint {
  readonly index: number;
  readonly local: string;
  /** Of the same family as `local`. */
  readonly remote: string;
}

/** Changes links and addresses of one namespace. */
export interface Links {
  /** @throws {NetlinkError} when the kernel refuses, for example for want of veth */
  addVeth(pair: VethPair): void;
  /** @param address of a link that is up, else the kernel makes no route to an IPv6 peer @throws {NetlinkError} */
  addAddress(address: PointToPoint): void;
  /** @param index 1 is the loopback @throws {NetlinkError} */
  setUp(index: number): void;
  close(): void;
}

const RTM_NEWLINK = 16;
const RTM_NEWADDR = 20;

const IFLA_IFNAME = 3;
const IFLA_LINKINFO = 18;
const IFLA_NET_NS_PID = 19;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const VETH_INFO_PEER = 1;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;

const IFF_UP = 1;
/** No duplicate address detection: it would keep an IPv6 address unusable for a second. */
const IFA_F_NODAD = 2;

const CREATE = NLM_F.REQUEST | NLM_F.ACK | NLM_F.CREATE | NLM_F.EXCL;

/**
 * Opens a socket in the network namespace of the calling thread.
 *
 * @throws {NetlinkError} when the kernel gives none
 */
export function openLinks(libc: Libc): Links {
  const socket = openNetlink(libc, NETLINK_ROUTE);
  const writer = new MessageWriter(512);
  let sequence = 0;

  function change(what: string, write: (sequence: number) => void): void {
    writer.reset();
    write(++sequence);
    const failure = socket.request(writer.bytes(), sequence)[0];
    if (failure === undefined) return;
    throw new NetlinkError(
      `Cannot ${what}: ${explainFailure(failure)}`,
      failure.errno,
    );
  }

  return {
    addVeth: (pair) =>
      change(
        `make link "${pair.name}"`,
        (sequence) => writeVeth(writer, { sequence, pair }),
      ),
    addAddress: (address) =>
      change(
        `give link ${address.index} address "${address.local}"`,
        (sequence) => writeAddress(writer, { sequence, address }),
      ),
    setUp: (index) =>
      change(
        `switch link ${index} on`,
        (sequence) => writeUp(writer, { sequence, index }),
      ),
    close: () => socket.close(),
  };
}

/** Writes the message that makes a pair of links. */
export function writeVeth(
  writer: MessageWriter,
  { sequence, pair }: { readonly sequence: number; readonly pair: VethPair },
): void {
  writer.beginMessage({
    type: RTM_NEWLINK,
    flags: CREATE,
    sequence,
    header: linkHeader(pair.index),
  });
  writer.string(IFLA_IFNAME, pair.name);
  const linkData = writer.beginNested(IFLA_LINKINFO);
  writer.string(IFLA_INFO_KIND, "veth");
  const kindData = writer.beginNested(IFLA_INFO_DATA);
  writer.raw(VETH_INFO_PEER, encodePeer(pair.peer));
  writer.endNested(kindData);
  writer.endNested(linkData);
  writer.endMessage();
}

/**
 * Writes the message that gives a link its address.
 *
 * @throws {RangeError} when either is no address, or they are of two families
 */
export function writeAddress(
  writer: MessageWriter,
  { sequence, address }: {
    readonly sequence: number;
    readonly address: PointToPoint;
  },
): void {
  const local = encodeAddress(address.local);
  const remote = encodeAddress(address.remote);
  if (local.length !== remote.length) {
    throw new RangeError(
      `Cannot link address "${address.local}" to "${address.remote}": two families, expected one`,
    );
  }
  const header = new Uint8Array(8);
  header[0] = local.length === 4 ? AF.INET : AF.INET6;
  header[1] = local.length * 8;
  header[2] = IFA_F_NODAD;
  new DataView(header.buffer).setUint32(4, address.index, true);
  writer.beginMessage({ type: RTM_NEWADDR, flags: CREATE, sequence, header });
  writer.raw(IFA_LOCAL, local);
  writer.raw(IFA_ADDRESS, remote);
  writer.endMessage();
}

/** Writes the message that switches a link on. */
export function writeUp(
  writer: MessageWriter,
  { sequence, index }: { readonly sequence: number; readonly index: number },
): void {
  const flags = NLM_F.REQUEST | NLM_F.ACK;
  const header = linkHeader(index, IFF_UP);
  writer.beginMessage({ type: RTM_NEWLINK, flags, sequence, header });
  writer.endMessage();
}

/** The content of VETH_INFO_PEER is a message like that of the first end, without its netlink header. */
function encodePeer(peer: VethPair["peer"]): Uint8Array {
  const writer = new MessageWriter(128);
  writer.beginMessage({
    type: RTM_NEWLINK,
    flags: 0,
    sequence: 0,
    header: linkHeader(peer.index),
  });
  writer.string(IFLA_IFNAME, peer.name);
  writer.u32(IFLA_NET_NS_PID, peer.pid);
  writer.endMessage();
  return writer.bytes().slice(MESSAGE_HEADER_BYTES);
}

/** `struct ifinfomsg`: family, type, index, flags, and which flags change. */
function linkHeader(index: number, flags = 0): Uint8Array {
  const header = new Uint8Array(16);
  const view = new DataView(header.buffer);
  view.setInt32(4, index, true);
  view.setUint32(8, flags, true);
  view.setUint32(12, flags, true);
  return header;
}

/** @returns 4 or 16 bytes in network order */
function encodeAddress(text: string): Uint8Array {
  const words = new Uint32Array(4);
  if (parseAddress(text, words) === 0) {
    throw new RangeError(
      `Cannot read address "${text}": malformed, expected IPv4 or IPv6`,
    );
  }
  const from = familyOf(words) === 4 ? 3 : 0;
  const bytes = new Uint8Array((4 - from) * 4);
  const view = new DataView(bytes.buffer);
  for (let i = from; i < 4; i++) view.setUint32((i - from) * 4, words[i] ?? 0);
  return bytes;
}
