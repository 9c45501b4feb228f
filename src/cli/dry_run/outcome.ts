/**
 * What a dry run comes to: the shape of its JSON.
 *
 *     { "isComplete": true, "lines": 5200, "failures": 41, "ignored": 0, "overlongLines": 0,
 *       "bans": [{ "host": "203.0.113.9", "jail": "sshd", "time": "2026-01-02T03:04:05Z", "seconds": 3600, "count": 1,
 *                  "pattern": { "index": 0, "text": "^…Failed … from <HOST>…$", "file": "config.toml", "line": 4 },
 *                  "log": "auth.log" }],
 *       "logs": [{ "name": "auth.log", "isComplete": true, "lines": 5200, "failures": 41, "bans": 1 }] }
 *
 * @module
 */

/** Everything that was found. */
export interface Outcome {
  /** Whether every log was read to its end. */
  readonly isComplete: boolean;
  /** Lines that were read; with `--since` from the first one on that counts. */
  readonly lines: number;
  /** Lines that some pattern took for a failure, once for each jail. */
  readonly failures: number;
  /** Failures that an ignore pattern took back. */
  readonly ignored: number;
  /** Lines that were left out because they are longer than a block. */
  readonly overlongLines: number;
  /** In the order in which they would happen. */
  readonly bans: readonly WouldBeBan[];
  /** Each log's share, in the order given. */
  readonly logs: readonly LogShare[];
}

/** A host that would be banned. */
export interface WouldBeBan {
  readonly host: string;
  readonly jail: string;
  /** ISO 8601, UTC: by the log's clock. */
  readonly time: string;
  /** `null` is for ever. */
  readonly seconds: number | null;
  /** How often the host would have been banned in this jail, this time included. */
  readonly count: number;
  /** The one that hit the line that led to the ban. */
  readonly pattern: HitPattern;
  /** The log of that line, as it was named. */
  readonly log: string;
}

/** A pattern of a jail, and where it stands. */
export interface HitPattern {
  /** Among the jail's patterns, from 0. */
  readonly index: number;
  readonly text: string;
  /** Where it stands, or the name of its filter; `(default)` is the built-in configuration. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
}

/** What one log gave. */
export interface LogShare {
  /** As it was named. */
  readonly name: string;
  readonly isComplete: boolean;
  readonly lines: number;
  readonly failures: number;
  readonly bans: number;
  /** Why it was not read to its end; absent also where Ctrl-C ended it. */
  readonly error?: string;
}
