/**
 * What the kernel's error numbers mean here, in words.
 *
 * @module
 */

/** The error numbers that decide what is done next. */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOSPC: 28,
  ERANGE: 34,
  ENOTEMPTY: 39,
  EMSGSIZE: 90,
  EPROTONOSUPPORT: 93,
  EOPNOTSUPP: 95,
  EAFNOSUPPORT: 97,
  ENOBUFS: 105,
  ETIMEDOUT: 110,
} as const;

const NO_NETFILTER =
  "the kernel has no nf_tables; load the module nf_tables or use a kernel that has it";

const WORDS: Readonly<Record<number, string>> = {
  [ERRNO.EPERM]: "Operation not permitted: CAP_NET_ADMIN is missing",
  [ERRNO.ENOENT]: "No such table, set, chain, element or kernel module",
  [ERRNO.EINTR]: "Interrupted by a change from elsewhere",
  [ERRNO.EAGAIN]: "No answer in time",
  [ERRNO.ENOMEM]: "The kernel is out of memory",
  [ERRNO.EACCES]: "Permission denied: CAP_NET_ADMIN is missing",
  [ERRNO.EBUSY]: "Device or resource busy: still referred to by a rule",
  [ERRNO.EEXIST]: "It is already there, with other properties",
  [ERRNO.EINVAL]: "Invalid argument: the kernel is too old for it",
  [ERRNO.ENFILE]: "The set is full",
  [ERRNO.EMFILE]: "Too many open files",
  [ERRNO.ENOSPC]: "No space left",
  [ERRNO.ERANGE]: "A number is out of the kernel's range",
  [ERRNO.ENOTEMPTY]: "It overlaps with what is already there",
  [ERRNO.EMSGSIZE]: "The message is larger than the socket's buffer",
  [ERRNO.EPROTONOSUPPORT]: `Protocol not supported: ${NO_NETFILTER}`,
  [ERRNO.EOPNOTSUPP]: `Operation not supported: ${NO_NETFILTER}`,
  [ERRNO.EAFNOSUPPORT]: `Address family not supported: ${NO_NETFILTER}`,
  [ERRNO.ENOBUFS]: "No buffer space available",
  [ERRNO.ETIMEDOUT]: "Timed out",
};

/** A message that the kernel refused. */
export interface NetlinkFailure {
  /** Of the refused message; a whole batch is refused under the number of its first message. */
  readonly sequence: number;
  /** Positive; see ERRNO. */
  readonly errno: number;
  /** The kernel's own words, or empty. */
  readonly text: string;
  /** Where in the message the cause stands, in bytes; -1 where the kernel does not say. */
  readonly offset: number;
}

/** A netlink socket that cannot be used. */
export class NetlinkError extends Error {
  /** The class's name. */
  override readonly name = "NetlinkError";
  /** Positive; 0 where it is not known. */
  readonly errno: number;

  /** Takes the whole message; `errno` is for who decides what to do next. */
  constructor(message: string, errno: number) {
    super(message);
    this.errno = errno;
  }
}

/** Says what an error number means. @returns for example `Operation not permitted: CAP_NET_ADMIN is missing` */
export function explainErrno(errno: number): string {
  return WORDS[errno] ?? `Error ${errno}`;
}

/** Says why a message was refused. @returns the meaning of the number, with the kernel's own words where it gave any */
export function explainFailure(failure: NetlinkFailure): string {
  const words = explainErrno(failure.errno);
  return failure.text === "" ? words : `${words} (${failure.text})`;
}

/**
 * Sorts an error number by whose fault it is.
 *
 * @returns whether the error says that the process is not allowed to, is on the wrong kernel, or was refused
 */
export function classifyErrno(
  errno: number,
): "permission" | "unavailable" | "refused" {
  switch (errno) {
    case ERRNO.EPERM:
    case ERRNO.EACCES:
      return "permission";
    case ERRNO.EPROTONOSUPPORT:
    case ERRNO.EOPNOTSUPP:
    case ERRNO.EAFNOSUPPORT:
      return "unavailable";
    default:
      return "refused";
  }
}

/** C library's texts of the errors that a socket call may end with; only the text can be had, see describeErrno(). */
const TEXTS: Readonly<Record<string, number>> = {
  "Operation not permitted": ERRNO.EPERM,
  "Interrupted system call": ERRNO.EINTR,
  "Resource temporarily unavailable": ERRNO.EAGAIN,
  "Cannot allocate memory": ERRNO.ENOMEM,
  "Permission denied": ERRNO.EACCES,
  "Too many open files": ERRNO.EMFILE,
  "Message too long": ERRNO.EMSGSIZE,
  "Protocol not supported": ERRNO.EPROTONOSUPPORT,
  "Address family not supported by protocol": ERRNO.EAFNOSUPPORT,
  "No buffer space available": ERRNO.ENOBUFS,
};

/** Finds the number of a text. @returns the number behind the C library's text, or 0 */
export function errnoOfText(text: string): number {
  return TEXTS[text] ?? 0;
}
