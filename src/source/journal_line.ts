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

const NEWLINE = 10;
const SPACE = 32;
const BACKSLASH = 92;
const LETTER_N = 110;

const ENCODER = new TextEncoder();
const COLON = ENCODER.encode(":");
const OPEN = ENCODER.encode("[");
const CLOSE = ENCODER.encode("]");

const FIRST_BYTES = 64 * 1024;

/** Lines in one buffer that is used again and again. */
export class LineBuffer {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** The lines, valid until the next call. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Bytes of all lines. */
  get length(): number {
    return this.#length;
  }

  /** Forgets the lines. */
  clear(): void {
    this.#length = 0;
  }

  /** Adds the entry's line. A newline in it becomes `\n`: nobody can forge a line. */
  add(entry: EntryView): void {
    const begin = this.#length;
    this.#putWord(entry, "_HOSTNAME", begin);
    const name = hasValue(entry, "SYSLOG_IDENTIFIER")
      ? "SYSLOG_IDENTIFIER"
      : "_COMM";
    if (hasValue(entry, name)) {
      this.#putWord(entry, name, begin);
      this.#putPid(entry);
      this.#put(COLON);
      if (readText(entry, name) === "kernel" && !hasPid(entry)) {
        this.#put(ENCODER.encode(` [${readUptime(entry)}]`));
      }
    }
    this.#putMessages(entry, begin);
    this.#reserve(1);
    this.#bytes[this.#length++] = NEWLINE;
  }

  #putPid(entry: EntryView): void {
    const pid = hasValue(entry, "SYSLOG_PID") ? "SYSLOG_PID" : "_PID";
    if (!hasValue(entry, pid)) return;
    this.#put(OPEN);
    this.#putValue(entry, findValue(entry, pid));
    this.#put(CLOSE);
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
    if (this.#length === begin) return;
    this.#reserve(1);
    this.#bytes[this.#length++] = SPACE;
  }

  #putValue({ bytes, starts, ends }: EntryView, index: number): void {
    const value = bytes.subarray(starts[index], ends[index]);
    if (!value.includes(NEWLINE)) return this.#put(value);
    this.#reserve(2 * value.length);
    for (const byte of value) {
      if (byte !== NEWLINE) this.#bytes[this.#length++] = byte;
      else {
        this.#bytes[this.#length++] = BACKSLASH;
        this.#bytes[this.#length++] = LETTER_N;
      }
    }
  }

  #put(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  #reserve(count: number): void {
    const need = this.#length + count;
    if (need <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(need, 2 * this.#bytes.length));
    grown.set(this.bytes);
    this.#bytes = grown;
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
