/**
 * Linux's numbers for sockets, as on x86_64 and aarch64 (`bits/socket.h`, `asm-generic/socket.h`).
 *
 * @module
 */

/** Families of addresses. */
export const AF = { UNIX: 1, INET: 2, INET6: 10, NETLINK: 16 } as const;

/** Types of sockets, and a flag that is added to them. */
export const SOCK = {
  STREAM: 1,
  DGRAM: 2,
  RAW: 3,
  CLOEXEC: 0o2000000,
} as const;

/** Levels of options. */
export const SOL = { SOCKET: 1, NETLINK: 270 } as const;

/** Options of every socket. */
export const SO = {
  REUSEADDR: 2,
  SNDBUF: 7,
  RCVBUF: 8,
  RCVTIMEO: 20,
  SNDBUFFORCE: 32,
  RCVBUFFORCE: 33,
  MEMINFO: 55,
} as const;

/** Flags of `recv` and `send`. */
export const MSG = { TRUNC: 0x20, DONTWAIT: 0x40, NOSIGNAL: 0x4000 } as const;
