/**
 * The exit codes, after sysexits.h.
 *
 * @module
 */

/** What the process says to the shell. */
export const EXIT = {
  ok: 0,
  /** Asked, and the answer is no. */
  no: 1,
  usage: 64,
  badInput: 65,
  firewallUnavailable: 69,
  internal: 70,
  permission: 77,
  config: 78,
  /** SIGINT: 128 and the signal's number, as a shell has it. */
  interrupted: 130,
  /** What fail2ban-client says whenever something is wrong. */
  fail2ban: 255,
} as const;

/** One of the values of EXIT. */
export type ExitCode = typeof EXIT[keyof typeof EXIT];
