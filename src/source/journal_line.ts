/**
 * Makes a line of syslog of a journal entry, as fail2ban does, so that the same filters match it.
 *
 *     box sshd[4211]: Failed password for root from 192.0.2.7 port 52114 ssh2
 *     box kernel: [  123.456789] DROP IN=eth0 …
 *
 * There is no date: the entry's own time is handed over beside it.
 *
 * @module
 */

import type { EntryView } from "./export_parser.ts";
import { findValue, type LineField, readText } from "./journal_fields.ts";
import { LineBytes } from "./line_bytes.ts";

const SPACE = 32;

const ENCODER = new TextEncoder();
const COLON = ENCODER.encode(":");
const OPEN = ENCODER.encode("[");
const CLOSE = ENCODER.encode("]");

/** Lines in one buffer that is used again and again. */
export class LineBuffer {
  readonly #lines = new LineBytes();

  /** The lines, valid until the next call. */
  get bytes(): Uint8Array {
    return this.#lines.bytes;
  }

  /** Bytes of all lines. */
  get length(): number {
    return this.#lines.length;
  }

  /** Forgets the lines. */
  clear(): void {
    this.#lines.clear();
  }

  /** Adds the entry's line. A newline in it becomes `\n`: nobody can forge a line. */
  add(entry: EntryView): void {
    const begin = this.#lines.length;
    this.#putWord(entry, "_HOSTNAME", begin);
    const name = hasValue(entry, "SYSLOG_IDENTIFIER")
      ? "SYSLOG_IDENTIFIER"
      : "_COMM";
    if (hasValue(entry, name)) {
      this.#putWord(entry, name, begin);
      this.#putPid(entry);
      this.#lines.put(COLON);
      if (readText(entry, name) === "kernel" && !hasPid(entry)) {
        this.#lines.put(ENCODER.encode(` [${readUptime(entry)}]`));
      }
    }
    this.#putMessages(entry, begin);
    this.#lines.putNewline();
  }

  #putPid(entry: EntryView): void {
    const pid = hasValue(entry, "SYSLOG_PID") ? "SYSLOG_PID" : "_PID";
    if (!hasValue(entry, pid)) return;
    this.#lines.put(OPEN);
    this.#putValue(entry, findValue(entry, pid));
    this.#lines.put(CLOSE);
  }

  /** An entry may have several; they make one line. */
  #putMessages(entry: EntryView, begin: number): void {
    const first = findValue(entry, "MESSAGE");
    const field = entry.fields[first];
    for (let index = first; index >= 0 && index < entry.count; index++) {
      if (entry.fields[index] !== field) continue;
      this.#putSpace(begin);
      this.#putValue(entry, index);
    }
  }

  #putWord(entry: EntryView, field: LineField, begin: number): void {
    const index = findValue(entry, field);
    if (index < 0) return;
    this.#putSpace(begin);
    this.#putValue(entry, index);
  }

  #putSpace(begin: number): void {
    if (this.#lines.length > begin) this.#lines.putByte(SPACE);
  }

  #putValue({ bytes, starts, ends }: EntryView, index: number): void {
    this.#lines.putText(bytes.subarray(starts[index], ends[index]));
  }
}

/** @returns seconds since 1970 at which the entry was written, as its sender's system says */
export function readTimeSeconds(entry: EntryView): number {
  const field = hasValue(entry, "_SOURCE_REALTIME_TIMESTAMP")
    ? "_SOURCE_REALTIME_TIMESTAMP"
    : "__REALTIME_TIMESTAMP";
  const time = Number(readText(entry, field));
  return Number.isSafeInteger(time) ? Math.floor(time / 1e6) : NaN;
}

function hasValue(entry: EntryView, field: LineField): boolean {
  const index = findValue(entry, field);
  return index >= 0 && entry.starts[index] !== entry.ends[index];
}

function hasPid(entry: EntryView): boolean {
  return hasValue(entry, "SYSLOG_PID") || hasValue(entry, "_PID");
}

/** Seconds since the start of the machine, in the twelve columns that the kernel's own log has. */
function readUptime(entry: EntryView): string {
  const field = hasValue(entry, "_SOURCE_MONOTONIC_TIMESTAMP")
    ? "_SOURCE_MONOTONIC_TIMESTAMP"
    : "__MONOTONIC_TIMESTAMP";
  return (Number(readText(entry, field)) / 1e6).toFixed(6).padStart(12);
}
