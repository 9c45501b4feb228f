/**
 * What receives messages of syslog.
 *
 * @module
 */

/** What became of messages, and of who sends them. */
export interface ReceiverCounts {
  /** Messages that were too long, and lost their end. */
  readonly cut: number;
  /** Messages that the kernel dropped, since nobody took them in time; absent where it drops none. */
  readonly dropped?: number;
  /** Connections now; absent where there are none. */
  readonly connections?: number;
  /** Connections that were one too many. */
  readonly refused?: number;
  /** Connections that were ended: silent, or too long within one message. */
  readonly ended?: number;
}

/** A socket at work. */
export interface SyslogReceiver {
  /** @returns what happened so far */
  counts(): ReceiverCounts;
  /** Ends it; no message comes afterwards. */
  close(): Promise<void>;
}
