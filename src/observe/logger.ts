/**
 * Writes log records: one line each, as `key=value` text or as JSON.
 *
 *     2026-11-20T19:08:03.123Z info Ban host host=192.0.2.7 jail=sshd seconds=3600
 *     {"time":"2026-11-20T19:08:03.123Z","level":"info","message":"Ban host","host":"192.0.2.7","jail":"sshd","seconds":3600}
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import type { LogFields, Logger, LogLevel } from "../util/log.ts";

/** How and where records are written. */
export interface LoggerOptions {
  /** The least urgent level that is written. */
  readonly level: LogLevel;
  readonly format: "text" | "json";
  /** Receives one record with its newline. */
  readonly write: (record: string) => void;
  /** The time, milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
}

const URGENCY: Readonly<Record<LogLevel, number>> = {
  error: 0,
  warn: 1,
  info: 2,
  debug: 3,
};

/** Longest value that is written whole; the rest becomes `…`. */
const VALUE_LIMIT = 512;

/** @returns a logger whose values are escaped and capped, since they may be an attacker's */
export function createLogger(options: LoggerOptions): Logger {
  const now = options.now ?? Date.now;
  const format = options.format === "json" ? formatJson : formatText;

  function emit(level: LogLevel, message: string, fields: LogFields): void {
    if (URGENCY[level] > URGENCY[options.level]) return;
    const time = new Date(now()).toISOString();
    options.write(`${format({ time, level, message }, fields)}\n`);
  }

  return {
    error: (message, fields = {}) => emit("error", message, fields),
    warn: (message, fields = {}) => emit("warn", message, fields),
    info: (message, fields = {}) => emit("info", message, fields),
    debug: (message, fields = {}) => emit("debug", message, fields),
  };
}

/** A writer to standard error that never throws: a log that cannot be written must not stop protection. */
export function writeToStderr(record: string): void {
  const bytes = new TextEncoder().encode(record);
  let written = 0;
  try {
    while (written < bytes.length) {
      written += Deno.stderr.writeSync(bytes.subarray(written));
    }
  } catch {
    // The reader of our standard error is gone or full.
  }
}

interface Head {
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
}

function formatText(head: Head, fields: LogFields): string {
  let record = `${head.time} ${head.level} ${escapeText(head.message)}`;
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) record += ` ${key}=${formatValue(value)}`;
  }
  return record;
}

function formatValue(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  const text = escapeText(value, VALUE_LIMIT);
  return /^[^\s"=\\]+$/.test(text) ? text : JSON.stringify(text);
}

function formatJson(head: Head, fields: LogFields): string {
  const record: Record<string, string | number | boolean> = { ...head };
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    record[key] = typeof value === "string"
      ? escapeText(value, VALUE_LIMIT)
      : value;
  }
  return JSON.stringify(record);
}
