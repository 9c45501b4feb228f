/**
 * Finds the parts of a message of syslog.
 *
 *     <38>Nov 26 15:04:05 box sshd[42]: Failed password …                            RFC 3164
 *     <38>2026-11-26T15:04:05+01:00 box sshd[42]: Failed password …                  with the other stamp
 *     <38>Nov 26 15:04:05 sshd[42]: Failed password …                                as programs write to /dev/log
 *     <38>1 2026-11-26T15:04:05+01:00 box sshd 42 - [a@1 b="c"] Failed password …    RFC 5424
 *     <38>Failed password …                                                          text and nothing else
 *
 * @module
 */

/** Where the parts are. */
export interface SyslogMessage {
  /** As it is written; empty: it has none. */
  readonly stamp: string;
  /** ASCII that goes before the text: of RFC 5424 `box sshd[42]: `, of others what is missing there. */
  readonly head: string;
  /** First byte of the text. */
  readonly from: number;
  /** Behind its last byte. */
  readonly to: number;
}

/** No head of RFC 5424 is longer, up to its structured data. */
const HEAD_BYTES = 600;

const ZONED = String
  .raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)`;

const LOCAL = String.raw`[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d`;

const STAMPED = new RegExp(`^(?:<\\d{1,3}>)?(${LOCAL}|${ZONED}) `);

const PRIORITY = /^<\d{1,3}> */;

/** A program where the host should be. */
const HOSTLESS = /^[!-9;-Z\\^-~]+(?:\[\d+\])?: /;

const RFC_5424 =
  /^<\d{1,3}>1 ([!-~]+) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) [!-~]{1,32} (?=[-[])/;

const WHOLE_ZONED = new RegExp(`^${ZONED}$`);

/** Other machines cannot send. */
const OWN_HOST = "localhost ";

const NIL = "-";

const NUL = 0;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const DASH = 45;
const OPEN = 91;
const BACKSLASH = 92;
const CLOSE = 93;

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** @param bytes a message without its frame */
export function parseSyslogMessage(bytes: Uint8Array): SyslogMessage {
  const to = findEnd(bytes);
  const start = String.fromCharCode(...bytes.subarray(0, HEAD_BYTES));
  const modern = RFC_5424.exec(start);
  if (modern !== null) return readModern(bytes, modern, to);
  const stamped = STAMPED.exec(start);
  const from = stamped?.[0].length ?? PRIORITY.exec(start)?.[0].length ?? 0;
  const stamp = stamped?.[1] ?? "";
  const isHostless = stamped !== null && HOSTLESS.test(start.slice(from));
  const head = isHostless ? OWN_HOST : "";
  return { stamp, head, from: Math.min(from, to), to };
}

function readModern(
  bytes: Uint8Array,
  [head, stamp = "", host = NIL, program = NIL, process = NIL]: RegExpExecArray,
  to: number,
): SyslogMessage {
  const id = process === NIL ? "" : `[${process}]`;
  return {
    stamp: WHOLE_ZONED.test(stamp) ? stamp : "",
    head: (host === NIL ? OWN_HOST : `${host} `) +
      (program === NIL ? "" : `${program}${id}: `),
    from: Math.min(findText(bytes, head.length), to),
    to,
  };
}

/** Behind the structured data, blanks and a mark that says UTF-8. */
function findText(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === DASH ? from + 1 : skipElements(bytes, from);
  // rsyslog's own template for RFC 5424 has two: the second one stood behind the colon.
  while (bytes[at] === SPACE) at++;
  const isMarked = BYTE_ORDER_MARK.every((byte, i) => bytes[at + i] === byte);
  return isMarked ? at + BYTE_ORDER_MARK.length : at;
}

/** @returns `from` where an element has no end: then it is text as well */
function skipElements(bytes: Uint8Array, from: number): number {
  let isQuoted = false;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) isQuoted = !isQuoted;
    else if (byte === BACKSLASH && isQuoted) at++;
    else if (byte === CLOSE && !isQuoted && bytes[at + 1] !== OPEN) {
      return at + 1;
    }
  }
  return from;
}

function findEnd(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && isFiller(bytes[end - 1])) end--;
  return end;
}

function isFiller(byte: number | undefined): boolean {
  return byte === NEWLINE || byte === RETURN || byte === NUL;
}
